import { type Frame, Frames } from "../../packets/Frames.ts"
import type { Incoming, Taken } from "../../broker/BrokerOptions.ts"
import { Reason } from "../../packets/Reason.ts"
import { read, readPublish } from "../../packets/Wire.ts"
import type { Packet } from "mqtt-packet"
import { Acks, type Held } from "./Acks.ts"
import type { InFlight } from "./InFlight.ts"
import { Malformed } from "./Malformed.ts"
import type { SubscriberCounts } from "../SubscriberStatus.ts"
import type { Terms } from "./Terms.ts"

/** What an intake does to its connection. */
export interface Outlet {
  readonly write: (bytes: Buffer) => void
  /** Whether bytes are to flow. */
  readonly setFlowing: (isFlowing: boolean) => void
  /** Everything that is not a message. */
  readonly onPacket: (packet: Packet) => void
  /** A message was not stored; it has to come again. */
  readonly onNotStored: (cause: unknown) => void
}

/** What subscribers of one client share. */
export interface Shared {
  readonly terms: Terms
  readonly inFlight: InFlight
  readonly counts: SubscriberCounts
}

const kindOfPublish = 3

const isSame = (one: Incoming, other: Incoming): boolean =>
  one.topic === other.topic && Buffer.compare(one.payload, other.payload) === 0

/**
 * The way in of one connection: bytes become messages, messages are handed over as long as there is room, and
 * what was stored is acknowledged in the order of arrival.
 */
export class Intake {
  readonly #shared: Shared
  readonly #outlet: Outlet
  readonly #version: 4 | 5
  readonly #mostBytes: number
  readonly #frames = new Frames()
  readonly #acks: Acks
  /** A message that has come whole and for which there is no room yet. */
  #next: Frame | undefined
  #isOpen = true
  #isAccepted = false
  #isFlowing = true
  #isDraining = false

  constructor(shared: Shared, version: 4 | 5, outlet: Outlet) {
    const { bytes, packetBytes } = shared.terms.limits
    this.#shared = shared
    this.#version = version
    this.#outlet = outlet
    // Before version 5 a broker cannot be told a limit, and would offer the same message for ever.
    this.#mostBytes = version === 5 ? packetBytes : bytes
    this.#acks = new Acks(version)
  }

  /** Bytes arrived. Throws `Malformed`. */
  push(chunk: Buffer): void {
    this.#frames.push(chunk)
    this.proceed()
  }

  /** Goes on where it stopped for want of room. Throws `Malformed`. */
  proceed(): void {
    while (this.#isOpen) {
      const frame = this.#next ?? this.#cut()
      if (frame === undefined) return this.#setFlowing(true)
      const isMessage = frame.bytes[0]! >> 4 === kindOfPublish
      if (isMessage && !this.#admits(frame.bytes.length)) {
        this.#next = frame
        return this.#setFlowing(false)
      }
      this.#next = undefined
      if (isMessage) this.#message(frame)
      else this.#packet(frame)
    }
  }

  /** Acknowledges what is due. */
  flush(): void {
    const due = this.#acks.due()
    if (!this.#isOpen || due.length === 0) return
    this.#outlet.write(this.#acks.encode(due))
    const { counts, inFlight } = this.#shared
    for (const { bytes, taken } of due) {
      if (taken !== "stored") counts.refused++
      inFlight.remove(bytes)
    }
    counts.acknowledged += due.length
  }

  /** Since when the oldest message waits. */
  get heldSince(): number | undefined {
    return this.#acks.oldest?.since
  }

  get isPaused(): boolean {
    return !this.#isFlowing
  }

  get isEmpty(): boolean {
    return this.#acks.size === 0
  }

  /** The broker let us in: from now on it may send messages. */
  accept(): void {
    this.#isAccepted = true
  }

  /** Takes in nothing more; what was handed over is still acknowledged. */
  drain(): void {
    this.#isDraining = true
  }

  /** From now on nothing is acknowledged. */
  end(): void {
    this.#isOpen = false
    for (const { bytes, isSettled, taken } of this.#acks.clear()) {
      // What is still being stored keeps its room until it is.
      if (!isSettled) continue
      if (taken !== undefined) this.#shared.counts.outlived++
      this.#shared.inFlight.remove(bytes)
    }
  }

  #admits(bytes: number): boolean {
    return !this.#isDraining && this.#shared.inFlight.admits(bytes)
  }

  #setFlowing(isFlowing: boolean): void {
    if (this.#isFlowing === isFlowing) return
    this.#isFlowing = isFlowing
    this.#outlet.setFlowing(isFlowing)
  }

  #cut(): Frame | undefined {
    const frame = this.#frames.next(this.#mostBytes)
    if (frame === "too_large") {
      throw new Malformed(`a packet of more than ${this.#mostBytes} bytes`, Reason.tooLarge)
    }
    if (frame === "malformed") throw new Malformed("the length of a packet does not end", Reason.malformed)
    return frame
  }

  #packet(frame: Frame): void {
    const packet = read(frame, this.#version)
    if (packet === undefined) throw new Malformed("a packet that cannot be read", Reason.malformed)
    this.#outlet.onPacket(packet)
  }

  #message(frame: Frame): void {
    if (!this.#isAccepted) throw new Malformed("a message before an answer", Reason.protocolError)
    const publish = readPublish(frame, this.#version)
    if (publish === undefined) throw new Malformed("a message that cannot be read", Reason.malformed)
    const { id, payload, qos, retain, topic } = publish
    if (topic === "" || topic.includes("\u0000") || /[+#]/.test(topic)) {
      throw new Malformed("a message without a topic, or to a filter", Reason.topicInvalid)
    }
    const incoming: Incoming = { topic, payload, qos, isRetained: retain, receivedAt: Date.now() }
    const held: Held = {
      packetId: id,
      incoming,
      bytes: frame.bytes.length,
      since: performance.now(),
      isSettled: false,
      taken: undefined
    }
    if (qos > 0) {
      const earlier = this.#acks.find(id)
      // The flag that says so lies in the first byte.
      if (earlier !== undefined) return this.#again(earlier, incoming, (frame.bytes[0]! & 8) !== 0)
      this.#acks.hold(held)
    }
    this.#handOver(held)
  }

  /**
   * A broker may send a message again while it waits, and one acknowledgement is then owed, not two: the
   * second would confirm whatever gets this number next. Only the number and the content together tell that
   * it is the same message.
   */
  #again(earlier: Held, incoming: Incoming, dup: boolean): void {
    if (!dup || !isSame(earlier.incoming, incoming)) {
      throw new Malformed("a number was used for two messages", Reason.protocolError)
    }
    this.#shared.counts.repeated++
  }

  #handOver(held: Held): void {
    const { counts, inFlight, terms } = this.#shared
    counts.handedOver++
    inFlight.add(held.bytes)
    let taking: Promise<Taken>
    try {
      taking = terms.options.take(held.incoming)
    } catch (cause) {
      taking = Promise.reject(cause)
    }
    taking.then(
      (taken) => this.#settle(held, taken),
      (cause) => {
        counts.notStored++
        this.#settle(held, undefined)
        if (this.#isOpen && held.incoming.qos > 0) this.#outlet.onNotStored(cause)
      }
    )
  }

  #settle(held: Held, taken: Taken | undefined): void {
    const { counts, inFlight } = this.#shared
    if (!this.#isOpen || held.incoming.qos === 0) {
      if (held.incoming.qos > 0 && taken !== undefined) counts.outlived++
      return inFlight.remove(held.bytes)
    }
    held.isSettled = true
    held.taken = taken
    inFlight.settled()
  }
}
