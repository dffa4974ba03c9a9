import { fullJitter, wait } from "./Backoff.ts"
import { Connection, type Ended, type Listener } from "./connection/Connection.ts"
import { dial } from "./connection/dial.ts"
import { InFlight } from "./connection/InFlight.ts"
import { Later } from "./connection/Later.ts"
import { MqttError } from "./MqttError.ts"
import type { PublishOptions } from "./connection/Outgoing.ts"
import { noCounts, type SubscriberState, type SubscriberStatus } from "./SubscriberStatus.ts"
import type { Terms } from "./connection/Terms.ts"
import { Versions } from "./Versions.ts"

/** How often something that is nearly over is looked at. */
const glanceMs = 20

/** A probe that takes longer than this has failed. */
const probeMs = 10_000

/**
 * Keeps one connection at a time: makes it, gives it back when the store cannot follow, and makes the next
 * one.
 */
export class Client {
  readonly #terms: Terms
  readonly #inFlight: InFlight
  readonly #counts = noCounts()
  readonly #versions: Versions
  readonly #stopping = new AbortController()
  readonly #later = new Later()
  readonly #ups = new Set<() => void>()
  readonly #ended: Promise<void>
  #connection: Connection | undefined
  #state: SubscriberState = "connecting"
  #hasSession = false
  #version: 4 | 5 | undefined
  #since: number | undefined
  #refusedFilters: ReadonlyArray<string> = []
  #lastError: string | undefined

  constructor(terms: Terms) {
    this.#terms = terms
    this.#inFlight = new InFlight(terms.limits, () => this.#connection?.proceed())
    this.#versions = new Versions(terms.options.protocol ?? "auto")
    this.#ended = this.#run()
  }

  get status(): SubscriberStatus {
    const { bytes, messages, peakBytes, peakMessages } = this.#inFlight
    return {
      state: this.#state,
      protocol: this.#version === undefined ? undefined : this.#version === 5 ? "5" : "3.1.1",
      since: this.#since,
      inFlight: { messages, bytes, oldestMs: this.#connection?.oldestMs(performance.now()) ?? 0 },
      peak: { messages: peakMessages, bytes: peakBytes },
      counts: { ...this.#counts },
      refusedFilters: [...this.#refusedFilters, ...this.#later.refused],
      lastError: this.#lastError
    }
  }

  /** Calls back once there is a connection, at once if there is; what it answers takes that back. */
  whenUp(done: () => void): () => void {
    if (this.#connection?.isUp === true) done()
    else this.#ups.add(done)
    return () => void this.#ups.delete(done)
  }

  publish(
    topic: string,
    payload: Uint8Array,
    options: PublishOptions,
    settle: (error: MqttError | undefined) => void
  ): void {
    if (this.#connection !== undefined) return this.#connection.publish(topic, payload, options, settle)
    settle(new MqttError({ reason: "disconnected", message: "there is no connection to the broker" }))
  }

  /** Listens to these filters as well, in the place of those that were given before. */
  listenTo(filters: Iterable<string>): void {
    this.#later.want(filters)
    this.#catchUp()
  }

  /** Gives a topic back that an earlier run of the program listened to. */
  stopListeningTo(topic: string): void {
    this.#later.stray(topic)
    this.#catchUp()
  }

  /** Takes in nothing more, waits a while for what is in flight, and leaves. The broker keeps the session. */
  async close(): Promise<void> {
    const until = performance.now() + this.#terms.limits.drainMs
    this.#connection?.drain()
    while (this.#connection?.isDrained === false && performance.now() < until) {
      await wait(glanceMs, this.#stopping.signal)
    }
    this.#stopping.abort()
    this.#connection?.leave("closed", "the subscriber was closed")
    await this.#ended
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    const { limits, options } = this.#terms
    let attempt = 0
    let isHeld = false
    while (!signal.aborted) {
      if (isHeld || options.isAvailable?.() === false) {
        this.#setState("held")
        await this.#recover()
      }
      if (attempt > 0) await wait(fullJitter(attempt - 1, limits.reconnect), signal)
      if (signal.aborted) break
      if (this.#state !== "connecting") this.#setState("connecting")
      const before = this.#counts.acknowledged
      const since = performance.now()
      const version = this.#versions.current
      const ended = await this.#connect(version)
      this.#connection = undefined
      this.#since = undefined
      isHeld = ended.kind === "held"
      const isUseful =
        this.#counts.acknowledged > before || performance.now() - since > this.#terms.keepaliveMs
      attempt = this.#nextAttempt(ended, version, isUseful ? 0 : attempt)
      this.#note(ended)
    }
    this.#setState("closed")
  }

  /** How many attempts there were without any use, after this one. */
  #nextAttempt({ kind }: Ended, version: 4 | 5, attempt: number): number {
    if (kind === "version") return this.#versions.refused(version) ? attempt : attempt + 1
    if (kind === "silent") this.#versions.silent()
    else if (this.#version !== undefined) this.#versions.forget()
    // Two with one name would throw each other out for ever, as fast as both can.
    return kind === "taken_over" ? 30 : attempt + 1
  }

  #note({ kind, message }: Ended): void {
    this.#version = undefined
    if (kind === "malformed") this.#counts.malformed++
    if (kind === "held") this.#counts.holds++
    if (kind === "closed") return
    this.#lastError = message
    this.#setState(kind === "held" ? "held" : "disconnected")
  }

  async #connect(version: 4 | 5): Promise<Ended> {
    const { limits, options } = this.#terms
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(limits.connectMs)])
    try {
      const stream = await dial({ url: new URL(options.url), tls: options.tls ?? {} }, signal)
      if (this.#stopping.signal.aborted) {
        stream.destroy()
        return { kind: "closed", message: "the subscriber was closed" }
      }
      return await new Promise((resolve) => {
        const shared = { terms: this.#terms, inFlight: this.#inFlight, counts: this.#counts }
        this.#connection = new Connection(stream, version, shared, this.#listen(version, resolve))
      })
    } catch (cause) {
      return { kind: "lost", message: cause instanceof Error ? cause.message : String(cause) }
    }
  }

  /** Tells the broker which filters have come and gone. */
  #catchUp(): void {
    const connection = this.#connection
    if (connection?.isUp !== true) return
    for (let idle = this.#later.idle(); idle.length > 0; idle = this.#later.idle()) {
      if (!connection.change("unsubscribe", idle)) return
      this.#later.asked(idle)
    }
    for (let missing = this.#later.missing(); missing.length > 0; missing = this.#later.missing()) {
      if (!connection.change("subscribe", missing)) return
      this.#later.asked(missing)
    }
  }

  #listen(version: 4 | 5, onEnded: (ended: Ended) => void): Listener {
    const { onSessionLost } = this.#terms.options
    return {
      onAccepted: (sessionPresent) => {
        this.#version = version
        this.#counts.connects++
        const isLost = this.#hasSession && !sessionPresent
        if (isLost) {
          this.#counts.sessionsLost++
          onSessionLost?.()
        }
        // What another run of the program subscribed to is not known, so the first time it is said again.
        const isNew = !this.#hasSession || isLost
        this.#later.connected(isNew)
        return isNew
      },
      onRefusedFilters: (filters) => {
        this.#refusedFilters = filters
      },
      onGranted: (filters, codes) => this.#later.granted(filters, codes),
      onGivenBack: (filters) => this.#later.givenBack(filters),
      onUp: () => {
        this.#hasSession = true
        this.#since = Date.now()
        this.#catchUp()
        this.#setState("connected")
        for (const done of this.#ups) done()
        this.#ups.clear()
      },
      onChange: () => {
        if (this.#connection?.isUp !== true) return
        this.#setState(this.#connection.isPaused ? "paused" : "connected")
      },
      onEnded
    }
  }

  /**
   * Waits until the store works. What the last connection handed over is waited for too: as long as that is
   * not stored, the same messages would come again only to wait beside it.
   */
  async #recover(): Promise<void> {
    const { limits, options } = this.#terms
    const { signal } = this.#stopping
    const until = performance.now() + limits.settleMs
    while (!signal.aborted && this.#inFlight.messages > 0 && performance.now() < until) {
      await wait(glanceMs, signal)
    }
    for (let attempt = 0; !signal.aborted; attempt++) {
      if (options.isAvailable?.() !== false && (await this.#probe())) return
      await wait(fullJitter(attempt, limits.probe), signal)
    }
  }

  async #probe(): Promise<boolean> {
    const { probe } = this.#terms.options
    if (probe === undefined) return true
    const ended = new AbortController()
    const signal = AbortSignal.any([ended.signal, this.#stopping.signal])
    const tooLong = wait(probeMs, signal).then(() => false)
    try {
      return await Promise.race([probe(), tooLong])
    } catch {
      return false
    } finally {
      ended.abort()
    }
  }

  #setState(state: SubscriberState): void {
    this.#state = state
    this.#terms.options.onStatus?.(this.status)
  }
}
