import { usualRules } from "../model/UsageRules.ts"
import type { Quality, Usage } from "../model/Usage.ts"
import type { Energy } from "../quantity/Energy.ts"
import type { Instant } from "../time/Instant.ts"
import type { Interval } from "../time/Interval.ts"
import type * as LocalCalendar from "../time/LocalCalendar.ts"
import * as Resolution from "../time/Resolution.ts"
import * as ChannelReadings from "../usage/ChannelReadings.ts"
import { MAX_STEP_MS } from "../usage/Step.ts"
import * as UsageCells from "../usage/UsageCells.ts"
import { usageOf } from "../usage/usageOf.ts"
import { type Cells, countedOf, type KeptChannel, type KeptReadings } from "./KeptReadings.ts"

const { CELL_MS } = UsageCells
/** So many cells are computed at once, about a year: what is far apart would need a cell for each quarter. */
const AT_ONCE = 32_768 * CELL_MS
/** Readings further apart share no step, and no cell either. */
const APART = MAX_STEP_MS + 2 * CELL_MS

type Counted = ReturnType<typeof countedOf>

const together = (readings: Counted): ReadonlyArray<Counted> => {
  const groups: Array<Array<Counted[number]>> = []
  for (const one of readings) {
    const group = groups.at(-1)
    const last = group?.at(-1)
    if (group === undefined || last === undefined || one.reading.at - last.reading.at > APART)
      groups.push([one])
    else group.push(one)
  }
  return groups
}

/** The quarter hours of a channel from an instant on, from all of its readings. */
const quartersOf = (channel: KeptChannel, from: number): ReadonlyArray<Usage> => {
  const rules = channel.rules ?? usualRules
  return together(countedOf(channel, Number.NEGATIVE_INFINITY)).flatMap((group) => {
    const edited = new Set(group.flatMap(({ isEdited, reading }) => (isEdited ? [reading.at] : [])))
    const readings = group.map(({ reading }) => reading)
    const columns = ChannelReadings.fromReadings(readings, (at) => edited.has(at))
    // A delta reaches back to its `since`, and one that has none and is the first by a millisecond.
    const earliest = readings.reduce(
      (least, { at, since = at }) => Math.min(least, at - 1, at - since <= MAX_STEP_MS ? since : at),
      Number.POSITIVE_INFINITY
    )
    const latest = readings.at(-1)?.at ?? earliest
    const start = Math.max(from, Math.floor(earliest / CELL_MS) * CELL_MS)
    const end = (Math.floor(latest / CELL_MS) + 1) * CELL_MS
    const usages: Array<Usage> = []
    for (let at = start; at < end; at += AT_ONCE) {
      const within = { start: at as Instant, end: Math.min(end, at + AT_ONCE) as Instant }
      const cells = usageOf(columns, rules, within, { before: true, after: true })
      if (cells !== undefined) usages.push(...UsageCells.toUsages(cells))
    }
    return usages
  })
}

const sumOf = (values: ReadonlyArray<number | null>): number | null =>
  values.reduce((sum, value) => (value === null ? sum : (sum ?? 0) + value), null)

const extreme = (values: ReadonlyArray<number | null>, of: (...all: Array<number>) => number) => {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((a, b) => of(a, b))
}

const worst = (qualities: ReadonlyArray<Quality>): Quality =>
  UsageCells.qualities.findLast((quality) => qualities.includes(quality)) ?? "measured"

/** The sum of cells, but for what they cover, of which channels and times have different notions. */
const added = (within: Interval, cells: ReadonlyArray<Usage>): Omit<Usage, "coveredMs"> => ({
  within,
  imported: sumOf(cells.map((cell) => cell.imported)) as Energy | null,
  exported: sumOf(cells.map((cell) => cell.exported)) as Energy | null,
  estimated: (sumOf(cells.map((cell) => cell.estimated)) ?? 0) as Energy,
  quality: worst(cells.map((cell) => cell.quality)),
  events: UsageCells.events.filter((event) => cells.some((cell) => cell.events.includes(event))),
  powerMinW: extreme(
    cells.map((cell) => cell.powerMinW),
    Math.min
  ),
  powerMaxW: extreme(
    cells.map((cell) => cell.powerMaxW),
    Math.max
  ),
  readings: sumOf(cells.map((cell) => cell.readings)) ?? 0
})

/** Cells of channels at the same time, added up: covered is what every one of them covers. */
export const overChannels = (within: Interval, cells: ReadonlyArray<Usage>): Usage => ({
  ...added(within, cells),
  coveredMs:
    extreme(
      cells.map((cell) => cell.coveredMs),
      Math.min
    ) ?? 0,
  powerMinW: null,
  powerMaxW: null
})

const byStart = (cells: Iterable<Usage>): Map<number, Usage> =>
  new Map([...cells].map((cell) => [cell.within.start, cell]))

/** Quarter hours added up to the cells they lie in. */
const longer = (quarters: Iterable<Usage>, cellOf: (instant: Instant) => Interval): ReadonlyArray<Usage> => {
  const cells = new Map<number, { readonly within: Interval; readonly parts: Array<Usage> }>()
  for (const quarter of quarters) {
    const within = cellOf(quarter.within.start)
    const cell = cells.get(within.start) ?? { within, parts: [] }
    cells.set(within.start, cell)
    cell.parts.push(quarter)
  }
  return [...cells.values()].map(({ parts, within }) => ({
    ...added(within, parts),
    coveredMs: sumOf(parts.map((part) => part.coveredMs)) ?? 0
  }))
}

const changedOf = (before: ReadonlyMap<number, Usage>, after: ReadonlyMap<number, Usage>): number =>
  [...new Set([...before.keys(), ...after.keys()])].filter(
    (start) => JSON.stringify(before.get(start)) !== JSON.stringify(after.get(start))
  ).length

/** How many cells changed. */
export type Changed = { readonly [resolution in keyof Cells]: number }

/**
 * Brings the cells of a channel up to date; undefined when they were.
 *
 * Cells before the readings that were given up are as they were, and longer cells as their quarter hours
 * were given up with them.
 */
export const refresh = (
  kept: KeptReadings,
  channel: KeptChannel,
  calendar: LocalCalendar.LocalCalendar
): Changed | undefined => {
  const cellsOf = `${channel.changes} ${calendar.name}`
  if (channel.cellsOf === cellsOf) return undefined
  const before = channel.cells
  const frozen = [...before.PT15M.values()].filter(({ within }) => within.start < kept.readingsFrom)
  const quarters = [...frozen, ...quartersOf(channel, kept.readingsFrom)]
  const cellsFrom = (resolution: "PT1H" | "P1D") => {
    const isFrozen = ({ within }: Usage) => within.start < kept.cellsFrom.PT15M
    const made = longer(quarters, (instant) => Resolution.cellOf(instant, resolution, calendar))
    return byStart([
      ...[...before[resolution].values()].filter(isFrozen),
      ...made.filter((cell) => !isFrozen(cell) && cell.within.start >= kept.cellsFrom[resolution])
    ])
  }
  const after: Cells = { PT15M: byStart(quarters), PT1H: cellsFrom("PT1H"), P1D: cellsFrom("P1D") }
  channel.cells = after
  channel.cellsOf = cellsOf
  return {
    PT15M: changedOf(before.PT15M, after.PT15M),
    PT1H: changedOf(before.PT1H, after.PT1H),
    P1D: changedOf(before.P1D, after.P1D)
  }
}
