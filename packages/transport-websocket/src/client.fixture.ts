import {
  DeviceId,
  Instant,
  type LiveFilter,
  type LiveNews,
  type LivePosition,
  LocationId,
  mainChannel
} from "@wattkit/core"
import { Hub, type HubOptions } from "./Hub.ts"
import type { NewsListener, Opened, Recorded, Selected } from "./Opened.ts"

/** A frame as a client reads it. */
export type Frame = { readonly type: string } & { readonly [name: string]: unknown }

/** An update of one meter, whose power is its sequence. */
export const update = (sequence: number): LiveNews => ({
  type: "ENERGY_UPDATE",
  sequence,
  locationId: LocationId.make("house"),
  readings: [
    {
      deviceId: DeviceId.make("meter"),
      at: Instant.fromStringOrThrow("2026-06-01T10:00:00Z"),
      channel: mainChannel,
      powerW: sequence
    }
  ]
})

/** An application whose log is the test's: what is told to one subscription after the other. */
export class FakeLive {
  readonly subscribed: Array<readonly [LiveFilter, LivePosition | undefined]> = []
  readonly listeners = new Set<NewsListener>()
  readonly recorded: Array<{
    readonly readings: unknown
    readonly done: (result: Recorded | Error) => void
  }> = []
  log: Array<LiveNews> = []
  floor = 0
  state: Array<LiveNews> = []
  failure: unknown
  stateFailure: unknown
  closed = 0

  get head(): number {
    return this.log.at(-1)?.sequence ?? this.floor
  }

  tell(news: LiveNews): void {
    this.log.push(news)
    for (const listener of this.listeners) listener.take(news)
  }

  readonly opened: Opened = {
    stream: "s",
    subscribe: async (filter, since, listener) => {
      this.subscribed.push([filter, since])
      if (this.failure !== undefined) throw this.failure
      this.listeners.add(listener)
      return this.#selected(since, listener)
    },
    record: (_, readings) =>
      new Promise((resolve, reject) => {
        const done = (result: Recorded | Error) =>
          result instanceof Error ? reject(result) : resolve(result)
        this.recorded.push({ readings, done })
      }),
    close: () => void this.closed++
  }

  #selected(since: LivePosition | undefined, listener: NewsListener): Selected {
    const { log } = this
    const stateOf = async function* (live: FakeLive) {
      if (live.stateFailure !== undefined) throw live.stateFailure
      yield* live.state
    }
    return {
      isResumed: since !== undefined && since.stream === "s" && since.sequence >= this.floor,
      head: () => this.head,
      since: (sequence) =>
        sequence < this.floor ? undefined : log.filter((news) => news.sequence > sequence).slice(-1),
      state: () => stateOf(this),
      close: () => void this.listeners.delete(listener)
    }
  }
}

/** A client without a network, that reads only while it is told to. */
export class FakeClient {
  readonly frames: Array<Frame> = []
  unread = 0
  isReading = true
  isPaused = false
  closedWith: number | undefined
  readonly #live: FakeLive
  readonly connection

  constructor(hub: Hub, live: FakeLive) {
    this.#live = live
    this.connection = hub.connect(
      {
        send: (bytes, done) => {
          if (!this.isReading) this.unread += bytes.length
          this.frames.push(JSON.parse(Buffer.from(bytes).toString()) as Frame)
          done?.()
        },
        bufferedAmount: () => this.unread,
        pause: () => void (this.isPaused = true),
        resume: () => void (this.isPaused = false),
        close: (code) => void (this.closedWith ??= code)
      },
      live.opened,
      "s1"
    )
  }

  readAll(): void {
    this.isReading = true
    this.unread = 0
  }

  /** Says a frame, and waits until everything that follows from it has happened. */
  async say(frame: unknown): Promise<void> {
    this.connection.receive(typeof frame === "string" ? frame : JSON.stringify(frame))
    await settled()
  }

  /** Takes the frames that came. */
  heard(): Array<Frame> {
    return this.frames.splice(0)
  }

  types(): Array<string> {
    return this.heard().map(({ type }) => type)
  }

  get live(): FakeLive {
    return this.#live
  }
}

/** Lets everything happen that waits for nothing but its turn. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A hub whose time is the test's, and one client of it. */
export const begin = (limits: HubOptions["limits"] = {}) => {
  let now = 0
  const errors: Array<unknown> = []
  const hub = new Hub({ limits, now: () => now, onError: (error) => errors.push(error) })
  const live = new FakeLive()
  const client = new FakeClient(hub, live)
  const pass = async (ms: number) => {
    for (const end = now + ms; now < end;) {
      now += 50
      hub.tick()
    }
    await settled()
  }
  return { hub, live, client, pass, errors, another: () => new FakeClient(hub, live) }
}
