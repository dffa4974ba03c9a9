import * as Schema from "effect/Schema"

const DECIMAL = /^-?\d{1,15}(?:\.\d{1,12})?$/

/** A number written as text, such as `"0.24531"`: at most 15 digits before the point and 12 after it. */
export const DecimalText = Schema.String.check(
  Schema.makeFilter(
    (text: string) =>
      DECIMAL.test(text) || 'must be a number written as text, such as "0.24531", without exponent'
  )
)
/** A number written as text, such as `"0.24531"`: at most 15 digits before the point and 12 after it. */
export type DecimalText = typeof DecimalText.Type

/** A decimal that is not below zero. */
export const PositiveDecimal = DecimalText.check(
  Schema.makeFilter((text: string) => !text.startsWith("-") || "must not be negative")
)

/** The name of a charge, version, period or set within one tariff. */
export const Name = Schema.String.check(
  Schema.isPattern(/^[A-Za-z0-9._:-]{1,64}$/, {
    message: "must be a short name of letters, digits and . _ : -"
  })
)

/** The number of a month, January 1. */
export const Month = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 12 }))

/** Months in which something applies. */
export const Months = Schema.NonEmptyArray(Month)

const daysOfMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** A day of every year, `"11-01"`. */
export const MonthDay = Schema.String.check(
  Schema.makeFilter((text: string) => {
    const match = /^(\d\d)-(\d\d)$/.exec(text)
    const last = daysOfMonth[Number(match?.[1]) - 1] ?? 0
    const day = Number(match?.[2])
    return (day >= 1 && day <= last) || 'must be a day of the year, such as "11-01"'
  })
)

/** A time on the wall clock, `"07:30"`; `"24:00"` ends the day. */
export const ClockTime = Schema.String.check(
  Schema.isPattern(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, {
    message: 'must be a time such as "07:30", up to "24:00"'
  })
)

/** What a charge belongs to on the bill; taxes and discounts select by it. */
export const Group = Schema.Literals(["supply", "network", "levy", "tax", "metering", "export", "other"])
/** What a charge belongs to on the bill; taxes and discounts select by it. */
export type Group = typeof Group.Type

/** How a number between two becomes one of them; `half-even` goes to the even digit. */
export const RoundingMode = Schema.Literals([
  "half-up",
  "half-even",
  "half-away",
  "up",
  "down",
  "ceiling",
  "floor"
])
/** How a number between two becomes one of them; `half-even` goes to the even digit. */
export type RoundingMode = typeof RoundingMode.Type

/** A rounding step: to how many digits after the point, and how. */
export const Round = Schema.Struct({
  places: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 12 })),
  mode: RoundingMode
})
/** A rounding step: to how many digits after the point, and how. */
export type Round = typeof Round.Type
