import { backoff } from "../attempt.ts"
import type { DeviceReading } from "../contract.gen.ts"
import type { Client } from "../createClient.ts"
import { randomId } from "../randomId.ts"
import { isWattkitError, WattkitError } from "../WattkitError.ts"
import { carryOut, type QueuedCall, type QueuedEndpoint, type QueuedParams } from "./calls.ts"
import { contentOf, firstOf } from "./contents.ts"
import { Entries, type Entry, keyLength, type Kind } from "./Entries.ts"
import { type Hold, holdOf, type QueueLocks } from "./lock.ts"
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
  /** The number of readings and calls that wait. */
  readonly length: number
  /** The characters kept, with their keys and those of refused readings. */
  readonly bytes: number
  /** The number of readings and calls the server refused, which wait to be looked at. */
  readonly refused: number
  readonly isSending: boolean
  /** Why the last attempt failed; undefined after one that did not. */
  readonly lastError: unknown
}

/** What a queue needs of a client, besides the calls that are put into it. */
export type QueueClient = Pick<Client, "readings"> & Partial<Client>

/** However long the server asks to wait, a queue tries after an hour. */
const longestWaitMs = 3_600_000

interface Waiting {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Readings and calls that are kept until the server has stored them, through failures, reloads and days
 * without a network. None is dropped: a full queue takes no more, and what the server refuses is kept apart.
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
    this.#client = client
    this.#options = options
    this.#entries = new Entries(storage, name)
    // A hold is renewed before each batch, so it must outlive one.
    this.#hold = holdOf(options.locks, storage, name, timeoutMs * 2 || 60_000)
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
      length: counts.q + counts.c,
      bytes: size,
      refused: counts.r,
      isSending: this.#isSending,
      lastError: this.#lastError
    }
  }

  /** The number of readings and calls that wait. */
  get length(): number {
    return this.state.length
  }

  /**
   * Keeps readings, and resolves once the storage has them. Rejects with `QUEUE_FULL` when there is no room
   * for all of them and with `STORAGE` when the storage fails; none of them is kept then.
   */
  add(readings: DeviceReading | ReadonlyArray<DeviceReading>): Promise<void> {
    const all = [readings].flat() as ReadonlyArray<DeviceReading>
    const parts = chunks(all, this.#options.batchSize ?? 500)
    return this.#keep(
      "q",
      parts.map((part) => ({ text: JSON.stringify(part), count: part.length }))
    )
  }

  /**
   * Keeps a call that writes, such as a correction, and resolves and rejects like `add`. It is sent after
   * what was added before it, and the server does it once: its key is kept with it. Its answer is not kept.
   */
  call<const E extends QueuedEndpoint>(endpoint: E, params: QueuedParams<E>): Promise<void> {
    const call: QueuedCall = {
      endpoint,
      params: params as QueuedCall["params"],
      idempotencyKey: randomId()
    }
    return this.#keep("c", [{ text: JSON.stringify(call), count: 1 }])
  }

  async #keep(kind: Kind, parts: ReadonlyArray<{ readonly text: string; readonly count: number }>) {
    if (this.#stop.signal.aborted) throw closed()
    await stored(this.#begun.catch(() => this.#entries.look()))
    const { maxBytes = 4_000_000, maxReadings = 100_000 } = this.#options
    const { counts, size } = this.#entries
    const held = counts.q + counts.c + counts.r
    const bytes = parts.reduce((sum, { text }) => sum + text.length + keyLength, size)
    if (parts.reduce((sum, { count }) => sum + count, held) > maxReadings || bytes > maxBytes) {
      const message = `The queue holds ${held} readings in ${size} characters and takes no more`
      throw new WattkitError({ code: "QUEUE_FULL", message })
    }
    const results = await Promise.allSettled(
      parts.map(({ count, text }) => this.#entries.add(kind, text, count))
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

  /** The readings and calls the server refused, with what is wrong with each. */
  async refused(): Promise<ReadonlyArray<Refused>> {
    await stored(this.#entries.look())
    const texts = await stored(Promise.all(this.#entries.list("r").map((entry) => this.#entries.text(entry))))
    return texts.flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as Refused]))
  }

  /** Forgets what the server refused. */
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
        const batch = firstOf(this.#entries.list("q", "c"), batchSize)
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
    const contents = texts.flatMap((text, i) => (text === undefined ? [] : [contentOf(batch[i]!, text)]))
    const { timeoutMs = 30_000 } = this.#options
    const options = { retries: 0, timeoutMs, signal: this.#stop.signal }
    const readings: Array<DeviceReading> = []
    const refused: Array<Refused> = []
    for (const one of contents) {
      if (typeof one === "string") refused.push(spoilt(one))
      else if ("endpoint" in one) refused.push(...(await carryOut(this.#client, one, options)))
      else readings.push(...one)
    }
    refused.push(...(await submit(this.#client, readings, options)))
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

const chunks = <T>(all: ReadonlyArray<T>, size: number): ReadonlyArray<ReadonlyArray<T>> =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size))

const spoilt = (text: string): Refused => ({
  reading: text,
  field: "",
  reason: "malformed",
  message: "what the storage gave back cannot be read"
})

const closed = (): WattkitError => new WattkitError({ code: "ABORTED", message: "The queue was closed" })
