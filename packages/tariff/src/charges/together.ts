import type { CompiledEnergy } from "../compile/Compiled.ts"
import { Refused } from "../Refused.ts"
import { daysBegun, daysBetween } from "../time/YearCalendar.ts"
import { piecesOf } from "../usage/pieces.ts"
import type { Context, Part, Piece } from "./Context.ts"
import type { Sizes } from "./tiers.ts"

/** Pieces that are priced together: one set of prices and one count of tiers holds in them. */
export interface Together {
  readonly pieces: ReadonlyArray<Piece>
  /** The month a line names, or 0 where the charge has only one line for all of them. */
  readonly month: number
  readonly days: number
  /** The share of tier limits that holds here: so many days of so many. */
  readonly share: readonly [number, number]
}

/** When the tiers of a charge begin again. */
export const resets = (energy: CompiledEnergy): string =>
  energy.charge.price.kind === "tiered" ? energy.charge.price.tiers.resets : ""

const daysOf = (pieces: ReadonlyArray<Piece>): number =>
  pieces.reduce((sum, { calendar, end, start }) => sum + daysBegun(calendar, start, end), 0)

const runsThrough = (part: Part): boolean => part.compiled.version.billing.tierProration === "none"

const daysOfMonth = ({ calendar, month }: Piece): number =>
  daysBegun(calendar, calendar.monthStarts[month - 1]!, calendar.monthStarts[month]!)

/** One month. Where one count runs through, the limits are those of the whole month. */
const ofMonth = (part: Part, energy: CompiledEnergy, piece: Piece): Together => {
  const days = daysOf([piece])
  const together = { pieces: [piece], month: piece.month }
  if (resets(energy) !== "month") return { ...together, days, share: [1, 1] }
  const all = daysOfMonth(piece)
  return runsThrough(part)
    ? { ...together, days: all, share: [1, 1] }
    : { ...together, days, share: [days, all] }
}

/** The years of a part: each has a count of its own, and limits per day are for all days of the year. */
const ofYears = (pieces: ReadonlyArray<Piece>): ReadonlyArray<Together> => {
  const calendars = [...new Set(pieces.map((piece) => piece.calendar))]
  return calendars.map((calendar) => {
    const own = pieces.filter((piece) => piece.calendar === calendar)
    return {
      pieces: own,
      month: calendars.length > 1 ? own[0]!.month : 0,
      days: daysBegun(calendar, calendar.start, calendar.end),
      share: [1, 1]
    }
  })
}

/** The stretches of a part within which one set of prices and one count of tiers holds. */
export const together = (context: Context, part: Part, energy: CompiledEnergy): ReadonlyArray<Together> => {
  const { clock } = context.tariff
  const months = energy.charge.active?.months
  const kind = resets(energy)
  const pick = (start: number, end: number, byMonth: boolean): ReadonlyArray<Piece> => {
    const pieces = piecesOf(clock, start, end, byMonth)
    return months === undefined ? pieces : pieces.filter((piece) => months.includes(piece.month))
  }
  const byMonth = energy.monthly || kind === "month" || months !== undefined
  const pieces = pick(part.start, part.end, byMonth)
  if (kind === "year") return ofYears(pieces)
  if (byMonth && kind !== "billingPeriod") return pieces.map((piece) => ofMonth(part, energy, piece))
  if (pieces.length === 0) return []
  if (kind === "billingPeriod" && runsThrough(part)) {
    const days =
      months === undefined
        ? daysBetween(clock, context.start, context.end)
        : daysOf(pick(context.start, context.end, true))
    return [{ pieces, month: 0, days, share: [1, 1] }]
  }
  const days = months === undefined ? part.days : daysOf(pieces)
  return [{ pieces, month: 0, days, share: [days, part.ofDays] }]
}

/** Where prices or counts begin anew: no reading may lie across, or all of it would count before or after. */
export const edgesOf = (energy: CompiledEnergy, groups: ReadonlyArray<Together>): ReadonlyArray<number> =>
  groups.flatMap(({ pieces }) =>
    pieces.flatMap(({ calendar, end, start }) =>
      resets(energy) === "day"
        ? [start, ...calendar.dayStarts.filter((at) => at > start && at < end), end]
        : [start, end]
    )
  )

/** What sizes the tiers of a charge; those per kW by the highest demand that was found for the same time. */
export const sizesFor = (context: Context, energy: CompiledEnergy, group: Together, days: number): Sizes => {
  const { price } = energy.charge
  const demand = (price.kind === "tiered" ? price.tiers.demand : undefined) ?? ""
  const start = group.pieces[0]!.start
  const end = group.pieces[group.pieces.length - 1]!.end
  let demandUnits = 0n
  for (const peak of context.peaks) {
    const same = peak.chargeId === demand && peak.from < end && peak.to > start
    if (same && peak.units > demandUnits) demandUnits = peak.units
  }
  return { days, demandUnits, share: resets(energy) === "day" ? [1, 1] : group.share }
}

/** Where a count that outlives its part is kept; undefined where each part counts from zero. */
const countOf = (
  context: Context,
  part: Part,
  energy: CompiledEnergy,
  group: Together
): readonly [Map<string, ReadonlyArray<number>>, string] | undefined => {
  const { id } = energy.charge
  const { calendar, month } = group.pieces[0]!
  const kind = resets(energy)
  if (kind === "year") return [context.state.tiers, `${id}@${calendar.year}`]
  if (!runsThrough(part)) return undefined
  if (kind === "billingPeriod") return [context.counted, id]
  if (kind !== "month") return undefined
  return [context.state.tiers, `${id}@${calendar.year}-${String(month).padStart(2, "0")}`]
}

/**
 * The counters a stretch starts from: those of a year, and of a month or billing period where one count runs
 * through, go on from the part or bill before.
 */
export const countersFor = (
  context: Context,
  part: Part,
  energy: CompiledEnergy,
  group: Together,
  size: number
): Float64Array => {
  const kept = countOf(context, part, energy, group)
  const known = kept?.[0].get(kept[1])
  if (known === undefined) return new Float64Array(size)
  if (known.length === size) return Float64Array.from(known)
  if (size === 1) return Float64Array.of(known.reduce((sum, one) => sum + one, 0))
  const { id, label } = energy.charge
  const message = `${label} counts each period by itself from here on, but all of them together before`
  throw new Refused([{ path: `charges.${id}.price.tiers.counts`, message }])
}

/** Keeps counters for the next part or bill. */
export const keepCounters = (
  context: Context,
  part: Part,
  energy: CompiledEnergy,
  group: Together,
  counters: Float64Array
): void => {
  const kept = countOf(context, part, energy, group)
  if (kept === undefined) return
  const [counts, key] = kept
  if (resets(energy) === "month") {
    // A month that is over is not counted in again.
    const months = key.slice(0, -7)
    for (const old of counts.keys())
      if (old.startsWith(months) && old.length === key.length && old < key) counts.delete(old)
  }
  counts.set(key, Array.from(counters))
}
