import { randomId } from "../randomId.ts"
import type { QueueStorage } from "./QueueStorage.ts"

/** `q` are readings that wait to be sent, `c` is a call that waits, `r` was refused by the server. */
export type Kind = "q" | "c" | "r"

/** What a key says of its entry, so that nothing has to be read to be counted. */
export interface Entry {
  readonly key: string
  readonly kind: Kind
  readonly count: number
  readonly size: number
}

/** About as long as a key is, which takes room too. */
export const keyLength = 64

/**
 * The entries of one queue in a storage. Every entry has a key of its own, which nobody else writes: whoever
 * adds at the same time, in this page or another, loses nothing.
 */
export class Entries {
  readonly #storage: QueueStorage
  readonly #prefix: string
  readonly #known = new Map<string, Entry>()
  /** What this instance changed since the oldest look that is still under way. */
  readonly #touched = new Set<string>()
  #looks = 0
  readonly #pending = new Set<string>()
  readonly #self = randomId().slice(0, 8)
  #serial = 0
  /** The number of readings and calls by kind. */
  readonly counts: Record<Kind, number> = { q: 0, c: 0, r: 0 }
  /** The characters of all entries. */
  size = 0

  constructor(storage: QueueStorage, name: string) {
    this.#storage = storage
    this.#prefix = `${name}:`
  }

  /** Sees what others added and took away. */
  async look(): Promise<void> {
    this.#looks++
    try {
      const keys = new Set(await this.#storage.keys())
      for (const key of this.#known.keys()) {
        if (!keys.has(key) && !this.#pending.has(key) && !this.#touched.has(key)) this.#forget(key)
      }
      for (const key of keys) {
        const entry = this.#read(key)
        if (entry !== undefined && !this.#touched.has(key)) this.#note(entry)
      }
    } finally {
      if (--this.#looks === 0) this.#touched.clear()
    }
  }

  /** What is kept of some kinds, oldest first; not what the storage has not confirmed yet. */
  list(...kinds: ReadonlyArray<Kind>): ReadonlyArray<Entry> {
    const from = this.#prefix.length + 2
    return [...this.#known.values()]
      .filter(({ key, kind }) => kinds.includes(kind) && !this.#pending.has(key))
      .sort((a, b) => (a.key.slice(from) < b.key.slice(from) ? -1 : 1))
  }

  /** The text of an entry; undefined when somebody else took it away. */
  async text({ key }: Entry): Promise<string | undefined> {
    return (await this.#storage.get(key)) ?? undefined
  }

  /** Keeps a text; it counts from now on, and no longer when the storage fails. */
  async add(kind: Kind, text: string, count: number, id = this.#nextId()): Promise<Entry> {
    const key = `${this.#prefix}${kind}:${id}:${count}:${text.length}`
    const entry = { key, kind, count, size: text.length + keyLength }
    this.#note(entry)
    this.#pending.add(key)
    try {
      await this.#storage.set(key, text)
      return entry
    } catch (error) {
      this.#forget(key)
      throw error
    } finally {
      this.#pending.delete(key)
      this.#touch(key)
    }
  }

  /** Takes an entry away. */
  async delete({ key }: Entry): Promise<void> {
    await this.#storage.delete(key)
    this.#touch(key)
    this.#forget(key)
  }

  #touch(key: string): void {
    if (this.#looks > 0) this.#touched.add(key)
  }

  /** In the order of time, and unlike what any other page thinks of. */
  #nextId(): string {
    const serial = (this.#serial++).toString(36).padStart(4, "0")
    return `${Date.now().toString(36).padStart(9, "0")}-${serial.length}${serial}-${this.#self}`
  }

  #read(key: string): Entry | undefined {
    if (!key.startsWith(this.#prefix)) return undefined
    const [kind, , count, size] = key.slice(this.#prefix.length).split(":")
    return kind === "q" || kind === "c" || kind === "r"
      ? { key, kind, count: Number(count), size: Number(size) + keyLength }
      : undefined
  }

  #note(entry: Entry): void {
    if (this.#known.has(entry.key)) return
    this.#known.set(entry.key, entry)
    this.counts[entry.kind] += entry.count
    this.size += entry.size
  }

  #forget(key: string): void {
    const entry = this.#known.get(key)
    if (entry === undefined) return
    this.#known.delete(key)
    this.counts[entry.kind] -= entry.count
    this.size -= entry.size
  }
}
