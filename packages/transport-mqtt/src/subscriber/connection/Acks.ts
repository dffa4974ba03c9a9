import type { Incoming, Taken } from "../../broker/BrokerOptions.ts"
import { reasonOf } from "../../packets/Reason.ts"
import { kinds, receipt, type Version } from "../../packets/Wire.ts"

/** A message that is not acknowledged yet. */
export interface Held {
  readonly packetId: number
  readonly incoming: Incoming
  readonly bytes: number
  readonly since: number
  /** Whether it is known what became of it; when it was not stored, `taken` stays undefined. */
  isSettled: boolean
  taken: Taken | undefined
}

/** So many acknowledged entries stay in front of the queue before it is cut. */
const slack = 4_096

/**
 * The acknowledgements that one connection owes, in the order in which its messages arrived.
 *
 * They belong to the connection and end with it: packet identifiers are given out anew, so an acknowledgement
 * that is sent on the next connection confirms another message than the one that was stored.
 */
export class Acks {
  readonly #version: Version
  #queue: Array<Held> = []
  #first = 0
  readonly #byId = new Map<number, Held>()

  constructor(version: Version) {
    this.#version = version
  }

  hold(held: Held): void {
    this.#queue.push(held)
    this.#byId.set(held.packetId, held)
  }

  find(packetId: number): Held | undefined {
    return this.#byId.get(packetId)
  }

  /** The one that has waited longest. */
  get oldest(): Held | undefined {
    return this.#queue[this.#first]
  }

  get size(): number {
    return this.#queue.length - this.#first
  }

  /** Takes out what can be acknowledged now: all that is settled before the first that is not. */
  due(): ReadonlyArray<Held> {
    const from = this.#first
    let to = from
    while (to < this.#queue.length && this.#queue[to]!.taken !== undefined) to++
    const due = this.#queue.slice(from, to)
    for (const { packetId } of due) this.#byId.delete(packetId)
    this.#first = to
    if (to === this.#queue.length || to > slack) {
      this.#queue = this.#queue.slice(to)
      this.#first = 0
    }
    return due
  }

  /** Takes out all that is left. */
  clear(): ReadonlyArray<Held> {
    const left = this.#queue.slice(this.#first)
    this.#queue = []
    this.#first = 0
    this.#byId.clear()
    return left
  }

  /** The packets: PUBACK for QoS 1 and PUBREC for QoS 2, with a reason where the protocol has one. */
  encode(due: ReadonlyArray<Held>): Buffer {
    return Buffer.concat(
      due.map(({ incoming, packetId, taken }) =>
        receipt(incoming.qos === 2 ? kinds.pubrec : kinds.puback, packetId, reasonOf(taken!), this.#version)
      )
    )
  }
}
