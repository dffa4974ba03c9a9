import type { LocalCalendar, UsageRules } from "@wattkit/core"
import type { Kind } from "./Kind.ts"

/** What a refresh knows of a channel. */
export interface Channel {
  readonly key: number
  readonly says: number
  readonly rules: UsageRules
  readonly kind: Kind
  readonly calendar: LocalCalendar.LocalCalendar
  /** Its newest reading; −Infinity when it never spoke. */
  readonly newest: number
}

/** Usage of one channel to be computed anew because readings from one instant to another were touched. */
export interface Task {
  readonly channel: Channel
  readonly since: number
  readonly until: number
  /** Where the cells begin, when an earlier part of the same task settled it. */
  readonly lo: number | null
  /** How far readings are looked for, a place in `margins`: few channels have none nearby. */
  readonly distance: number
  /** An instant the channel has no readings before; null when nobody looked yet. */
  readonly first: number | null
  /** Whether somebody has to look now. */
  readonly asksFirst: boolean
  /** Whether so many neighbours are read that nothing further can matter, because registers fall here. */
  readonly isHard: boolean
  /** Whether there are more readings than are read at once. */
  readonly isCut: boolean
}

/** The task of a channel whose readings between two instants, both included, were touched. */
export const make = (channel: Channel, since: number, until: number): Task => ({
  channel,
  since,
  until,
  lo: null,
  distance: 0,
  first: null,
  asksFirst: false,
  isHard: false,
  isCut: until - since > PIECE_DAYS * DAY
})

const DAY = 86_400_000

/** A task that is cut goes on over at most so many days at a time. */
export const PIECE_DAYS = 92

/** How many readings before and after feel that one between them was touched. */
export const reachOf = ({ isHard }: Task): number => (isHard ? HARD : 8)

/** How many readings around the cells are read to judge those inside. */
export const contextOf = ({ isHard }: Task): number => (isHard ? HARD : 16)

/**
 * A register is judged by the three before and after it, and of those that remain again by three. Of five in
 * a row one remains, so nothing further than 3 + 3 × 4 + 4 × 4 readings away decides where a step ends.
 */
const HARD = 40

/** Days before and after what was touched in which readings are looked for; beyond the last none matters. */
const margins = [2, 32, 402] as const

/** Whether a task looks as far as readings matter. */
export const isFarthest = ({ distance }: Task): boolean => distance >= margins.length - 1

/** Bounds that hold every reading of a task, whole days. */
export const boundsOf = ({
  distance,
  since,
  until
}: Task): { readonly low: number; readonly high: number } => {
  const margin = (margins[distance] ?? 402) * DAY
  return {
    low: Math.floor((since - margin) / DAY) * DAY,
    high: Math.ceil((until + margin) / DAY) * DAY
  }
}

/** Most devices speak more seldom than this; it only decides how much is read at once. */
const USUAL_STEP = 10_000
const INSIDE_AT_LEAST = 1000

/** The most readings that are read inside a task before it is cut. */
export const insideOf = ({ isCut, since, until }: Task): number =>
  isCut ? CUT : Math.min(CUT, Math.max(INSIDE_AT_LEAST, Math.ceil((2 * (until - since)) / USUAL_STEP) + 200))

const CUT = 10_000
/** Readings read at a time at most, as far as one can tell before. */
const READ_AT_ONCE = 250_000
const TASKS_AT_ONCE = 125
/** Tasks further apart than this are read apart, since one statement has one pair of bounds. */
const SPREAD = 4 * DAY

const isOfSameWave = (a: Task, b: Task): boolean =>
  a.channel.kind === b.channel.kind &&
  a.distance === b.distance &&
  a.isHard === b.isHard &&
  a.isCut === b.isCut &&
  Math.abs(a.since - b.since) <= SPREAD &&
  Math.abs(a.until - b.until) <= SPREAD

/** The order in which tasks that can be read by one statement stand together. */
export const compare = (a: Task, b: Task): number =>
  a.channel.kind === b.channel.kind
    ? a.since - b.since || a.channel.key - b.channel.key
    : a.channel.kind.name < b.channel.kind.name
      ? -1
      : 1

/** Takes tasks that can be read by one statement from the front of those that wait in their order. */
export const takeWave = (waiting: Array<Task>): ReadonlyArray<Task> => {
  const first = waiting[0]
  if (first === undefined) return []
  let readings = 0
  let count = 0
  for (const task of waiting) {
    readings += insideOf(task)
    if (count > 0 && (!isOfSameWave(first, task) || readings > READ_AT_ONCE)) break
    if (++count === TASKS_AT_ONCE) break
  }
  return waiting.splice(0, count)
}
