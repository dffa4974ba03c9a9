import { MIXED, type TouGrid, resampled } from "../compile/TouGrid.ts"
import { calendarAt, lastAtOrBefore } from "../time/YearCalendar.ts"
import type { Clock } from "../time/Clock.ts"
import { dividedBySlots } from "./divide.ts"
import { type Metered, indexAt, startAt } from "./Metered.ts"
import type { Piece } from "../charges/Context.ts"

/** Divides a stretch of time by calendar year, and by month when asked. */
export const piecesOf = (
  clock: Clock,
  start: number,
  end: number,
  byMonth: boolean
): ReadonlyArray<Piece> => {
  const pieces: Array<Piece> = []
  for (let at = start; at < end;) {
    const calendar = calendarAt(clock, at)
    const month = Math.min(11, lastAtOrBefore(calendar.monthStarts, at))
    const until = Math.min(end, byMonth ? calendar.monthStarts[month + 1]! : calendar.end)
    pieces.push({ calendar, start: at, end: until, month: month + 1 })
    at = until
  }
  return pieces
}

/** The readings of a piece with the index of the period of each; cell of reading i is `cells[i + shift]`. */
export interface Cells {
  readonly usage: Metered
  readonly from: number
  readonly to: number
  readonly cells: Uint8Array
  readonly shift: number
  /** Whether a cell may be `MIXED`. */
  readonly mixed: boolean
}

const noCells = new Uint8Array(0)

const regularCells = (grid: TouGrid, usage: Metered, from: number, to: number, atStart = false): Cells => {
  const { stepMs } = usage
  const behind = usage.t0 - grid.calendar.start
  const phase = ((behind % stepMs) + stepMs) % stepMs
  const { cells, mixed } = resampled(grid, stepMs, phase, atStart)
  return { usage, from, to, cells, shift: (behind - phase) / stepMs, mixed }
}

const irregularCells = (grid: TouGrid, usage: Metered, from: number, to: number): Cells => {
  const cells = new Uint8Array(to - from)
  for (let i = from; i < to; i++) {
    const slot = (usage.starts![i]! - grid.calendar.start) / grid.slotMs
    const last = Math.ceil((usage.ends![i]! - grid.calendar.start) / grid.slotMs) - 1
    const cell = grid.cells[Math.floor(slot)]!
    cells[i - from] = cell
    for (let at = Math.floor(slot) + 1; at <= last; at++) if (grid.cells[at] !== cell) cells[i - from] = MIXED
  }
  return { usage, from, to, cells, shift: -from, mixed: true }
}

/** The readings of a piece by the period they begin in. */
const cellsAtStart = (grid: TouGrid, usage: Metered, piece: Piece): Cells => {
  const from = indexAt(usage, piece.start)
  const to = indexAt(usage, piece.end)
  if (usage.stepMs > 0) return regularCells(grid, usage, from, to, true)
  const cells = new Uint8Array(to - from)
  for (let i = from; i < to; i++) {
    cells[i - from] = grid.cells[Math.floor((startAt(usage, i) - grid.calendar.start) / grid.slotMs)]!
  }
  return { usage, from, to, cells, shift: -from, mixed: false }
}

/**
 * Readings of one length by period, undivided, for demand: `MIXED` where one lies in two periods, or the one
 * it begins in if it is as long as a demand interval.
 */
export const cellsOfLength = (
  grid: TouGrid | undefined,
  usage: Metered,
  piece: Piece,
  millis: number
): Cells => {
  const from = indexAt(usage, piece.start)
  const to = indexAt(usage, piece.end)
  if (grid === undefined) return { usage, from, to, cells: noCells, shift: 0, mixed: false }
  return regularCells(grid, usage, from, to, usage.stepMs === millis)
}

/** The readings of a piece by period; readings that lie in two periods are divided first. */
export const cellsOf = (grid: TouGrid | undefined, usage: Metered, piece: Piece): Cells => {
  const from = indexAt(usage, piece.start)
  const to = indexAt(usage, piece.end)
  if (grid === undefined) return { usage, from, to, cells: noCells, shift: 0, mixed: false }
  const found = usage.stepMs > 0 ? regularCells(grid, usage, from, to) : irregularCells(grid, usage, from, to)
  if (!found.mixed) return found
  for (let i = from; i < to; i++) {
    if (found.cells[i + found.shift] === MIXED) {
      const divided = dividedBySlots(usage, grid.slotMs)
      // Offsets that are no quarter hours ended in 1972; the period a reading begins in then decides.
      return divided === usage ? cellsAtStart(grid, usage, piece) : cellsOf(grid, divided, piece)
    }
  }
  return found
}

/** Calls for each stretch of readings within one local day. */
export const eachDay = (
  piece: Piece,
  usage: Metered,
  visit: (start: number, end: number, from: number, to: number) => void
): void => {
  const { dayStarts } = piece.calendar
  let day = lastAtOrBefore(dayStarts, piece.start)
  for (let at = piece.start; at < piece.end; day++) {
    const until = Math.min(piece.end, dayStarts[day + 1] ?? piece.end)
    if (until > at) visit(at, until, indexAt(usage, at), indexAt(usage, until))
    at = Math.max(at, until)
  }
}
