import type { Duplex } from "node:stream"
import type { IConnackPacket, IDisconnectPacket, ISubackPacket, Packet } from "mqtt-packet"
import { Reason } from "../../packets/Reason.ts"
import { kinds, receipt, write } from "../../packets/Wire.ts"
import { Intake, type Shared } from "./Intake.ts"
import { Malformed } from "./Malformed.ts"
import { MqttError } from "../MqttError.ts"
import { Outgoing, type PublishOptions } from "./Outgoing.ts"
import { Pulse } from "./Pulse.ts"
import { connectPacket, nameOf, subscribePacket } from "./Terms.ts"

/** Why a connection ended. */
export interface Ended {
  /**
   * `version`: the broker does not speak this version; `silent`: it ended the connection without an answer to
   * the first packet; `held`: given back because the store holds too long; `taken_over`: another client came
   * with the same name.
   */
  readonly kind: "lost" | "refused" | "version" | "silent" | "taken_over" | "malformed" | "held" | "closed"
  readonly message: string
}

/** Who is told what happens to a connection. */
export interface Listener {
  /** The broker lets us in, and has a session of ours or not; answers whether the filters are to be sent. */
  readonly onAccepted: (sessionPresent: boolean) => boolean
  readonly onRefusedFilters: (filters: ReadonlyArray<string>) => void
  /** The broker answered to filters that were asked for later, or were given back. */
  readonly onGranted: (filters: ReadonlyArray<string>, codes: ReadonlyArray<number>) => void
  readonly onGivenBack: (filters: ReadonlyArray<string>) => void
  /** Messages come from now on. */
  readonly onUp: () => void
  readonly onChange: () => void
  readonly onEnded: (ended: Ended) => void
}

/** How long the broker may take to close a connection that was given back. */
const partingMs = 1_000

/**
 * One connection, from its first packet to its last. Everything that must not outlive it lies in it: the
 * acknowledgements it owes, and the packets it waits for.
 */
export class Connection {
  readonly #stream: Duplex
  readonly #version: 4 | 5
  readonly #shared: Shared
  readonly #listener: Listener
  readonly #intake: Intake
  readonly #outgoing = new Outgoing()
  readonly #deadline: number
  readonly #timer: NodeJS.Timeout
  readonly #tickMs: number
  #pulse: Pulse
  #ticked = performance.now()
  #wasLate = false
  #state: "greeting" | "subscribing" | "up" | "over" = "greeting"
  #subscribeId = 0
  readonly #asked = new Map<number, ReadonlyArray<string>>()

  constructor(stream: Duplex, version: 4 | 5, shared: Shared, listener: Listener) {
    const { keepaliveMs, limits } = shared.terms
    this.#stream = stream
    this.#version = version
    this.#shared = shared
    this.#listener = listener
    this.#deadline = this.#ticked + limits.connectMs
    this.#pulse = new Pulse(keepaliveMs, this.#ticked)
    this.#intake = new Intake(shared, version, {
      write: (bytes) => this.#write(bytes),
      setFlowing: (isFlowing) => this.#setFlowing(isFlowing),
      onPacket: (packet) => this.#handle(packet),
      onNotStored: (cause) => this.leave("held", `a message was not stored: ${wordsOf(cause)}`)
    })
    stream.on("data", (chunk: Buffer) => this.#heard(chunk))
    stream.on("error", (cause) => this.#lost(cause.message))
    stream.on("close", () => this.#lost("the broker closed the connection"))
    this.#tickMs = Math.min(500, Math.max(10, Math.min(limits.holdMs, keepaliveMs) / 8))
    this.#timer = setInterval(() => this.#tick(), this.#tickMs)
    this.#write(connectPacket(shared.terms, version))
  }

  get isUp(): boolean {
    return this.#state === "up"
  }

  get isPaused(): boolean {
    return this.#intake.isPaused
  }

  /** Whether nothing is waited for. */
  get isDrained(): boolean {
    return this.#intake.isEmpty
  }

  /** How long the oldest message has waited. */
  oldestMs(now: number): number {
    return now - (this.#intake.heldSince ?? now)
  }

  /** Something was stored: acknowledges it, and reads on. */
  proceed(): void {
    if (this.#state === "over") return
    this.#intake.flush()
    this.#guard(() => this.#intake.proceed())
  }

  /** Takes in nothing more. */
  drain(): void {
    this.#intake.drain()
  }

  /** Says good-bye, so that the broker keeps the session and what arrives for it. */
  leave(kind: Ended["kind"], message: string, reasonCode = 0): void {
    if (this.#state === "over") return
    this.#intake.flush()
    this.#write(write({ cmd: "disconnect", ...(reasonCode === 0 ? {} : { reasonCode }) }, this.#version))
    this.#end({ kind, message })
    // With bytes unread, closing would reset the connection, and the last acknowledgements could be lost.
    this.#stream.removeAllListeners("data").resume().end()
    const timer = setTimeout(() => this.#stream.destroy(), partingMs)
    this.#stream.once("close", () => clearTimeout(timer))
  }

  /** Publishes, and calls back when the broker has it. */
  publish(
    topic: string,
    payload: Uint8Array,
    { qos = 0, retain = false }: PublishOptions,
    settle: (error: MqttError | undefined) => void
  ): void {
    if (this.#state !== "up") {
      return settle(
        new MqttError({ reason: "disconnected", message: "there is no connection to the broker" })
      )
    }
    const messageId = qos === 0 ? 0 : this.#outgoing.add(settle)
    if (messageId === undefined) {
      return settle(new MqttError({ reason: "busy", message: "the broker takes no more at once" }))
    }
    const message = { cmd: "publish", topic, payload: Buffer.from(payload), qos, retain, dup: false } as const
    this.#write(write(qos === 0 ? message : { ...message, messageId }, this.#version))
    if (qos === 0) settle(undefined)
  }

  /** Asks for more filters, or gives them back; answers whether that could be said now. */
  change(what: "subscribe" | "unsubscribe", filters: ReadonlyArray<string>): boolean {
    if (this.#state !== "up") return false
    const messageId = this.#outgoing.add(() => {})
    if (messageId === undefined) return false
    this.#asked.set(messageId, filters)
    const { terms } = this.#shared
    const names = filters.map((filter) => nameOf(terms.options.group, filter))
    this.#write(
      what === "subscribe"
        ? subscribePacket(terms, names, messageId, this.#version)
        : write({ cmd: "unsubscribe", messageId, unsubscriptions: names }, this.#version)
    )
    return true
  }

  #write(bytes: Buffer): void {
    if (this.#stream.writable) this.#stream.write(bytes)
  }

  #setFlowing(isFlowing: boolean): void {
    if (isFlowing) {
      this.#pulse.heard(performance.now())
      this.#stream.resume()
    } else this.#stream.pause()
    this.#listener.onChange()
  }

  #heard(chunk: Buffer): void {
    if (this.#state === "over") return
    this.#pulse.heard(performance.now())
    this.#guard(() => this.#intake.push(chunk))
  }

  /** What the broker gets wrong ends the connection. */
  #guard(read: () => void): void {
    try {
      read()
    } catch (cause) {
      if (!(cause instanceof Malformed)) throw cause
      if (this.#version === 5 && this.#state !== "greeting") {
        return this.leave("malformed", cause.message, cause.reason)
      }
      this.#end({ kind: "malformed", message: cause.message })
      this.#stream.destroy()
    }
  }

  #handle(packet: Packet): void {
    if (this.#state === "over") return
    if ((packet.cmd === "connack") !== (this.#state === "greeting")) throw unexpected(packet)
    switch (packet.cmd) {
      case "connack":
        return this.#accepted(packet)
      case "suback":
        return this.#state === "up" ? this.#granted(packet) : this.#subscribed(packet)
      case "unsuback":
        return this.#listener.onGivenBack(this.#answered(packet.messageId))
      case "pingresp":
        return this.#pulse.answered()
      case "puback":
        return this.#outgoing.confirm(packet.messageId ?? 0, packet.reasonCode ?? 0)
      // The number is not looked up: what was acknowledged is stored, and no number is remembered.
      case "pubrel":
        return this.#write(receipt(kinds.pubcomp, packet.messageId ?? 0, Reason.success, this.#version))
      case "disconnect":
        return this.#dismissed(packet)
      default:
        throw unexpected(packet)
    }
  }

  #accepted({ properties, reasonCode, returnCode, sessionPresent }: IConnackPacket): void {
    const code = (this.#version === 5 ? reasonCode : returnCode) ?? Reason.unspecified
    if (code !== 0) {
      // A broker of the old version answers in it, with 1.
      const isVersion = code === 1 || code === Reason.unsupportedVersion
      const message = `the broker refused the connection with code ${code}`
      this.#end({ kind: isVersion ? "version" : "refused", message })
      this.#stream.destroy()
      return
    }
    this.#intake.accept()
    const { receiveMaximum, serverKeepAlive } = properties ?? {}
    if (receiveMaximum !== undefined) this.#outgoing.most = receiveMaximum
    if (serverKeepAlive !== undefined) this.#pulse = new Pulse(serverKeepAlive * 1_000, performance.now())
    if (!this.#listener.onAccepted(sessionPresent)) return this.#up()
    this.#state = "subscribing"
    this.#subscribeId = this.#outgoing.add(() => {})!
    const { terms } = this.#shared
    this.#write(subscribePacket(terms, terms.filters, this.#subscribeId, this.#version))
  }

  /** The filters a broker's answer is about. */
  #answered(messageId = 0): ReadonlyArray<string> {
    const filters = this.#asked.get(messageId)
    if (filters === undefined) throw new Malformed("an answer to no question", Reason.protocolError)
    this.#asked.delete(messageId)
    this.#outgoing.confirm(messageId, 0)
    return filters
  }

  #granted({ granted, messageId }: ISubackPacket): void {
    this.#listener.onGranted(this.#answered(messageId), granted.map(Number))
  }

  #subscribed({ granted, messageId }: ISubackPacket): void {
    const { filters } = this.#shared.terms
    if (messageId !== this.#subscribeId || granted.length !== filters.length) {
      throw new Malformed("an answer to no subscription", Reason.protocolError)
    }
    this.#outgoing.confirm(messageId, 0)
    const refused = filters.filter((_, i) => Number(granted[i]) >= 0x80)
    this.#listener.onRefusedFilters(refused)
    if (refused.length === filters.length) {
      return this.leave("refused", "the broker refuses the subscription to every filter")
    }
    this.#up()
  }

  #up(): void {
    this.#state = "up"
    this.#listener.onUp()
  }

  #dismissed({ reasonCode = 0 }: IDisconnectPacket): void {
    const kind = reasonCode === Reason.takenOver ? "taken_over" : "lost"
    this.#end({ kind, message: `the broker ended the connection with code 0x${reasonCode.toString(16)}` })
    this.#stream.destroy()
  }

  #tick(): void {
    const now = performance.now()
    const isLate = now - this.#ticked > this.#tickMs * 3
    this.#ticked = now
    if (this.#pulse.isDue(now)) this.#write(write({ cmd: "pingreq" }, this.#version))
    if (this.#intake.isPaused) this.#pulse.heard(now)
    // After the process itself stood still, what arrived meanwhile is read once before anything is judged.
    if (isLate && !this.#wasLate) this.#wasLate = true
    else {
      this.#wasLate = false
      this.#judge(now)
    }
  }

  /** Ends what has lasted too long. */
  #judge(now: number): void {
    const { limits, options } = this.#shared.terms
    if (this.#state !== "up" && now > this.#deadline) {
      this.#end({ kind: "lost", message: "the broker did not answer in time" })
      this.#stream.destroy()
    } else if (this.oldestMs(now) > limits.holdMs) {
      this.leave("held", `the store has held a message for more than ${limits.holdMs} ms`)
    } else if (options.isAvailable?.() === false) {
      this.leave("held", "the store is not available")
    } else if (this.#pulse.isLost(now)) {
      this.#end({ kind: "lost", message: "the broker does not answer any more" })
      this.#stream.destroy()
    }
  }

  #lost(message: string): void {
    this.#end({ kind: this.#state === "greeting" ? "silent" : "lost", message })
    this.#stream.destroy()
  }

  #end(ended: Ended): void {
    if (this.#state === "over") return
    this.#state = "over"
    clearInterval(this.#timer)
    this.#intake.end()
    this.#outgoing.end()
    this.#listener.onEnded(ended)
  }
}

const unexpected = ({ cmd }: Packet): Malformed =>
  new Malformed(`${cmd} is not to be sent now`, Reason.protocolError)

const wordsOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
