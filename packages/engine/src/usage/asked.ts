import {
  type Instant,
  type Interval,
  type LocalCalendar,
  Period,
  type Retention,
  type UsageQuery
} from "@wattkit/core"
import { Effect } from "effect"
import { Invalid } from "../Invalid.ts"

/** A time somebody asks about: a period of the location's calendar, or instants; today unless said. */
export interface AskedTime {
  readonly period?: Period.PeriodName | "custom" | undefined
  readonly from?: Instant.Instant | undefined
  /** Now when it is left out. */
  readonly to?: Instant.Instant | undefined
}

/** The lengths usage is shown in; a month is a sum of days. */
export type UsageResolution = UsageQuery["resolution"] | "P1M"

const DAY = 86_400_000
/** There is no usage before; calendars need not be asked about the years before it. */
const earliest = Date.UTC(1999, 11, 30)

/** Beyond these instants nothing is known, whatever is asked. */
const clamp = (instant: number, now: number): Instant.Instant =>
  Math.min(Math.max(instant, earliest), now + 400 * DAY) as Instant.Instant

/** The instants that are meant. */
export const intervalOf = <E>(
  { from, period, to }: AskedTime,
  calendar: Effect.Effect<LocalCalendar.LocalCalendar, E>,
  now: Instant.Instant
): Effect.Effect<Interval.Interval, Invalid | E> => {
  const refuse = (field: string, reason: string) => Effect.fail(new Invalid({ field, reason }))
  const isNamed = period !== undefined && period !== "custom"
  if (isNamed && (from !== undefined || to !== undefined)) {
    return refuse("period", "must be custom or left out when from and to are given")
  }
  const resolved = (name: Period.PeriodName) =>
    Effect.map(calendar, (known) => Period.resolve(name, known, now))
  if (isNamed) return resolved(period)
  if (from === undefined) {
    if (period === "custom") return refuse("from", "is missing")
    if (to !== undefined) return refuse("from", "is missing: to comes with from")
    return resolved("today")
  }
  const end = to ?? now
  if (end < from) {
    return to === undefined
      ? refuse("from", "must not be in the future without to")
      : refuse("to", "must not be before from")
  }
  return Effect.succeed({ start: clamp(from, now), end: clamp(end, now) })
}

/** A resolution that shows an interval in a few hundred cells, of a kind that is still kept. */
export const resolutionFor = (
  { end, start }: Interval.Interval,
  now: Instant.Instant,
  { hourDays, quarterHourDays }: Retention
): UsageResolution => {
  const days = (end - start) / DAY
  const age = (now - start) / DAY
  if (days <= 3 && age < quarterHourDays) return "PT15M"
  if (days <= 15 && age < hourDays) return "PT1H"
  return days <= 400 ? "P1D" : "P1M"
}

/** How many cells of a resolution an interval has at most. */
export const cellsIn = ({ end, start }: Interval.Interval, resolution: UsageResolution): number => {
  const lengths = { PT15M: 900_000, PT1H: 3_600_000, P1D: 23 * 3_600_000, P1M: 28 * DAY } as const
  return Math.ceil((end - start) / lengths[resolution])
}
