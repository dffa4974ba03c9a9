import { type DeviceReading, isSame } from "@wattkit/core"
import type { Channel } from "./Channel.ts"

/** Readings and what was found out about them before they are stored. */
export interface Sent {
  readonly readings: ReadonlyArray<DeviceReading>
  /** The channel of each reading; undefined where the tenant has no such device. */
  readonly channels: ReadonlyArray<Channel | undefined>
  /** The instant of each reading. */
  readonly ats: Float64Array
  /** Which of `saidNames` at least one of them says, a bit for each. */
  readonly said: number
}

/**
 * A batch made ready: sorted by identity, so that appends at the same time lock in the same order, and with
 * the first reading of each identity apart from those that repeat it.
 *
 * Places are indexes of the batch.
 */
export interface Batch extends Sent {
  /** Later than everything known of their channels, so certainly new. */
  readonly fresh: ReadonlyArray<number>
  /** The others that are the first of their identity. */
  readonly others: ReadonlyArray<number>
  /** The first of the same identity, for each reading that repeats one. */
  readonly firstOf: ReadonlyMap<number, number>
}

const isSorted = (order: Uint32Array, compare: (a: number, b: number) => number): boolean => {
  for (let i = 1; i < order.length; i++) if (compare(order[i - 1]!, order[i]!) > 0) return false
  return true
}

/** Makes a batch ready, with what is certainly new told apart or not. */
export const make = (sent: Sent, tellsApart: boolean): Batch => {
  const { ats, channels } = sent
  const keys = new Float64Array(ats.length)
  const order = new Uint32Array(ats.length)
  for (let i = 0; i < ats.length; i++) {
    keys[i] = channels[i]?.key ?? 0
    order[i] = i
  }
  const compare = (a: number, b: number): number => keys[a]! - keys[b]! || ats[a]! - ats[b]! || a - b
  if (!isSorted(order, compare)) order.sort(compare)

  const fresh: Array<number> = []
  const others: Array<number> = []
  const firstOf = new Map<number, number>()
  let first = -1
  for (const place of order) {
    const channel = channels[place]
    if (channel === undefined) continue
    if (first >= 0 && keys[first] === keys[place] && ats[first] === ats[place]) {
      firstOf.set(place, first)
      continue
    }
    first = place
    if (tellsApart && ats[place]! > channel.newest) fresh.push(place)
    else others.push(place)
  }
  return { ...sent, firstOf, fresh, others }
}

/** What a reading that repeats another one of the batch is, when the other one was kept. */
export const repeated = ({ firstOf, readings }: Batch, place: number): "duplicate" | "conflict" =>
  isSame(readings[firstOf.get(place)!]!, readings[place]!) ? "duplicate" : "conflict"
