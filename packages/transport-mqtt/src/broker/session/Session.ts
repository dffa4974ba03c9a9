import type { Buffer } from "node:buffer"
import type { BrokerLimits } from "../BrokerOptions.ts"
import { isOver, keep, type Message, packetOf, sizeOf } from "./Delivery.ts"
import { Reason } from "../../packets/Reason.ts"
import { kinds, receipt, type Version } from "../../packets/Wire.ts"

/** What a client asked for with one filter. */
export interface Subscription {
  readonly qos: 0 | 1 | 2
  readonly isNotOwn: boolean
  readonly keepsRetain: boolean
}

/** Where a session sends while its client is connected. */
export interface Line {
  readonly version: Version
  /** How many messages the client will have unacknowledged. */
  readonly receiveMaximum: number
  readonly packetBytes: number
  /** Whether so much waits already that what may be dropped is. */
  readonly isFull: () => boolean
  readonly send: (bytes: Buffer) => void
  readonly close: (reason: Reason) => void
}

/** What was sent and is not done: the message, or only the PUBREL that is left of it. */
interface Sent {
  readonly message: Message
  readonly qos: 1 | 2
  readonly retain: boolean
  released: boolean
}

/** A message of QoS 2 that came in and is not released: being stored, or stored. */
export interface Arriving {
  isStored: boolean
  /** Who waits for the PUBREC: the connection that sent it last. */
  asker: Line
}

interface Waiting {
  readonly message: Message
  readonly qos: 1 | 2
  readonly retain: boolean
}

/** What a publisher made up so that it cannot be written again is nobody's problem but his. */
const packetOrNothing = (...what: Parameters<typeof packetOf>): Buffer | undefined => {
  try {
    return packetOf(...what)
  } catch {
    return undefined
  }
}

/** What all sessions of a broker hold together. */
export interface Held {
  bytes: number
  dropped: number
}

/** What a client left here to find again: its subscriptions, and what is on its way to and from it. */
export class Session {
  readonly key: string
  readonly subscriptions = new Map<string, Subscription>()
  readonly arriving = new Map<number, Arriving>()
  readonly #limits: Pick<BrokerLimits, "queue" | "queuedBytes">
  readonly #held: Held
  readonly #sent = new Map<number, Sent>()
  #queue: Array<Waiting> = []
  #queueBytes = 0
  #lastId = 0
  line: Line | undefined
  /** How long it outlives its connection; 0 ends it with that. */
  lifetimeMs = 0
  /** When it ends; undefined while its client is connected. */
  endsAt: number | undefined

  constructor(key: string, limits: Pick<BrokerLimits, "queue" | "queuedBytes">, held: Held) {
    this.key = key
    this.#limits = limits
    this.#held = held
  }

  /** How many messages wait for the client or for its acknowledgement. */
  get waiting(): number {
    return this.#queue.length + this.#sent.size
  }

  /** Sends a message, or keeps it for later; false when it was dropped. */
  deliver(message: Message, qos: 0 | 1 | 2, retain: boolean, now: number): boolean {
    const { line } = this
    if (qos === 0) {
      if (line === undefined) return false
      if (line.isFull()) return this.#drop()
      return this.#transmit(line, message, { qos, retain, id: 0, isAgain: false }, now)
    }
    const size = sizeOf(message)
    const { bytes, messages } = this.#limits.queue
    if (this.waiting >= messages || this.#queueBytes + size > bytes) return this.#drop()
    if (this.#held.bytes + size > this.#limits.queuedBytes) return this.#drop()
    this.#count(size)
    this.#queue.push({ message: keep(message), qos, retain })
    this.#advance(now)
    return true
  }

  /** The client took a message of QoS 1, or refused it. */
  acknowledged(id: number, now: number): void {
    if (this.#sent.get(id)?.qos === 1) this.#done(id, now)
  }

  /** The client has a message of QoS 2; it is told to forget the id next. */
  received(id: number, reason: number, now: number): void {
    const sent = this.#sent.get(id)
    if (sent?.qos === 2 && reason >= 0x80) return this.#done(id, now)
    if (sent?.qos === 2) sent.released = true
    this.#release(id, sent === undefined ? Reason.unknownPacketId : Reason.success)
  }

  /** The client forgot the id: the message is through. */
  completed(id: number, now: number): void {
    const sent = this.#sent.get(id)
    if (sent?.qos === 2 && sent.released) this.#done(id, now)
  }

  /** A client has come back for what is here: what it may have missed goes out again, in the old order. */
  resume(line: Line, now: number): void {
    this.line = line
    this.endsAt = undefined
    for (const [id, { message, qos, released, retain }] of this.#sent) {
      if (released) this.#release(id, Reason.success)
      else this.#transmit(line, message, { qos, retain, id, isAgain: true }, now)
    }
    this.#advance(now)
  }

  /** Gives back what it counts for. */
  clear(): void {
    this.#count(-this.#queueBytes)
    this.#queue = []
    this.#sent.clear()
    this.line = undefined
  }

  #drop(): false {
    this.#held.dropped++
    return false
  }

  #count(bytes: number): void {
    this.#queueBytes += bytes
    this.#held.bytes += bytes
  }

  #release(id: number, reason: Reason): void {
    const { line } = this
    line?.send(receipt(kinds.pubrel, id, reason, line.version))
  }

  #done(id: number, now: number): void {
    const sent = this.#sent.get(id)
    if (sent === undefined) return
    this.#sent.delete(id)
    this.#count(-sizeOf(sent.message))
    this.#advance(now)
  }

  #nextId(): number {
    do this.#lastId = this.#lastId >= 65_535 ? 1 : this.#lastId + 1
    while (this.#sent.has(this.#lastId))
    return this.#lastId
  }

  #transmit(line: Line, message: Message, manner: Parameters<typeof packetOf>[1], now: number): boolean {
    const bytes = packetOrNothing(message, manner, line.version, now)
    if (bytes === undefined || bytes.length > line.packetBytes) return this.#drop()
    line.send(bytes)
    return true
  }

  /** Sends what waits, as far as the client takes it. */
  #advance(now: number): void {
    const { line } = this
    if (line === undefined) return
    let taken = 0
    for (const { message, qos, retain } of this.#queue) {
      if (this.#sent.size >= line.receiveMaximum) break
      taken++
      const id = this.#nextId()
      const goes =
        !isOver(message, now) && this.#transmit(line, message, { qos, retain, id, isAgain: false }, now)
      if (goes) this.#sent.set(id, { message, qos, retain, released: false })
      else this.#count(-sizeOf(message))
    }
    if (taken > 0) this.#queue.splice(0, taken)
  }
}
