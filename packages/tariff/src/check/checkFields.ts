import type { Tariff, Version } from "../model/Tariff.ts"
import type { TouRule } from "../model/TouSet.ts"
import { isDate } from "../time/Civil.ts"
import { clockOf } from "../time/Clock.ts"

type Add = (path: string, message: string) => void

const CLOCK = /^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/
const ZONE = /^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/
const DAYS = "mon tue wed thu fri sat sun weekday weekend holiday workday".split(" ")

const isZone = (value: unknown): boolean => {
  if (typeof value !== "string" || !ZONE.test(value)) return false
  try {
    clockOf(value)
    return true
  } catch {
    return false
  }
}

const checkDate = (path: string, value: unknown, add: Add): void => {
  if (!isDate(value)) add(path, `"${String(value)}" is not a date written like "2026-03-29"`)
}

/** The months something applies in. */
export const checkMonths = (path: string, months: ReadonlyArray<number> | undefined, add: Add): void => {
  const wrong = months?.find((month) => !(Number.isInteger(month) && month >= 1 && month <= 12))
  if (wrong !== undefined) add(path, `${String(wrong)} is not a month; months are the numbers 1 to 12`)
}

/** The times, days and dates of a rule. */
export const checkRule = (path: string, rule: TouRule, add: Add): void => {
  for (const field of ["from", "to"] as const) {
    const time = rule[field]
    if (time !== undefined && !(typeof time === "string" && CLOCK.test(time)))
      add(`${path}.${field}`, `"${String(time)}" is not a time written like "07:30", up to "24:00"`)
  }
  checkMonths(`${path}.months`, rule.months, add)
  for (const day of rule.days ?? []) {
    if (!DAYS.includes(day))
      add(`${path}.days`, `"${String(day)}" is not a day; known are ${DAYS.join(", ")}`)
  }
  if (rule.dates === undefined) return
  for (const day of [rule.dates.from, rule.dates.to]) {
    // Of all years a leap year has every day there is.
    if (!isDate(`2000-${String(day)}`))
      add(`${path}.dates`, `"${String(day)}" is not a day of the year written like "11-01"`)
  }
}

/** The dates of a version and of its billing periods. */
export const checkDates = (path: string, version: Version, add: Add): void => {
  checkDate(`${path}.validFrom`, version.validFrom, add)
  if (version.validTo !== undefined) checkDate(`${path}.validTo`, version.validTo, add)
  const { cycle } = version.billing
  if (cycle.kind === "dates")
    cycle.starts.forEach((start, at) => checkDate(`${path}.billing.cycle.starts[${at}]`, start, add))
}

/**
 * Currency, time zone and calendars. A decoded tariff has these right already; one that was put together in a
 * program is checked here, since the schemas are too much for a browser that only bills.
 */
export const checkFields = (tariff: Tariff, add: Add): void => {
  if (typeof tariff.currency !== "string" || !/^[A-Z]{3}$/.test(tariff.currency)) {
    add("currency", `"${String(tariff.currency)}" is not a currency; use its three letters, such as "EUR"`)
  }
  if (!isZone(tariff.timeZone)) {
    const zone = String(tariff.timeZone)
    add("timeZone", `"${zone}" is not a time zone known here; name one such as "Europe/Berlin"`)
  }
  for (const [id, calendar] of Object.entries(tariff.calendars ?? {})) {
    calendar.dates.forEach((one, at) => checkDate(`calendars.${id}.dates[${at}]`, one.date, add))
  }
}
