import type { Quarantined } from "@wattkit/core"

/** How far the clock of a device is off, as its readings from the future tell. */
export interface ClockSkew {
  /** Milliseconds ahead, in whole seconds; null while the messages do not agree. */
  readonly skewMs: number | null
  /** How many messages tell so. */
  readonly messages: number
}

/** So many messages must agree before a clock is said to be off. */
export const enoughMessages = 10
/** How far the messages may differ from each other: transport takes its time. */
const toleranceMs = 2_000

/** By how much each message was ahead when it arrived, in the order of arrival: its newest reading counts. */
const offsetsOf = (waiting: ReadonlyArray<Quarantined>): ReadonlyArray<number> => {
  const byArrival = new Map<number, number>()
  for (const { reading, reason, receivedAt } of waiting) {
    if (reason !== "future") continue
    byArrival.set(receivedAt, Math.max(byArrival.get(receivedAt) ?? -Infinity, reading.at - receivedAt))
  }
  return [...byArrival].sort(([a], [b]) => a - b).map(([, offset]) => offset)
}

const SECOND = 1_000
const QUARTER = 15 * 60 * SECOND

/** Clocks are set wrong by whole quarter hours, as zones are apart, or by any number of seconds. */
const roundSkew = (offset: number): number => {
  const quarters = Math.round(offset / QUARTER) * QUARTER
  return Math.abs(offset - quarters) <= toleranceMs ? quarters : Math.round(offset / SECOND) * SECOND
}

/**
 * A device is skewed when its last messages that came from the future all were ahead by the same time.
 *
 * Only the last ones are asked, so that a clock that was off differently before does not hide how it is now.
 */
export const clockSkewOf = (waiting: ReadonlyArray<Quarantined>): ClockSkew => {
  const offsets = offsetsOf(waiting)
  const last = offsets.slice(-enoughMessages).sort((a, b) => a - b)
  const median = last[Math.floor(last.length / 2)]
  const [least, most] = [last[0], last.at(-1)]
  if (median === undefined || least === undefined || most === undefined || last.length < enoughMessages) {
    return { skewMs: null, messages: last.length }
  }
  if (median - least > toleranceMs || most - median > toleranceMs) {
    return { skewMs: null, messages: last.length }
  }
  const agreeing = offsets.filter((offset) => Math.abs(offset - median) <= toleranceMs).length
  return { skewMs: roundSkew(median), messages: agreeing }
}
