import { backoff } from "../attempt.ts"
import type { DeviceReading } from "../contract.gen.ts"
import type { Client } from "../createClient.ts"
import { isWattkitError, WattkitError } from "../WattkitError.ts"
import { Entries, type Entry, keyLength } from "./Entries.ts"
import { type Hold, leaseOf, lockOf, type QueueLocks } from "./lock.ts"
import { Pause } from "./Pause.ts"
import type { QueueStorage } from "./QueueStorage.ts"
import { stored } from "./stored.ts"
import { type Refused, submit } from "./submit.ts"

/** Where a queue keeps its readings, how much of it, and how it sends. */
export interface QueueOptions {
  readonly storage: QueueStorage
  /** Queues of one name and storage share their readings; `wattkit-queue` unless said. */
  readonly name?: string | undefined
  /** So many readings may wait; 100 000 unless said. */
  readonly maxReadings?: number | undefined
  /** So many characters may wait; 4 000 000 unless said, which Web Storage has room for. */
  readonly maxBytes?: number | undefined
  /** So many readings are sent at a time; 500 unless said. */
  readonly batchSize?: number | undefined
  /** The longest wait after the first failure, doubled up to 16 times; 2000 unless said. */
  readonly backoffMs?: number | undefined
  /** For one batch to be answered; 30 000 unless said. */
  readonly timeoutMs?: number | undefined
  /** In place of `navigator.locks`; null for a lease in the storage, as where there are no locks. */
  readonly locks?: QueueLocks | null | undefined
  /** Called at every change. */
  readonly onChange?: ((state: QueueState) => void) | undefined
}

/** How a queue is. */
export interface QueueState {
  /** The number of readings that wait. */
  readonly length: number
  /** The characters kept, with their keys and those of refused readings. */
  readonly bytes: number
  /** The number of readings the server refused, which wait to be looked at. */
  readonly refused: number
  readonly isSending: boolean
  /** Why the last attempt failed; undefined after one that did not. */
  readonly lastError: unknown
}

/** What a queue needs of a client. */
export type QueueClient = Pick<Client, "readings">

/** However long the server asks to wait, a queue tries after an hour. */
const longestWaitMs = 3_600_000

interface Waiting {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Readings that are kept until the server has stored them, through failures, reloads and days without a
 * network. None is dropped: a full queue takes no more, and what the server refuses is kept apart.
 */
export class Queue {
  readonly #client: QueueClient
  readonly #options: QueueOptions
  readonly #entries: Entries
  readonly #hold: Hold
  readonly #stop = new AbortController()
  readonly #pause = new Pause()
  readonly #begun: Promise<void>
  readonly #ended: Promise<void>
  #waiting: Array<Waiting> = []
  #isSending = false
  #lastError: unknown

  constructor(client: QueueClient, options: QueueOptions) {
    const { name = "wattkit-queue", storage, timeoutMs = 30_000 } = options
    const { navigator } = globalThis as { readonly navigator?: { readonly locks?: QueueLocks } }
    const locks = options.locks === undefined ? navigator?.locks : options.locks
    this.#client = client
    this.#options = options
    this.#entries = new Entries(storage, name)
    // A hold is renewed before each batch, so it must outlive one.
    this.#hold = locks ? lockOf(locks, name) : leaseOf(storage, name, timeoutMs + 30_000)
    this.#begun = this.#entries.look()
    this.#begun.catch(() => {})
    this.#ended = this.#run()
    const { addEventListener } = globalThis as {
      readonly addEventListener?: typeof globalThis.addEventListener
    }
    addEventListener?.("online", this.#onOnline)
  }

  /** How the queue is now, as far as this instance knows. */
  get state(): QueueState {
    const { counts, size } = this.#entries
    return {
      length: counts.q,
      bytes: size,
      refused: counts.r,
      isSending: this.#isSending,
      lastError: this.#lastError
    }
  }

  /** The number of readings that wait. */
  get length(): number {
    return this.#entries.counts.q
  }

  /**
   * Keeps readings, and resolves once the storage has them. Rejects with `QUEUE_FULL` when there is no room
   * for all of them and with `STORAGE` when the storage fails; none of them is kept then.
   */
  async add(readings: DeviceReading | ReadonlyArray<DeviceReading>): Promise<void> {
    const all = [readings].flat() as ReadonlyArray<DeviceReading>
    if (this.#stop.signal.aborted) throw closed()
    await stored(this.#begun.catch(() => this.#entries.look()))
    const { batchSize = 500, maxBytes = 4_000_000, maxReadings = 100_000 } = this.#options
    const parts = chunks(all, batchSize).map((part) => ({ text: JSON.stringify(part), count: part.length }))
    const { counts, size } = this.#entries
    const bytes = parts.reduce((sum, { text }) => sum + text.length + keyLength, size)
    if (counts.q + counts.r + all.length > maxReadings || bytes > maxBytes) {
      const held = `${counts.q + counts.r} readings in ${size} characters`
      const message = `The queue holds ${held} and takes no more`
      throw new WattkitError({ code: "QUEUE_FULL", message })
    }
    const results = await Promise.allSettled(
      parts.map(({ count, text }) => this.#entries.add("q", text, count))
    )
    const failure = results.find((one) => one.status === "rejected")
    if (failure !== undefined) {
      const kept = results.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []))
      await Promise.allSettled(kept.map((entry) => this.#entries.delete(entry)))
      await stored(Promise.reject(failure.reason))
    }
    this.#changed()
    this.#pause.end("news")
  }

  /** Tries at once, and resolves when nothing waits any more; rejects with what went wrong. */
  flush(): Promise<void> {
    if (this.#stop.signal.aborted) return Promise.reject(closed())
    const outcome = new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }))
    this.#pause.end("urgent")
    return outcome
  }

  /** The readings the server refused, with what is wrong with each. */
  async refused(): Promise<ReadonlyArray<Refused>> {
    await stored(this.#entries.look())
    const texts = await stored(Promise.all(this.#entries.list("r").map((entry) => this.#entries.text(entry))))
    return texts.flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as Refused]))
  }

  /** Forgets the readings the server refused. */
  async discardRefused(): Promise<void> {
    await stored(Promise.all(this.#entries.list("r").map((entry) => this.#entries.delete(entry))))
    this.#changed()
  }

  /** Ends the sending; what waits stays in the storage for the next queue of this name. */
  async close(): Promise<void> {
    const { removeEventListener } = globalThis as {
      readonly removeEventListener?: typeof globalThis.removeEventListener
    }
    removeEventListener?.("online", this.#onOnline)
    this.#stop.abort()
    this.#pause.end("urgent")
    await this.#ended
  }

  readonly #onOnline = (): void => this.#pause.end("urgent")

  async #run(): Promise<void> {
    const { signal } = this.#stop
    for (let n = 0; !signal.aborted;) {
      this.#pause.begin()
      const waiting = this.#waiting.splice(0)
      try {
        await this.#hold((renew) => this.#drain(renew), signal)
        n = 0
        this.#lastError = undefined
        for (const { resolve } of waiting) resolve()
        this.#changed()
        await this.#pause.forNews()
      } catch (error) {
        for (const { reject } of waiting) reject(signal.aborted ? closed() : error)
        if (signal.aborted) break
        this.#lastError = error
        this.#changed()
        const asked = isWattkitError(error) ? (error.retryAfterMs ?? 0) : 0
        const wait = Math.max(asked, backoff(n++, this.#options.backoffMs ?? 2000))
        await this.#pause.forTime(Math.min(wait, longestWaitMs))
      }
    }
    for (const { reject } of this.#waiting.splice(0)) reject(closed())
  }

  /** Sends what waits, batch by batch, until nothing does. */
  async #drain(renew: () => Promise<void>): Promise<void> {
    const { batchSize = 500 } = this.#options
    await stored(this.#entries.look())
    try {
      for (;;) {
        const batch = firstOf(this.#entries.list("q"), batchSize)
        if (batch.length === 0) return
        this.#isSending = true
        this.#changed()
        await renew()
        await this.#send(batch)
        this.#changed()
      }
    } finally {
      this.#isSending = false
    }
  }

  async #send(batch: ReadonlyArray<Entry>): Promise<void> {
    const texts = await stored(Promise.all(batch.map((entry) => this.#entries.text(entry))))
    const contents = texts.filter((text) => text !== undefined).map(read)
    const { timeoutMs = 30_000 } = this.#options
    const options = { retries: 0, timeoutMs, signal: this.#stop.signal }
    const readings = contents.filter((one) => typeof one !== "string").flat()
    const unreadable = contents.filter((one) => typeof one === "string")
    const refused = [...unreadable.map(spoilt), ...(await submit(this.#client, readings, options))]
    // What was refused is kept before what was sent is forgotten: a crash in between repeats, and loses
    // nothing.
    const first = batch[0]!.key.split(":").at(-3)!
    await stored(
      Promise.all(refused.map((one, i) => this.#entries.add("r", JSON.stringify(one), 1, `${first}.${i}`)))
    )
    await stored(Promise.all(batch.map((entry) => this.#entries.delete(entry))))
  }

  #changed(): void {
    this.#options.onChange?.(this.state)
  }
}

/** As many entries as fit into one batch, at least one. */
const firstOf = (entries: ReadonlyArray<Entry>, batchSize: number): ReadonlyArray<Entry> => {
  let count = 0
  return entries.filter((entry, i) => (count += entry.count) <= batchSize || i === 0)
}

const chunks = <T>(all: ReadonlyArray<T>, size: number): ReadonlyArray<ReadonlyArray<T>> =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size))

/** The readings of an entry; its text where something else wrote into the storage. */
const read = (text: string): ReadonlyArray<DeviceReading> | string => {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? (value as ReadonlyArray<DeviceReading>) : text
  } catch {
    return text
  }
}

const spoilt = (text: string): Refused => ({
  reading: text,
  field: "",
  reason: "malformed",
  message: "what the storage gave back cannot be read"
})

const closed = (): WattkitError => new WattkitError({ code: "ABORTED", message: "The queue was closed" })
