import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import type { Instant } from "./Instant.ts"
import type { Interval } from "./Interval.ts"
import { InvalidTime } from "./InvalidTime.ts"
import * as LocalCalendar from "./LocalCalendar.ts"
import * as LocalDate from "./LocalDate.ts"

/** The resolutions whose cells have one length and begin at multiples of it in UTC. */
export const FixedResolution = Schema.Literals(["PT1M", "PT5M", "PT15M", "PT30M", "PT1H"])
/** The resolutions whose cells have one length and begin at multiples of it in UTC. */
export type FixedResolution = typeof FixedResolution.Type

/** The resolutions whose cells are days, ISO weeks, months or years of a place. */
export const CalendarResolution = Schema.Literals(["P1D", "P1W", "P1M", "P1Y"])
/** The resolutions whose cells are days, ISO weeks, months or years of a place. */
export type CalendarResolution = typeof CalendarResolution.Type

/** The length of the cells usage is kept and shown in, as an ISO 8601 duration. */
export const Resolution = Schema.Literals([...FixedResolution.literals, ...CalendarResolution.literals])
/** The length of the cells usage is kept and shown in, as an ISO 8601 duration. */
export type Resolution = typeof Resolution.Type

const MINUTE = 60_000
const LENGTHS: Readonly<Record<FixedResolution, number>> = {
  PT1M: MINUTE,
  PT5M: 5 * MINUTE,
  PT15M: 15 * MINUTE,
  PT30M: 30 * MINUTE,
  PT1H: 60 * MINUTE
}

const ALIASES = {
  "1m": "PT1M",
  "5m": "PT5M",
  "15m": "PT15M",
  "30m": "PT30M",
  "1h": "PT1H",
  "1d": "P1D",
  "1w": "P1W",
  "1mo": "P1M",
  "1y": "P1Y"
} as const satisfies Readonly<Record<string, Resolution>>

const Alias = Schema.Literals(["1m", "5m", "15m", "30m", "1h", "1d", "1w", "1mo", "1y"])

const isAlias = Schema.is(Alias)

const Spelling = Schema.Union([Resolution, Alias])

/** The Resolution a spelling means: `PT15M` as well as `15m`; it is written back as `PT15M`. */
export const ResolutionFromString = Spelling.pipe(
  Schema.decodeTo(
    Resolution,
    SchemaTransformation.transform({
      decode: (text: typeof Spelling.Type): Resolution => (isAlias(text) ? ALIASES[text] : text),
      encode: (resolution: Resolution): typeof Spelling.Type => resolution
    })
  )
)

const isResolution = Schema.is(Resolution)

/** Reads `PT15M` or `15m` and the like. */
export const fromString = (text: string): Result.Result<Resolution, InvalidTime> =>
  isResolution(text)
    ? Result.succeed(text)
    : isAlias(text)
      ? Result.succeed(ALIASES[text])
      : Result.fail(
          new InvalidTime({ input: text, message: "expected a resolution such as PT15M, 15m, P1D or 1d" })
        )

/** Whether all cells have the same length. */
export const isFixed: (resolution: Resolution) => resolution is FixedResolution = Schema.is(FixedResolution)

/** The length of a fixed resolution in milliseconds. */
export const fixedLength = (resolution: FixedResolution): number => LENGTHS[resolution]

const dates = (
  resolution: Exclude<CalendarResolution, "P1D">,
  date: LocalDate.LocalDate
): [LocalDate.LocalDate, LocalDate.LocalDate] => {
  if (resolution === "P1W") {
    const monday = LocalDate.startOfWeek(date)
    return [monday, LocalDate.addDays(monday, 7)]
  }
  const first = resolution === "P1M" ? LocalDate.startOfMonth(date) : LocalDate.startOfYear(date)
  return [first, LocalDate.addMonths(first, resolution === "P1M" ? 1 : 12)]
}

/**
 * The cell an instant lies in: cells tile the time line.
 *
 * Fixed cells are cells of UTC in every zone, so stored usage means the same everywhere. In a zone half an
 * hour off, a UTC hour begins at half past: local days and hours there are summed from quarter hours, not
 * from hours.
 */
export const cellOf = (
  instant: Instant,
  resolution: Resolution,
  calendar: LocalCalendar.LocalCalendar
): Interval => {
  if (isFixed(resolution)) {
    const length = LENGTHS[resolution]
    const start = Math.floor(instant / length) * length
    return { start: start as Instant, end: (start + length) as Instant }
  }
  if (resolution === "P1D") {
    const day = LocalCalendar.epochDayOf(calendar, instant)
    return {
      start: LocalCalendar.startOfEpochDay(calendar, day),
      end: LocalCalendar.startOfEpochDay(calendar, day + 1)
    }
  }
  const [first, next] = dates(resolution, LocalCalendar.dayOf(calendar, instant))
  return { start: LocalCalendar.startOfDay(calendar, first), end: LocalCalendar.startOfDay(calendar, next) }
}

const tile = (interval: Interval, endOfCell: (instant: Instant) => Instant): ReadonlyArray<Interval> => {
  const cells: Array<Interval> = []
  let start = interval.start
  while (start < interval.end) {
    const cellEnd = endOfCell(start)
    const end = cellEnd < interval.end ? cellEnd : interval.end
    cells.push({ start, end })
    start = end
  }
  return cells
}

/**
 * The cells of an interval in order, the first and the last cut to it, so that together they are the
 * interval.
 */
export const split = (
  interval: Interval,
  resolution: Resolution,
  calendar: LocalCalendar.LocalCalendar
): ReadonlyArray<Interval> => {
  if (!isFixed(resolution)) return tile(interval, (instant) => cellOf(instant, resolution, calendar).end)
  const length = LENGTHS[resolution]
  return tile(interval, (instant) => (Math.floor(instant / length) * length + length) as Instant)
}

/**
 * The cells of an interval as the wall clock shows them, for display: an hour begins when the clock shows
 * :00.
 *
 * Where the offset changes a cell ends, so the hour put back gives two cells with the same label but for the
 * offset, and Lord Howe's half hour gives one cell of thirty minutes.
 */
export const splitLocal = (
  interval: Interval,
  resolution: Resolution,
  calendar: LocalCalendar.LocalCalendar
): ReadonlyArray<Interval> => {
  if (!isFixed(resolution)) return split(interval, resolution, calendar)
  const length = LENGTHS[resolution]
  return tile(interval, (instant) => {
    const offset = LocalCalendar.offsetAt(calendar, instant)
    const end = (Math.floor((instant + offset) / length) * length + length - offset) as Instant
    return LocalCalendar.nextChange(calendar, instant, end) ?? end
  })
}

const pad = (value: number): string => String(value).padStart(2, "0")

const formatOffset = (offset: number): string => {
  const seconds = Math.abs(offset) / 1000
  const hours = Math.floor(seconds / 3600)
  const rest = seconds % 60 === 0 ? "" : `:${pad(seconds % 60)}`
  return `${offset < 0 ? "-" : "+"}${pad(hours)}:${pad(Math.floor(seconds / 60) % 60)}${rest}`
}

/**
 * Names the cell an instant lies in by local time: `2026-10-25T02:00+02:00`, `2026-10-25`, `2026-W43`,
 * `2026-10` or `2026`; the offset tells the two hours of the same name apart when the clock is put back.
 */
export const label = (
  instant: Instant,
  resolution: Resolution,
  calendar: LocalCalendar.LocalCalendar
): string => {
  if (!isFixed(resolution)) {
    const date = LocalCalendar.dayOf(calendar, instant)
    if (resolution === "P1W") return LocalDate.isoWeek(date)
    return date.slice(0, resolution === "P1D" ? 10 : resolution === "P1M" ? 7 : 4)
  }
  const offset = LocalCalendar.offsetAt(calendar, instant)
  const minute = LocalCalendar.minuteOfDay(calendar, instant)
  const clock = `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`
  return `${LocalCalendar.dateOf(calendar, instant)}T${clock}${formatOffset(offset)}`
}
