import { backoff, sleep } from "../attempt.ts"
import type { Client } from "../createClient.ts"
import { WattkitError } from "../WattkitError.ts"
import {
  type LiveFilter,
  type LiveNews,
  type LiveUpdate,
  path,
  type Position,
  type Recorded
} from "./frames.ts"
import { hold } from "./hold.ts"
import { Newest } from "./Newest.ts"
import { Records } from "./Records.ts"

/** How the subscription is: on its way, showing news, on its way again, over. */
export type LiveState = "connecting" | "live" | "reconnecting" | "closed"

/** What to see and how to be told. */
export interface SubscribeOptions extends LiveFilter {
  /** Ends the subscription, as `close` does. */
  readonly signal?: AbortSignal | undefined
  /** Takes every update as it comes; there is nothing to iterate then. */
  readonly onUpdate?: ((update: LiveUpdate) => void) | undefined
  /** Takes news that are no readings: a device went offline, a job goes on. */
  readonly onNews?: ((news: LiveNews) => void) | undefined
  /** Called at every change, with what went wrong if something did. */
  readonly onState?: ((state: LiveState, error: unknown) => void) | undefined
  /** The longest wait before the first reconnect, doubled up to 16 times; 500 unless said. */
  readonly backoffMs?: number | undefined
  /** The time a connection may take to show something; 10 000 unless said. */
  readonly timeoutMs?: number | undefined
  /** In place of the global `WebSocket`. */
  readonly WebSocket?: typeof WebSocket | undefined
}

/** However long the server asks to wait; a timer of more than 31 bits would fire at once. */
const longestWaitMs = 3_600_000

/** What a subscription needs of a client. */
export type LiveClient = Pick<Client, "baseUrl" | "live">

/** Updates as they happen, until `close`, the signal or the end of the loop over them. */
export class Subscription implements AsyncIterableIterator<LiveUpdate, undefined> {
  readonly #client: LiveClient
  readonly #options: SubscribeOptions
  readonly #stop = new AbortController()
  readonly #newest = new Newest()
  readonly #records = new Records()
  #position: Position | undefined
  #wake: Array<() => void> = []
  #state: LiveState = "connecting"
  #error: unknown

  constructor(client: LiveClient, options: SubscribeOptions) {
    this.#client = client
    this.#options = options
    if (options.signal?.aborted === true) this.#finish()
    else {
      options.signal?.addEventListener("abort", this.close)
      void this.#run()
    }
  }

  /** How the subscription is now. */
  get state(): LiveState {
    return this.#state
  }

  /** Ends the subscription and forgets what was not taken; the loop over it ends without an error. */
  readonly close = (): void => {
    this.#newest.clear()
    this.#finish()
  }

  /** The next update; what came in between is merged to the newest reading of each device and channel. */
  async next(): Promise<IteratorResult<LiveUpdate, undefined>> {
    for (;;) {
      const value = this.#newest.take()
      if (value !== undefined) return { done: false, value }
      if (this.#state === "closed") {
        const error = this.#error
        this.#error = undefined
        if (error !== undefined) throw error
        return { done: true, value: undefined }
      }
      await new Promise<void>((resolve) => this.#wake.push(resolve))
    }
  }

  /**
   * Sends readings of a device, one or a list, over the same connection; those of the credential's own device
   * unless another is named. Resolves when they are stored. What was not answered before a connection was
   * lost is sent again over the next one.
   */
  record(readings: unknown, deviceId?: string): Promise<Recorded> {
    return this.#records.send(readings, deviceId)
  }

  /** Called when a loop over the subscription is left. */
  async return(): Promise<IteratorResult<LiveUpdate, undefined>> {
    this.close()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async #run(): Promise<void> {
    const { backoffMs = 500 } = this.#options
    for (let n = 0; ; n++) {
      try {
        await this.#connect(() => (n = 0))
      } catch (error) {
        if (this.#stop.signal.aborted) return
        if (isPermanent(error)) return this.#finish(error)
        this.#records.connect(undefined)
        this.#set("reconnecting", error)
        const asked = error instanceof WattkitError ? (error.retryAfterMs ?? 0) : 0
        const wait = Math.min(Math.max(asked, backoff(n, backoffMs)), longestWaitMs)
        // Only the end of the subscription wakes this early.
        await sleep(wait, this.#stop.signal).catch(() => {})
        if (this.#stop.signal.aborted) return
      }
    }
  }

  async #connect(onSteady: () => void): Promise<never> {
    const {
      deviceIds,
      locationIds,
      onNews,
      events = onNews === undefined ? ["ENERGY_UPDATE"] : undefined,
      onUpdate,
      timeoutMs = 10_000,
      WebSocket = globalThis.WebSocket
    } = this.#options
    const { signal } = this.#stop
    const { ticket } = await this.#client.live.ticket({}, { signal, retries: 0 })
    return hold({
      // A base URL begins with http or https, and so the other with ws or wss.
      url: this.#client.baseUrl.replace("http", "ws") + path,
      ticket,
      filter: { locationIds, deviceIds, events },
      since: this.#position,
      WebSocket,
      timeoutMs,
      signal,
      onSteady,
      onSubscribed: (say) => {
        this.#records.connect(say)
        this.#set("live")
      },
      onPosition: (position) => (this.#position = position),
      onNews: onNews ?? (() => {}),
      onAnswer: (answer) => this.#records.answer(answer),
      onUpdate: onUpdate ?? ((update) => this.#add(update))
    })
  }

  #add(update: LiveUpdate): void {
    this.#newest.add(update)
    this.#notify()
  }

  #set(state: LiveState, error?: unknown): void {
    this.#state = state
    this.#options.onState?.(state, error)
  }

  #finish(error?: unknown): void {
    if (this.#state === "closed") return
    this.#options.signal?.removeEventListener("abort", this.close)
    this.#error = error
    this.#records.end()
    this.#set("closed", error)
    this.#stop.abort()
    this.#notify()
  }

  #notify(): void {
    const wake = this.#wake
    this.#wake = []
    for (const resolve of wake) resolve()
  }
}

/**
 * Whether asking again cannot help. What the server said with a status of its own decides; what is unknown,
 * such as a failure of the caller's `auth` while the network is away, is tried again and shown in `onState`.
 */
const isPermanent = (error: unknown): boolean =>
  error instanceof WattkitError &&
  !error.isRetryable &&
  (error.status !== undefined || error.code === "INVALID_REQUEST")
