import type { Piece } from "../charges/Context.ts"
import type { Clock } from "../time/Clock.ts"
import { type Metered, endAt, indexAt, startAt } from "./Metered.ts"

/** A stretch of time in which the clock is not changed; spans of a clock also end where nothing changes. */
const steadyAt = (clock: Clock, instant: number): { start: number; end: number; offset: number } => {
  const { end, offset, start } = clock.offsets(instant)
  return {
    start: clock.offsets(start - 1).offset === offset ? Number.NEGATIVE_INFINITY : start,
    end: clock.offsets(end).offset === offset ? Number.POSITIVE_INFINITY : end,
    offset
  }
}

/** Whether all readings of a piece begin and end where clocked intervals of a length do. */
export const alignedTo = (usage: Metered, { calendar, end, start }: Piece, millis: number): boolean => {
  if (usage.stepMs % millis !== 0) return false
  for (let at = start; at < end;) {
    const span = calendar.clock.offsets(at)
    if ((usage.t0 + span.offset) % millis !== 0) return false
    at = span.end
  }
  return true
}

/**
 * Calls with the energy of each clocked interval of a piece, and for how much of it there are readings. A
 * reading in several intervals is divided in proportion to time.
 *
 * Where the clock is changed inside an interval (by half an hour, at Lord Howe) it ends there, and is
 * shorter.
 */
export const eachSlot = (
  piece: Piece,
  usage: Metered,
  values: Float64Array,
  millis: number,
  visit: (start: number, end: number, energy: number, covered: number) => void
): void => {
  const { clock } = piece.calendar
  const first = indexAt(usage, piece.start)
  let from = piece.start
  let until = piece.start
  let energy = 0
  let covered = 0
  const open = (at: number): void => {
    if (covered > 0) visit(from, until, energy, covered)
    const { end, offset, start } = steadyAt(clock, at)
    const slot = Math.floor((at + offset) / millis) * millis - offset
    from = Math.max(start, slot)
    until = Math.min(end, slot + millis)
    energy = 0
    covered = 0
  }
  for (let i = Math.max(0, first - 1); i < usage.n && startAt(usage, i) < piece.end; i++) {
    if (usage.missing?.[i] === 1) continue
    const start = startAt(usage, i)
    const end = endAt(usage, i)
    const last = Math.min(end, piece.end)
    for (let at = Math.max(start, piece.start); at < last;) {
      if (at >= until) open(at)
      const to = Math.min(last, until)
      energy += to - at === end - start ? values[i]! : (values[i]! * (to - at)) / (end - start)
      covered += to - at
      at = to
    }
  }
  if (covered > 0) visit(from, until, energy, covered)
}
