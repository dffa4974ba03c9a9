import * as Scaled from "../../exact/Scaled.ts"
import type { DemandCharge, Ratchet } from "../../model/charge/DemandCharge.ts"
import { Refused } from "../../Refused.ts"
import { type Context, type Part, type Peak, type Piece, applies, warn } from "../Context.ts"
import { demandLines } from "./demandPrice.ts"
import type { Times } from "../fixed.ts"
import { type Found, powersOf } from "./powers.ts"
import { daysBegun, daysBetween } from "../../time/YearCalendar.ts"
import { piecesOf } from "../../usage/pieces.ts"
import { quantity } from "../tiers.ts"

/** Demand is computed in units of 10^-12 kW, so that shares and means of it are not rounded visibly. */
const DIGITS = Scaled.QUANTITY_DIGITS

/** A month of a year as one number, so that months can be counted back. */
const monthNumber = (piece: Piece): number => piece.calendar.year * 12 + piece.month - 1

const keyOf = (month: number): string =>
  `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`

/** The highest demand of an earlier month: from the bills before, else from the assignment. */
const earlier = (context: Context, charge: DemandCharge, month: number): bigint => {
  const known = context.state.peaks.get(charge.id)?.get(keyOf(month))
  if (known !== undefined) return quantity(known)
  const given = context.priorPeaksKw?.[((month % 12) + 12) % 12]
  if (given !== undefined) return Scaled.parse(given, DIGITS)
  throw new Refused([
    {
      path: `charges.${charge.id}.ratchet`,
      message: `the demand of ${keyOf(month)} is needed for ${charge.label}; give earlier bills or peaks`
    }
  ])
}

const shareOf = (ratchet: Ratchet, month: number): bigint => {
  const text = typeof ratchet.percent === "string" ? ratchet.percent : ratchet.percent[month % 12]!
  return Scaled.parse(text, DIGITS)
}

const percentOf = (units: bigint, percent: bigint): bigint =>
  Scaled.divide(units * percent, 100n * Scaled.ONE_QUANTITY)

/**
 * The demand that counts under a ratchet: the most of its floor, the shares of exactly `lookbackMonths`
 * months before and of this one, and this month's own demand where that counts in full.
 */
const ratcheted = (
  context: Context,
  charge: DemandCharge,
  ratchet: Ratchet,
  month: number,
  own: bigint
): bigint => {
  let most = ratchet.floorKw === undefined ? 0n : Scaled.parse(ratchet.floorKw, DIGITS)
  const consider = (units: bigint): void => {
    if (units > most) most = units
  }
  const counts = (one: number): boolean =>
    ratchet.sourceMonths === undefined || ratchet.sourceMonths.includes((one % 12) + 1)
  for (let back = month - ratchet.lookbackMonths; back < month; back++) {
    if (counts(back)) consider(percentOf(earlier(context, charge, back), shareOf(ratchet, back)))
  }
  if (counts(month)) consider(percentOf(own, shareOf(ratchet, month)))
  const actual = typeof ratchet.useActual === "boolean" ? ratchet.useActual : ratchet.useActual[month % 12]!
  if (actual) consider(own)
  return most
}

/** The mean over this month and those before it that are known; each counts with the floor at least. */
const meanOfMonths = (
  context: Context,
  charge: DemandCharge,
  months: number,
  month: number,
  own: bigint
): bigint => {
  const floor = floorOf(charge)
  const known = [own]
  for (let back = month - 1; back > month - months; back--) {
    const value = context.state.peaks.get(charge.id)?.get(keyOf(back))
    const given = context.priorPeaksKw?.[((back % 12) + 12) % 12]
    if (value !== undefined) known.push(quantity(value))
    else if (given !== undefined) known.push(Scaled.parse(given, DIGITS))
  }
  if (known.length < months) {
    warn(
      context,
      `${charge.id}-history`,
      `${charge.label} is the mean of ${known.length} months, fewer than ${months}`
    )
  }
  const sum = known.reduce((total, units) => total + (units > floor ? units : floor), 0n)
  return Scaled.divide(sum, BigInt(known.length))
}

const floorOf = (charge: DemandCharge): bigint =>
  charge.floorKw === undefined ? 0n : Scaled.parse(charge.floorKw, DIGITS)

/** The mean of the highest demands, of different days when asked. */
const meanTop = (found: Found, n: number, distinctDays: boolean): bigint => {
  const values = (distinctDays ? found.byDay : found.all).toSorted((a, b) => b - a).slice(0, n)
  if (values.length === 0) return 0n
  return Scaled.divide(
    values.reduce((sum, value) => sum + quantity(value), 0n),
    BigInt(values.length)
  )
}

const statisticOf = (context: Context, charge: DemandCharge, month: number, found: Found): bigint => {
  const { statistic } = charge
  switch (statistic.kind) {
    case "max":
      return quantity(found.max)
    case "meanTop":
      return meanTop(found, statistic.n, statistic.distinctDays)
    case "meanOfMonths":
      return meanOfMonths(context, charge, statistic.months, month, quantity(found.max))
    case "coincident": {
      if (statistic.of === "max" || found.all.length === 0) return quantity(found.max)
      const sum = found.all.reduce((total, value) => total + quantity(value), 0n)
      return Scaled.divide(sum, BigInt(found.all.length))
    }
  }
}

const remember = (
  context: Context,
  charge: DemandCharge,
  key: string,
  month: number,
  milli: number
): void => {
  const months = context.state.peaks.get(charge.id) ?? new Map<string, number>()
  context.state.peaks.set(charge.id, months)
  months.set(key, Math.max(months.get(key) ?? 0, milli))
  const oldest = keyOf(month - 25)
  for (const old of months.keys()) if (old < oldest) months.delete(old)
}

/** The highest demand of the year before some pieces of it: from the bills before and the assignment. */
const earlierInYear = (context: Context, charge: DemandCharge, group: ReadonlyArray<Piece>): bigint => {
  const [first] = group
  if (first === undefined) return 0n
  const { calendar, month, start } = first
  const known = context.state.peaks.get(charge.id)?.get(String(calendar.year))
  const months = charge.active?.months
  const before = Array.from({ length: month - 1 }, (_, at) => at + 1).filter(
    (one) => months === undefined || months.includes(one)
  )
  const given = before.flatMap((one) => context.priorPeaksKw?.[one - 1] ?? [])
  if (known === undefined && given.length === 0 && start > calendar.start && before.length > 0) {
    warn(
      context,
      `${charge.id}-history`,
      `${charge.label} is charged on the highest of ${calendar.year} so far, of which nothing was given`
    )
  }
  return given
    .map((text) => Scaled.parse(text, DIGITS))
    .reduce((most, units) => (units > most ? units : most), quantity(known ?? 0))
}

/** A mean over the year cannot be made of bills that each know one month of it. */
const refuseMeanOfYear = (charge: DemandCharge, group: ReadonlyArray<Piece>, end: number): void => {
  const { statistic } = charge
  const mean = statistic.kind === "meanTop" || (statistic.kind === "coincident" && statistic.of === "mean")
  const [first] = group
  if (!mean || first === undefined) return
  const { calendar } = first
  const active = charge.active?.months
  const from = active === undefined ? calendar.start : calendar.monthStarts[Math.min(...active) - 1]!
  const until = active === undefined ? calendar.end : calendar.monthStarts[Math.max(...active)]!
  if (first.start <= from && end >= until) return
  const message = `${charge.label} is a mean over the year, so only a bill of the whole year can charge it`
  throw new Refused([{ path: `charges.${charge.id}.per`, message }])
}

/**
 * How much of its price a demand has in some pieces.
 *
 * A price by the year is spread over its days, since every bill of the year charges the demand again. Where
 * versions share a month or billing period, each has its own demand for its share of the days.
 */
const portionOf = (context: Context, charge: DemandCharge, group: ReadonlyArray<Piece>): Times => {
  const { calendar, month } = group[0]!
  const count = group.reduce((sum, it) => sum + daysBegun(it.calendar, it.start, it.end), 0)
  if (charge.per === "year") return { count, of: daysBegun(calendar, calendar.start, calendar.end) }
  if (charge.per === "day" || context.parts.length === 1) return { count: 1, of: 1 }
  const { end, start } = context
  const of = isByMonth(charge)
    ? daysBegun(
        calendar,
        Math.max(start, calendar.monthStarts[month - 1]!),
        Math.min(end, calendar.monthStarts[month]!)
      )
    : daysBetween(context.tariff.clock, start, end)
  return of === 0 ? { count: 1, of: 1 } : { count, of }
}

const isByMonth = (charge: DemandCharge): boolean =>
  charge.per === "month" || (charge.active?.months !== undefined && charge.per !== "year")

/** What a demand charge bills for some pieces, and where it comes from. */
const billed = (
  context: Context,
  charge: DemandCharge,
  month: number,
  group: ReadonlyArray<Piece>,
  found: Found,
  source: Found
): Peak => {
  const { ratchet } = charge
  const time = { from: group[0]!.start, to: group[group.length - 1]!.end }
  const other = context.peaks.findLast(
    (peak) => peak.chargeId === charge.demandOf && peak.from < time.to && peak.to > time.from
  )
  if (other !== undefined) return { ...other, ...time, chargeId: charge.id, actual: found.max }
  let own = statisticOf(context, charge, month, found)
  let from: Peak["source"] = "actual"
  if (charge.per === "year" && charge.statistic.kind !== "meanOfMonths") {
    const before = earlierInYear(context, charge, group)
    if (before > own) {
      own = before
      from = "year"
    }
  }
  let units = own
  if (ratchet !== undefined) {
    units = ratcheted(context, charge, ratchet, month, quantity(source.max))
    if (units !== own) from = "ratchet"
  }
  const floor = floorOf(charge)
  if (units < floor) {
    units = floor
    from = "floor"
  }
  return { chargeId: charge.id, units, at: found.at, ...time, source: from, actual: found.max }
}

/** Whether the charge's own demand is the highest of all times, for charges that depend on it. */
const holdsPeak = (
  context: Context,
  part: Part,
  charge: DemandCharge,
  pieces: ReadonlyArray<Piece>,
  found: Found
): boolean => {
  if (charge.pick.onlyAtPeak !== true) return true
  const all = powersOf(context, { ...charge, pick: {} }, pieces, part)
  return all.max > 0 && all.at === found.at
}

/** The pieces a demand is found in together: months, years, or all of them. */
const groupsOf = (
  charge: DemandCharge,
  pieces: ReadonlyArray<Piece>
): ReadonlyArray<ReadonlyArray<Piece>> => {
  if (isByMonth(charge)) return pieces.map((piece) => [piece])
  if (charge.per !== "year") return [pieces]
  const years = new Set(pieces.map((piece) => piece.calendar.year))
  return Array.from(years, (year) => pieces.filter((piece) => piece.calendar.year === year))
}

/** The demand and the lines of a demand charge in one part of a bill. */
export const demandOf = (context: Context, part: Part, charge: DemandCharge): void => {
  if (!applies(context, charge)) return
  const { clock } = context.tariff
  const months = charge.active?.months
  const whole = part.compiled.version.billing.demandProration === "wholePeriod"
  if (whole && part !== context.parts[context.parts.length - 1]) return
  const [start, end] = whole ? [context.start, context.end] : [part.start, part.end]
  const pieces = piecesOf(clock, start, end, isByMonth(charge) || months !== undefined).filter(
    (piece) => months === undefined || months.includes(piece.month)
  )
  const groups = groupsOf(charge, pieces)
  for (const group of groups) {
    const last = group[group.length - 1]
    if (last === undefined) continue
    if (charge.per === "year") refuseMeanOfYear(charge, group, end)
    // A billing period that is no calendar month counts to the month it begins in.
    const month = monthNumber(piecesOf(clock, group[0]!.start, last.end, true)[0]!)
    const found = powersOf(context, charge, group, part)
    const source =
      charge.ratchet?.source === undefined
        ? found
        : powersOf(context, { ...charge, pick: charge.ratchet.source }, group, part)
    const peak = billed(context, charge, month, group, found, source)
    context.peaks.push(peak)
    remember(context, charge, keyOf(month), month, source.max)
    if (charge.per === "year") remember(context, charge, String(last.calendar.year), month, found.max)
    if (!holdsPeak(context, part, charge, group, found)) continue
    // Lines of several months or years in one bill are told apart by their month.
    const shown = isByMonth(charge) || groups.length > 1 ? last.month : 0
    demandLines(context, part, charge, peak, found, shown, portionOf(context, charge, group))
  }
}
