import type { LiveFilter, LiveNews } from "@wattkit/core"
import * as Result from "effect/Result"
import type { Encoding } from "./encoding.ts"
import type { Limits } from "./limits.ts"
import type { Opened } from "./Opened.ts"
import type { Outlet } from "./Outlet.ts"
import { refusalOf } from "./refusal.ts"
import { type Screen, Showing } from "./Showing.ts"
import * as Wire from "./wire.ts"

/** What a connection needs of the hub it belongs to. */
export interface Surroundings {
  readonly limits: Limits
  readonly now: () => number
  /** Visits the connection at every tick until it says that it needs no more. */
  readonly watch: (connection: Connection) => void
  readonly turn: <A>(work: () => Promise<A>) => Promise<A>
  readonly leave: (connection: Connection) => void
  readonly onError: (error: unknown) => void
}

/** One client while it is connected: its subscriptions, and what it is owed. */
export class Connection implements Screen {
  readonly #around: Surroundings
  readonly #outlet: Outlet
  readonly #opened: Opened
  readonly #encoding: Encoding
  #showings: Array<Showing> = []
  #waitingRecords: Array<Wire.Record> = []
  #waitingForRoom: Array<(hasRoom: boolean) => void> = []
  #recording = 0
  #refused = 0
  #heardAt: number
  #askedAt: number
  #fullSince: number | undefined
  #fullBytes = 0
  #isPaused = false
  #isOver = false

  constructor(around: Surroundings, outlet: Outlet, opened: Opened, encoding: Encoding) {
    this.#around = around
    this.#outlet = outlet
    this.#opened = opened
    this.#encoding = encoding
    this.#heardAt = this.#askedAt = around.now()
  }

  /** Says who the server is; nothing was said before. */
  greet(sessionId: string): void {
    const { heartbeatMs } = this.#around.limits
    this.send({ type: "CONNECTION_ACK", sessionId, heartbeatMs, stream: this.#opened.stream })
  }

  /** Takes one frame of the client; undefined stands for one that was not text. */
  receive(text: string | undefined): void {
    if (this.#isOver) return
    this.heard()
    if (text === undefined) return this.#refuse("a frame must be text, not binary")
    const decoded = Wire.decode(text)
    if (Result.isFailure(decoded)) this.#answerRefused(decoded.failure)
    else this.#obey(decoded.success)
    this.#holdBack()
  }

  /** Notes that the client is there. */
  heard(): void {
    this.#heardAt = this.#around.now()
  }

  /** The connection is over, whoever ended it. */
  closed(): void {
    if (this.#isOver) return
    this.#isOver = true
    for (const showing of this.#showings) showing.end()
    this.#showings = []
    this.#waitingRecords = []
    this.#answerRoom(false)
    this.#opened.close()
    this.#around.leave(this)
  }

  /** Ends the connection. */
  close(code: number, reason: string): void {
    this.#outlet.close(code, reason)
    this.closed()
  }

  /** Once in a turn of the wheel: whether the client is still there. */
  check(now: number): void {
    const { heartbeatMs, idleMs } = this.#around.limits
    if (!this.#encoding.isOneWay && now - this.#heardAt >= idleMs) return this.close(1008, "idle")
    if (now - Math.max(this.#heardAt, this.#askedAt) < heartbeatMs || !this.hasRoom()) return
    this.#askedAt = now
    this.send({ type: "PING" })
  }

  /**
   * At every tick while something waits for room. Answers whether it has to be called again.
   */
  tick(now: number): boolean {
    if (this.#isOver) return false
    if (!this.hasRoom()) {
      const bytes = this.#outlet.bufferedAmount()
      if (this.#fullSince === undefined || bytes < this.#fullBytes) this.#fullSince = now
      this.#fullBytes = bytes
      if (now - this.#fullSince < this.#around.limits.stalledMs) return true
      this.close(1013, "too slow")
      return false
    }
    this.#fullSince = undefined
    this.#answerRoom(true)
    for (const showing of this.#showings) showing.catchUp()
    this.#readOn()
    return !this.hasRoom()
  }

  hasRoom(): boolean {
    return this.#outlet.bufferedAmount() <= this.#around.limits.unreadBytes
  }

  send(frame: Wire.ServerFrame): void {
    if (!this.#isOver) this.#outlet.send(this.#encoding.frame(frame))
  }

  sendNews(news: LiveNews, id: string | undefined): void {
    if (!this.#isOver) this.#outlet.send(this.#encoding.news(news, id, this.#opened.stream))
  }

  room(): Promise<boolean> {
    if (this.#isOver || this.hasRoom()) return Promise.resolve(!this.#isOver)
    this.fallBehind()
    return new Promise((resolve) => this.#waitingForRoom.push(resolve))
  }

  fallBehind(): void {
    this.#around.watch(this)
  }

  turn<A>(work: () => Promise<A>): Promise<A> {
    return this.#around.turn(work)
  }

  failed(error: unknown, showing: Showing): void {
    this.#showings = this.#showings.filter((one) => one !== showing)
    this.#answerFailure(error, showing.id)
  }

  /** A subscription is named by the id of its frame; the same id again replaces it. */
  async subscribe(id: string | undefined, filter: LiveFilter, since: Wire.Subscribe["since"]): Promise<void> {
    const others = this.#showings.filter((one) => one.id !== id)
    const most = this.#around.limits.subscriptions
    if (others.length >= most) {
      const message = `a connection holds at most ${most} subscriptions`
      return this.#answerRefused({ type: "ERROR", id, code: "RATE_LIMITED", message })
    }
    this.#end(id)
    const showing = new Showing(id, this)
    this.#showings = [...others, showing]
    try {
      showing.begin(await this.#opened.subscribe(filter, since, showing), since?.sequence)
    } catch (error) {
      if (!this.#showings.includes(showing)) return
      showing.end()
      this.failed(error, showing)
    }
  }

  #refuse(message: string): void {
    this.#answerRefused({ type: "ERROR", code: "VALIDATION_ERROR", message })
  }

  #answerFailure(error: unknown, id: string | undefined): void {
    const frame = refusalOf(error, id)
    if (frame.code === "INTERNAL") this.#around.onError(error)
    this.send(frame)
    // Who can say nothing has nothing more to wait for.
    if (this.#encoding.isOneWay) this.close(1011, "failed")
  }

  #answerRefused(frame: Wire.Refusal): void {
    if (++this.#refused > this.#around.limits.refusals) this.close(1008, "too many errors")
    else this.send(frame)
  }

  #obey(frame: Wire.ClientFrame): void {
    switch (frame.type) {
      case "PING":
        return this.send({ type: "PONG", id: frame.id })
      case "PONG":
        return
      case "UNSUBSCRIBE":
        this.#end(frame.id)
        return this.send({ type: "UNSUBSCRIBED", id: frame.id })
      case "SUBSCRIBE": {
        const { deviceIds, events, id, locationIds, since } = frame
        return void this.subscribe(id, { deviceIds, events, locationIds }, since)
      }
      case "RECORD":
        if (this.#recording < this.#around.limits.recording) return void this.#record(frame)
        // What came in the same packet is already read; nothing more is until one of those is answered.
        this.#waitingRecords.push(frame)
    }
  }

  #end(id: string | undefined): void {
    for (const showing of this.#showings) if (showing.id === id) showing.end()
    this.#showings = this.#showings.filter((one) => one.id !== id)
  }

  async #record({ deviceId, id, readings }: Wire.Record): Promise<void> {
    this.#recording++
    try {
      const { accepted, duplicates, rejected } = await this.#opened.record(deviceId, readings)
      this.send({ type: "RECORDED", id, accepted, duplicates, rejected })
    } catch (error) {
      this.#answerFailure(error, id)
    }
    this.#recording--
    const next = this.#waitingRecords.shift()
    if (next !== undefined) void this.#record(next)
    this.#holdBack()
    this.#readOn()
  }

  /** Reads nothing more from a client that leaves its answers unread, or has much on its way to the store. */
  #holdBack(): void {
    if (this.#isPaused || this.#isOver) return
    const isFull = !this.hasRoom()
    if (!isFull && this.#recording < this.#around.limits.recording) return
    this.#isPaused = true
    this.#outlet.pause()
    if (isFull) this.#around.watch(this)
  }

  #readOn(): void {
    if (!this.#isPaused || this.#isOver || !this.hasRoom()) return
    if (this.#recording >= this.#around.limits.recording) return
    this.#isPaused = false
    this.#outlet.resume()
  }

  #answerRoom(hasRoom: boolean): void {
    const waiting = this.#waitingForRoom
    if (waiting.length === 0) return
    this.#waitingForRoom = []
    for (const resolve of waiting) resolve(hasRoom)
  }
}
