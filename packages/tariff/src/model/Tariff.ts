import * as Schema from "effect/Schema"
import { Currency, LocalDate, TimeZone } from "@wattkit/core"
import { BillingPolicy } from "./BillingPolicy.ts"
import { Charge } from "./charge/Charge.ts"
import { ExportPolicy } from "./ExportPolicy.ts"
import { Name } from "./Fields.ts"
import { TouSet } from "./TouSet.ts"

/** The charges in force from a local date up to but not including another. */
export const Version = Schema.Struct({
  id: Name,
  validFrom: LocalDate.LocalDate,
  validTo: Schema.optionalKey(LocalDate.LocalDate),
  charges: Schema.Array(Charge),
  export: ExportPolicy,
  billing: BillingPolicy
})
/** The charges in force from a local date up to but not including another. */
export type Version = typeof Version.Encoded

/** Days on which other prices hold; `actsAs` makes one count as a Saturday or Sunday instead. */
export const HolidayCalendar = Schema.Struct({
  dates: Schema.Array(
    Schema.Struct({
      date: LocalDate.LocalDate,
      name: Schema.optionalKey(Schema.String),
      actsAs: Schema.optionalKey(Schema.Literals(["holiday", "sunday", "saturday"]))
    })
  )
})
/** Days on which other prices hold. */
export type HolidayCalendar = typeof HolidayCalendar.Encoded

const inOrder = Schema.makeFilter(
  (versions: ReadonlyArray<{ readonly validFrom: string; readonly validTo?: string }>) => {
    const bad = versions.findIndex((version, index) => {
      const before = versions[index - 1]
      return (
        before !== undefined &&
        (before.validFrom >= version.validFrom || (before.validTo ?? "") > version.validFrom)
      )
    })
    return bad < 0 || { path: [bad, "validFrom"], issue: "must not be before the end of the version before" }
  }
)

/** What a supplier or network charges: dated versions, each a list of charges. */
export const Tariff = Schema.Struct({
  id: Name,
  code: Schema.optionalKey(Schema.String),
  name: Schema.String,
  currency: Currency.Currency,
  timeZone: TimeZone.TimeZone,
  commodity: Schema.Literals(["electricity", "gas", "water", "heat"]),
  provider: Schema.optionalKey(Schema.Struct({ id: Schema.String, name: Schema.String })),
  region: Schema.optionalKey(Schema.String),
  customerClass: Schema.optionalKey(Schema.String),
  source: Schema.optionalKey(
    Schema.Struct({
      format: Schema.String,
      url: Schema.optionalKey(Schema.String),
      retrievedAt: Schema.optionalKey(Schema.String)
    })
  ),
  /** Says that prices are made up for illustration. */
  example: Schema.optionalKey(Schema.Boolean),
  calendars: Schema.optionalKey(Schema.Record(Schema.String, HolidayCalendar)),
  touSets: Schema.Record(Schema.String, TouSet),
  versions: Schema.NonEmptyArray(Version).check(inOrder)
})
/** What a supplier or network charges, as plain JSON. */
export type Tariff = typeof Tariff.Encoded
