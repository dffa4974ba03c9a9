import * as Schema from "effect/Schema"
import { Currency } from "../../quantity/Currency.ts"

/** How a person likes things shown; what they did not say is for each program to choose. */
export const Preferences = Schema.Struct({
  /** A language tag such as `de` or `en-GB`. */
  locale: Schema.optionalKey(
    Schema.String.check(
      Schema.isPattern(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/u, {
        message: "must be a language tag such as de or en-GB"
      })
    )
  ),
  units: Schema.optionalKey(Schema.Literals(["metric", "imperial"])),
  theme: Schema.optionalKey(Schema.Literals(["system", "light", "dark"])),
  currency: Schema.optionalKey(Currency)
})
export type Preferences = typeof Preferences.Type
