import { MIXED, type TouGrid } from "../../compile/TouGrid.ts"
import type { DemandCharge } from "../../model/charge/DemandCharge.ts"
import type { Series } from "../../model/Series.ts"
import { Refused } from "../../Refused.ts"
import { lastAtOrBefore } from "../../time/YearCalendar.ts"
import { type Metered, endAt, startAt } from "../../usage/Metered.ts"
import { type Cells, cellsOfLength } from "../../usage/pieces.ts"
import { pricedIn } from "../../usage/priced.ts"
import { alignedTo, eachSlot } from "../../usage/slots.ts"
import { type Context, type Part, type Piece, warn } from "../Context.ts"

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

/** The mean power of energy over milliseconds, in whole milliwatts. */
const powerOf = (milli: number, millis: number): number => {
  const power = (milli * 3_600_000) / millis
  return Number.isSafeInteger(power) ? power : Math.round(power)
}

interface Collected {
  max: number
  at: number
  readonly all: Array<number>
  readonly byDay: Map<number, number>
  /** The last reading in `all`, which may lie in two pieces. */
  last: number
}

/** What a search for powers is about in one piece. */
interface Search {
  readonly context: Context
  readonly piece: Piece
  readonly usage: Metered
  readonly values: Float64Array
  readonly grid: TouGrid | undefined
  readonly counts: ReadonlyArray<boolean> | undefined
  readonly events: ReadonlyArray<readonly [number, number]> | undefined
  /** The demand interval, of which a longer reading has several. */
  readonly millis: number
  readonly into: Collected
  /** Whether all powers are wanted, not only the highest. */
  readonly keep: boolean
}

const take = ({ into }: Search, power: number, at: number): void => {
  if (power <= into.max) return
  into.max = power
  into.at = at
}

const takeDay = ({ into, piece }: Search, power: number, at: number): void => {
  const { dayStarts } = piece.calendar
  const day = dayStarts[lastAtOrBefore(dayStarts, at)]!
  into.byDay.set(day, Math.max(into.byDay.get(day) ?? 0, power))
}

/** Whether a time is within an event, where a charge is for events, and in a period it is for. */
const isCounted = ({ counts, events, grid }: Search, start: number, end: number): boolean =>
  (events === undefined || events.some(([from, to]) => start < to && end > from)) &&
  (counts === undefined ||
    counts[grid!.cells[Math.floor((start - grid!.calendar.start) / grid!.slotMs)]!] === true)

/** A reading counts where one of the demand intervals in it begins in a period that does. */
const isReadingCounted = (search: Search, start: number, end: number): boolean => {
  for (let at = start; at < end; at += search.millis) {
    if (isCounted(search, at, Math.min(end, at + search.millis))) return true
  }
  return false
}

/** A reading over midnight has its power on each of its days that it counts on. */
const takeDays = (search: Search, power: number, start: number, end: number): void => {
  const { dayStarts } = search.piece.calendar
  for (let at = start, day = lastAtOrBefore(dayStarts, start); at < end; day++) {
    const until = Math.min(end, dayStarts[day + 1] ?? end)
    const whole = at === start && until === end
    if (whole || isReadingCounted(search, at, until)) takeDay(search, power, at)
    at = until
  }
}

/** The next reading that is higher, or missing; the loop that most of the time goes into. */
const nextAbove = (
  { missing }: Metered,
  values: Float64Array,
  from: number,
  to: number,
  most: number
): number => {
  let i = from
  if (missing === undefined) while (i < to && values[i]! <= most) i++
  else while (i < to && values[i]! <= most && missing[i] !== 1) i++
  return i
}

/** Readings of one length as they are: power stays when time is cut, so one over an edge is on both sides. */
const byReading = (search: Search, cells: Cells): void => {
  const { counts, events, into, keep, piece, usage, values } = search
  const { from, shift, to } = cells
  const { missing } = usage
  // Powers of readings of one length compare like their energies.
  let most = keep ? -1 : (into.max * usage.stepMs) / 3_600_000 - 1
  const crosses = from > 0 && endAt(usage, from - 1) > piece.start
  const first = crosses ? from - 1 : from
  for (
    let i = nextAbove(usage, values, first, to, most);
    i < to;
    i = nextAbove(usage, values, i + 1, to, most)
  ) {
    if (missing?.[i] === 1) {
      warn(search.context, "demand-incomplete", INCOMPLETE)
      continue
    }
    const cell = counts === undefined ? 0 : i < from ? MIXED : cells.cells[i + shift]!
    const mixed = events !== undefined || cell === MIXED
    if (!mixed && counts !== undefined && counts[cell] !== true) continue
    const start = Math.max(piece.start, startAt(usage, i))
    const end = Math.min(piece.end, endAt(usage, i))
    if (mixed && !isReadingCounted(search, start, end)) continue
    const power = powerOf(values[i]!, usage.stepMs)
    take(search, power, start)
    if (!keep) {
      most = values[i]!
      continue
    }
    takeDays(search, power, start, end)
    if (into.last !== i) into.all.push(power)
    into.last = i
  }
}

/** Means over the clocked intervals; one with a missing reading is unknown, not zero. */
const byClock = (search: Search): void => {
  const { context, millis, piece, usage, values } = search
  eachSlot(piece, usage, values, millis, (start, end, energy, covered) => {
    if (covered < end - start) {
      if (covered > 0) warn(context, "demand-incomplete", INCOMPLETE)
    } else if (isCounted(search, start, end)) {
      const power = powerOf(energy, end - start)
      take(search, power, start)
      if (search.keep) {
        takeDay(search, power, start)
        search.into.all.push(power)
      }
    }
  })
}

const INCOMPLETE =
  "some demand intervals have missing readings; the demand billed is the least it can have been"
const TOO_LONG =
  "readings are longer than the demand interval; the demand billed is the least it can have been"

/** The mean powers of a demand charge in some pieces of time. */
export const powersOf = (
  context: Context,
  charge: DemandCharge,
  pieces: ReadonlyArray<Piece>,
  part: Part
): Found => {
  const { statistic } = charge
  const into: Collected = { max: 0, at: pieces[0]?.start ?? 0, all: [], byDay: new Map(), last: -1 }
  const counts = picked(context, charge.pick)
  const events =
    statistic.kind === "coincident" ? eventsOf(seriesOf(context, charge, statistic.events)) : undefined
  const keep = statistic.kind !== "max" || charge.per === "day"
  const usage = charge.direction === "import" ? pricedIn(context.whole, part) : context.whole
  const values = valuesOf(charge, usage, context)
  const asked = (charge.minutes ?? 0) * 60_000
  const millis = asked || usage.stepMs || 900_000
  for (const piece of pieces) {
    const grid = counts === undefined ? undefined : context.tariff.grid(charge.pick.set!, piece.calendar)
    const search = { context, piece, usage, values, grid, counts, events, millis, into, keep }
    const same = usage.stepMs >= millis && (asked === 0 || alignedTo(usage, piece, millis))
    if (usage.stepMs > millis) warn(context, "demand-long", TOO_LONG)
    if (same) byReading(search, cellsOfLength(grid, usage, piece, millis))
    else byClock(search)
  }
  return { max: into.max, at: into.at, all: into.all, byDay: Array.from(into.byDay.values()) }
}
