import { DAY, formatDate } from "../../time/Civil.ts"
import { dayOf, startOfDay } from "../../time/Clock.ts"
import { type Document, type Fields, isEmpty, shown } from "../Document.ts"
import { requireClock } from "../prices/LocalTimes.ts"

/** A record with the local dates it holds, up to but not including the second. */
export interface Dated {
  readonly record: Fields
  readonly label: string
  readonly from: string
  readonly to: string | undefined
}

/**
 * The day of a date field. Dates are seconds since 1970 of a midnight, of UTC in some records and of the
 * place in others; both are read.
 */
const dayIn = (document: Document, record: Fields, field: string, zone: string): number | undefined => {
  const value = record[field]
  if (isEmpty(value)) return undefined
  if (typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)))
    return Math.floor(Date.parse(value) / DAY)
  const instant = Number(value) * 1000
  if (typeof value !== "number" || !Number.isSafeInteger(instant) || Math.abs(instant) > 1e14) {
    document.problem(field, `${shown(value)} is not a time in seconds since 1970`)
    return undefined
  }
  if (instant % DAY === 0) return instant / DAY
  const clock = requireClock(zone, "timeZone")
  const day = dayOf(clock, instant)
  if (startOfDay(clock, day) !== instant)
    document.warn(field, `is no midnight of UTC or ${zone}; the date there is taken, ${formatDate(day)}`)
  return day
}

interface Days {
  readonly record: Fields
  readonly label: string
  readonly from: number
  readonly last: number | undefined
}

/** The end of a version: where the next one begins if the two meet, else the day after its last day. */
const endOf = (document: Document, one: Days, next: Days | undefined): string | undefined => {
  if (one.last === undefined) return undefined
  const meets = next !== undefined && (one.last === next.from || one.last + 1 === next.from)
  if (!meets) document.warn("enddate", `is taken as the last day the tariff holds, ${formatDate(one.last)}`)
  return formatDate(meets ? next.from : one.last + 1)
}

/** Records in the order in which they hold. */
export const datesOf = (
  document: Document,
  records: ReadonlyArray<Fields>,
  options: { readonly timeZone: string; readonly validFrom?: string }
): ReadonlyArray<Dated> => {
  requireClock(options.timeZone, "timeZone")
  const labels = records.map((record) => String(record["label"] ?? ""))
  const days = records.map((record, at): Days => {
    const label = labels[at] === "" ? `record-${at + 1}` : labels[at]!
    const from =
      dayIn(document, record, "startdate", options.timeZone) ??
      dayIn(document, { validFrom: options.validFrom }, "validFrom", options.timeZone)
    if (from === undefined && isEmpty(record["startdate"]))
      document.problem("startdate", "is missing; say from when the tariff holds (validFrom)")
    else if (isEmpty(record["startdate"])) document.warn("startdate", "is missing; validFrom is taken")
    const { supersedes } = record
    if (!isEmpty(supersedes) && !labels.includes(String(supersedes)))
      document.warn("supersedes", `the earlier version ${shown(supersedes)} was not given`)
    return { record, label, from: from ?? 0, last: dayIn(document, record, "enddate", options.timeZone) }
  })
  const sorted = days.toSorted((one, other) => one.from - other.from)
  return sorted.map((one, at) => ({
    record: one.record,
    label: one.label,
    from: formatDate(one.from),
    to: endOf(document, one, sorted[at + 1])
  }))
}
