import { Instant, LocalCalendar, Resolution, TimeZone } from "@wattkit/core"
import { DateTime } from "effect"
import { type Bench, variant } from "../../../scripts/bench/Harness.ts"

const zone = TimeZone.makeOrThrow("Europe/Berlin")
const berlin = LocalCalendar.of(zone)
const start = Date.UTC(2026, 0, 1)
const quarter = 900_000
const year = 35_040

/** A year of quarter hours, once with the hour of the local day for each. */
const overYear = (name: string, share: number, hourOf: (millis: number) => number) =>
  variant({
    name,
    setup: () => undefined,
    run: (_, { quick }) => {
      const units = Math.round(year * share * (quick ? 0.1 : 1))
      let sum = 0
      for (let i = 0; i < units; i++) sum += hourOf(start + (i % year) * quarter)
      if (!Number.isFinite(sum)) throw new Error("an hour is not a number")
      return { units }
    }
  })

const intl = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", hourCycle: "h23" })

const splitYear = variant({
  name: "a year split into local days and quarter hours",
  setup: () => ({
    days: LocalCalendar.daysIn(berlin, {
      start: Instant.Instant.make(start),
      end: Instant.Instant.make(start + year * quarter)
    })
  }),
  run: ({ days }, { quick }) => {
    let units = 0
    for (let round = 0; round < (quick ? 1 : 20); round++) {
      for (const day of days) units += Resolution.split(day.interval, "PT15M", berlin).length
    }
    return { units }
  }
})

/** What a local calendar costs beside plain UTC division, which knows no zone and bounds what is possible. */
export default {
  name: "time",
  unit: "quarter hours",
  limit: "UTC division, no zone",
  variants: [
    overYear("UTC division, no zone", 100, (millis) => Math.floor((millis % 86_400_000) / 3_600_000)),
    overYear("LocalCalendar.minuteOfDay", 100, (millis) =>
      Math.floor(LocalCalendar.minuteOfDay(berlin, millis as Instant.Instant) / 60)
    ),
    overYear(
      "LocalCalendar.localParts",
      50,
      (millis) => LocalCalendar.localParts(berlin, millis as Instant.Instant).weekday
    ),
    splitYear,
    overYear(
      "DateTime parts",
      1,
      (millis) => DateTime.toParts(DateTime.makeZonedUnsafe(millis, { timeZone: zone })).hour
    ),
    overYear("Intl.DateTimeFormat", 1, (millis) => Number(intl.format(millis)))
  ],
  checks: [
    {
      name: "LocalCalendar.localParts is at least 20 times as fast as DateTime parts",
      holds: (rows) => {
        const value = (name: string) => rows.find((row) => row.variant === name)?.value ?? 0
        return value("LocalCalendar.localParts") > 20 * value("DateTime parts")
      }
    }
  ]
} satisfies Bench
