import { Buffer } from "node:buffer"
import { Acks } from "./Acks.ts"
import type { Login } from "./BrokerOptions.ts"
import type { Carrier, Core } from "./Core.ts"
import { type Frame, Frames } from "../packets/Frames.ts"
import { Reason } from "../packets/Reason.ts"
import type { Line, Session } from "./session/Session.ts"
import type { Space } from "./session/Space.ts"
import { type Properties, type Version, write } from "../packets/Wire.ts"
import type { Waiter } from "./Room.ts"

/** What is published for a client that goes without saying so. */
export interface Will {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
  readonly properties: Properties | undefined
  readonly delayMs: number
}

/** Who is at the other end, from the moment he is known. */
export interface Joined<P> {
  readonly peer: P
  readonly login: Login
  readonly spaceName: string
  readonly space: Space
  readonly session: Session
  readonly line: Line
  readonly keepAliveMs: number
  will: Will | undefined
  /** Nobody has to look after it any more. */
  release: () => void
}

/** What a connection leaves to others. */
export interface Duties<P> {
  readonly handle: (connection: Connection<P>, frame: Frame) => void
  /** The connection is over; `isClean` when the client said so, so that there is no will. */
  readonly left: (connection: Connection<P>, joined: Joined<P> | undefined, isClean: boolean) => void
}

/** So many packets are handled before others have their turn. */
const packetsAtOnce = 256

/** Writes of less than this together are made one. */
const joinedWrite = 64 * 1024

/** How long a client may take to hear that it is over. */
const goodbyeMs = 1_000

/**
 * One client's socket: cuts packets out of it while there is room for what they carry, and stops reading when
 * there is not, so that the client's own TCP holds it back.
 */
export class Connection<P> implements Waiter {
  readonly core: Core<P>
  readonly #stream: Carrier
  readonly #duties: Duties<P>
  readonly #frames = new Frames()
  readonly acks = new Acks((bytes) => this.send(bytes))
  readonly openedAt = performance.now()
  version: Version = 4
  phase: "new" | "joining" | "open" | "closed" = "new"
  joined: Joined<P> | undefined
  heardAt = this.openedAt
  /** How many of its messages are being stored. */
  inFlight = 0
  /** What it may publish to, as far as it was asked already. */
  readonly known = new Map<string, boolean>()
  #retry: (() => void) | undefined
  #isResting = false
  #isWorking = false
  #isPaused = false
  #out: Array<Buffer> = []
  #outBytes = 0
  #isFlushing = false
  #cloggedAt: number | undefined
  #unsent = 0

  constructor(core: Core<P>, stream: Carrier, duties: Duties<P>) {
    this.core = core
    this.#stream = stream
    this.#duties = duties
    stream.setNoDelay?.(true)
    stream.setKeepAlive?.(true, 60_000)
    stream.on("data", (chunk: Buffer) => this.#hear(chunk))
    stream.on("drain", () => this.#drained())
    stream.on("error", () => stream.destroy())
    stream.on("end", () => this.end(undefined))
    stream.on("close", () => this.end(undefined))
  }

  /** Whether the client is being kept waiting, so that its silence says nothing. */
  get isHeldBack(): boolean {
    return this.#isPaused
  }

  /** How much waits to go out. */
  get unsent(): number {
    return this.#stream.writableLength + this.#outBytes
  }

  #hear(chunk: Buffer): void {
    if (this.phase === "closed") return
    this.heardAt = performance.now()
    this.#frames.push(chunk)
    this.work()
  }

  get #mayRead(): boolean {
    const isReady = this.phase === "new" || this.phase === "open"
    return (
      isReady && !this.core.isClosing && !this.#isResting && this.#retry === undefined && !this.#isClogged
    )
  }

  get #isClogged(): boolean {
    return this.unsent > this.core.limits.unsentBytes
  }

  /** Handles what has come, as far as there is room. */
  work(): void {
    if (this.#isWorking) return
    this.#isWorking = true
    for (let left = packetsAtOnce; this.#mayRead; left--) {
      if (left === 0) {
        this.rest((done) => setImmediate(done))
        break
      }
      if (!this.#step()) break
    }
    this.#isWorking = false
    this.#flow()
  }

  #step(): boolean {
    const { connectBytes, packetBytes } = this.core.limits
    const frame = this.#frames.next(this.phase === "open" ? packetBytes : connectBytes)
    if (frame === undefined) return false
    if (frame === "too_large") this.end(Reason.tooLarge)
    else if (frame === "malformed") this.end(Reason.malformed)
    else this.#handle(frame)
    return true
  }

  /**
   * A fault of the owner's functions, or of a packet that cannot be written, costs one connection at most.
   */
  #handle(frame: Frame): void {
    try {
      this.#duties.handle(this, frame)
    } catch {
      this.end(Reason.unspecified)
    }
  }

  /** Reads from the socket or not. */
  #flow(): void {
    if (this.phase === "closed") return
    const mayRead = this.#mayRead
    if (mayRead === !this.#isPaused) return
    this.#isPaused = !mayRead
    if (mayRead) {
      this.heardAt = performance.now()
      this.#stream.resume()
    } else this.#stream.pause()
  }

  /** Handles nothing more until `retry` was called again, which happens when there is room. */
  wait(retry: () => void): void {
    this.#retry = retry
  }

  /** There may be room now. */
  proceed(): void {
    const retry = this.#retry
    if (retry === undefined || this.phase === "closed") return
    this.#retry = undefined
    try {
      retry()
    } catch {
      this.end(Reason.unspecified)
    }
    this.work()
  }

  /** Whether its next message waits for one of its own to be stored. */
  get isWaiting(): boolean {
    return this.#retry !== undefined
  }

  /** Handles nothing more until the work is done. */
  rest(work: (done: () => void) => void): void {
    this.#isResting = true
    work(() => {
      this.#isResting = false
      this.work()
    })
  }

  /** Puts bytes on their way, together with others of the same moment. */
  send(bytes: Buffer): void {
    if (this.phase === "closed") return
    this.#out.push(bytes)
    this.#outBytes += bytes.length
    if (this.#isFlushing) return
    this.#isFlushing = true
    queueMicrotask(() => this.flush())
  }

  flush(): void {
    this.#isFlushing = false
    const [first] = this.#out
    if (first === undefined || this.#stream.destroyed || this.#stream.writableEnded) return
    const list = this.#out
    const bytes = this.#outBytes
    this.#out = []
    this.#outBytes = 0
    if (list.length === 1) this.#stream.write(first)
    else if (bytes <= joinedWrite) this.#stream.write(Buffer.concat(list, bytes))
    else {
      this.#stream.cork()
      for (const one of list) this.#stream.write(one)
      this.#stream.uncork()
    }
    if (this.#stream.writableNeedDrain) this.#cloggedAt ??= performance.now()
    if (this.#isClogged) this.#flow()
  }

  #drained(): void {
    this.#cloggedAt = undefined
    this.work()
  }

  /** Whether it has taken nothing for so long. */
  isStalled(now: number): boolean {
    if (this.#cloggedAt === undefined) return false
    const unsent = this.#stream.writableLength
    if (unsent < this.#unsent) this.#cloggedAt = now
    this.#unsent = unsent
    return now - this.#cloggedAt > this.core.limits.stalledMs
  }

  /** Ends the connection; MQTT 5 clients hear why when there is a reason. */
  end(reason: Reason | undefined, isClean = false): void {
    if (this.phase === "closed") return
    if (reason !== undefined && this.phase === "open" && this.version === 5) {
      this.send(write({ cmd: "disconnect", reasonCode: reason }, 5))
    }
    this.flush()
    this.phase = "closed"
    this.#retry = undefined
    this.core.room.forget(this)
    this.core.connections.delete(this)
    this.#goodbye()
    const { joined } = this
    this.joined = undefined
    this.#duties.left(this, joined, isClean)
  }

  #goodbye(): void {
    const stream = this.#stream
    if (stream.destroyed) return
    // What still comes is thrown away: closing with unread bytes would reset what was sent last.
    stream.resume()
    stream.end(() => stream.destroy())
    setTimeout(() => stream.destroy(), goodbyeMs).unref()
  }

  /** Ends it because the client may not be here any more: it has no last word, and nothing is kept for it. */
  expel(): void {
    if (this.joined === undefined) return
    this.joined.session.lifetimeMs = 0
    this.end(Reason.notAuthorized, true)
  }

  /** Ends it without another word. */
  destroy(): void {
    this.#stream.destroy()
    this.end(undefined)
  }
}
