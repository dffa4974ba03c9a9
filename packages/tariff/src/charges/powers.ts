import type { DemandCharge } from "../model/charge/DemandCharge.ts"
import type { Series } from "../model/Series.ts"
import { Refused } from "../Refused.ts"
import { lastAtOrBefore } from "../time/YearCalendar.ts"
import { type Metered, endAt, startAt } from "../usage/Metered.ts"
import { type Context, type Piece, warn } from "./Context.ts"
import { type Cells, cellsAtStart } from "../usage/pieces.ts"

/** Mean powers over the clocked minutes of a demand charge, in milliwatts. */
export interface Found {
  readonly max: number
  /** When the first highest one began. */
  readonly at: number
  /** All of them and the highest of each day; empty where only the highest counts. */
  readonly all: ReadonlyArray<number>
  readonly byDay: ReadonlyArray<number>
}

const valuesOf = (charge: DemandCharge, usage: Metered, context: Context): Float64Array => {
  if (charge.unit === "kVA" || charge.unit === "kvar") {
    const given = charge.unit === "kVA" ? usage.apparent : usage.reactive
    if (given !== undefined) return given
    warn(context, `${charge.id}-unit`, `${charge.label} needs ${charge.unit}h readings; it was made from kWh`)
  }
  return charge.direction === "import" ? usage.imported : usage.exported
}

/** Whether each period of the picked set counts; undefined when all times do. */
const picked = (context: Context, pick: DemandCharge["pick"]): ReadonlyArray<boolean> | undefined =>
  pick.set === undefined || pick.periods === undefined
    ? undefined
    : context.tariff.set(pick.set).periods.map((period) => pick.periods!.includes(period.id))

/** The events of a coincident demand; without them its demand is unknown, not zero. */
const seriesOf = (context: Context, charge: DemandCharge, id: string): Series => {
  const series = context.series[id]
  if (series !== undefined) return series
  const message = `the events of ${charge.label} were not given; give "${id}", empty if there are none`
  throw new Refused([{ path: `series.${id}`, message }])
}

/** The intervals of a series of events: those with a value that is not zero. */
const eventsOf = (series: Series): ReadonlyArray<readonly [number, number]> => {
  if ("points" in series)
    return series.points.filter((it) => it.value !== 0).map((it) => [it.start, it.end] as const)
  const step = series.stepSeconds * 1000
  return series.values.flatMap((value, i) =>
    value === null || value === 0 ? [] : [[series.start + i * step, series.start + (i + 1) * step] as const]
  )
}

/** The fast path: readings as long as the minutes asked for, only the highest wanted. */
const highest = (
  cells: Cells,
  values: Float64Array,
  counts: ReadonlyArray<boolean> | undefined,
  missing: Uint8Array | undefined
): number => {
  let best = -1
  let most = 0
  for (let i = cells.from; i < cells.to; i++) {
    if (values[i]! <= most || missing?.[i] === 1) continue
    if (counts !== undefined && counts[cells.cells[i + cells.shift]!] !== true) continue
    most = values[i]!
    best = i
  }
  return best
}

interface Collected {
  max: number
  at: number
  readonly all: Array<number>
  readonly byDay: Map<number, number>
}

const take = (into: Collected, power: number, at: number, piece: Piece, keep: boolean): void => {
  if (power > into.max) {
    into.max = power
    into.at = at
  }
  if (!keep) return
  into.all.push(power)
  const day = piece.calendar.dayStarts[lastAtOrBefore(piece.calendar.dayStarts, at)]!
  into.byDay.set(day, Math.max(into.byDay.get(day) ?? 0, power))
}

/** The mean power of energy over milliseconds, in whole milliwatts. */
const powerOf = (milli: number, millis: number): number => {
  const power = (milli * 3_600_000) / millis
  return Number.isSafeInteger(power) ? power : Math.round(power)
}

/** Means over clocked minutes made of shorter readings; one with a missing reading is unknown, not zero. */
const clocked = (
  context: Context,
  piece: Piece,
  cells: Cells,
  values: Float64Array,
  millis: number,
  counts: (i: number, start: number) => boolean,
  visit: (power: number, at: number) => void
): void => {
  const { usage } = cells
  let at = Number.NaN
  let sum = 0
  let covered = 0
  const close = (): void => {
    if (covered === millis) visit(powerOf(sum, millis), at)
    else if (covered > 0) warn(context, "demand-incomplete", INCOMPLETE)
  }
  for (let i = cells.from; i < cells.to; i++) {
    const start = startAt(usage, i)
    const { offset } = piece.calendar.clock.offsets(start)
    const slot = Math.floor((start + offset) / millis) * millis - offset
    if (slot !== at) {
      close()
      at = slot
      sum = 0
      covered = 0
    }
    if (usage.missing?.[i] === 1 || !counts(i, start)) continue
    const length = endAt(usage, i) - start
    if (length > millis) {
      warn(context, "demand-long", TOO_LONG)
      visit(powerOf(values[i]!, length), start)
      continue
    }
    sum += values[i]!
    covered += length
  }
  close()
}

const INCOMPLETE =
  "some demand intervals have missing readings; the demand billed is the least it can have been"
const TOO_LONG =
  "readings are longer than the demand interval; the demand billed is the least it can have been"

/** The mean powers of a demand charge in some pieces of time. */
export const powersOf = (context: Context, charge: DemandCharge, pieces: ReadonlyArray<Piece>): Found => {
  const { statistic } = charge
  const into: Collected = { max: 0, at: pieces[0]?.start ?? 0, all: [], byDay: new Map() }
  const counts = picked(context, charge.pick)
  const events =
    statistic.kind === "coincident" ? eventsOf(seriesOf(context, charge, statistic.events)) : undefined
  const keep = statistic.kind !== "max" || charge.per === "day"
  for (const piece of pieces) {
    const grid = counts === undefined ? undefined : context.tariff.grid(charge.pick.set!, piece.calendar)
    const usage = charge.direction === "import" ? context.priced : context.usage
    const cells = cellsAtStart(grid, usage, piece)
    const values = valuesOf(charge, cells.usage, context)
    const millis = (charge.minutes ?? 0) * 60_000 || cells.usage.stepMs || 900_000
    const same = cells.usage.stepMs > 0 && cells.usage.stepMs >= millis
    if (same && cells.usage.stepMs > millis) warn(context, "demand-long", TOO_LONG)
    if (cells.usage.missing !== undefined && same) warnMissing(context, cells)
    if (same && !keep) {
      const best = highest(cells, values, counts, cells.usage.missing)
      if (best >= 0)
        take(into, powerOf(values[best]!, cells.usage.stepMs), startAt(cells.usage, best), piece, false)
      continue
    }
    const isCounted = (i: number, start: number): boolean =>
      (counts === undefined || counts[cells.cells[i + cells.shift]!] === true) &&
      (events === undefined || events.some(([from, to]) => start >= from && start < to))
    const length = same ? cells.usage.stepMs : millis
    clocked(context, piece, cells, values, length, isCounted, (power, at) =>
      take(into, power, at, piece, keep)
    )
  }
  return { max: into.max, at: into.at, all: into.all, byDay: Array.from(into.byDay.values()) }
}

const warnMissing = (context: Context, cells: Cells): void => {
  for (let i = cells.from; i < cells.to; i++) {
    if (cells.usage.missing![i] === 1) {
      warn(context, "demand-incomplete", INCOMPLETE)
      return
    }
  }
}
