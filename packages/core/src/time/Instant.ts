import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Orders from "effect/Order"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { InvalidTime } from "./InvalidTime.ts"
import * as Rfc3339 from "./Rfc3339.ts"

/**
 * The earliest instant accepted, a day before 1970 so that the first local day of 1970 has a start
 * everywhere.
 */
export const MIN_MILLIS = Rfc3339.MIN

/** The latest instant accepted, the last millisecond of year 9999 in UTC. */
export const MAX_MILLIS = Rfc3339.MAX

/** A moment on the time line as whole milliseconds since 1970-01-01T00:00:00Z. */
export const Instant = Schema.Int.check(Schema.isBetween({ minimum: MIN_MILLIS, maximum: MAX_MILLIS })).pipe(
  Schema.brand("Instant")
)
/** A moment on the time line as whole milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = typeof Instant.Type

/** Checks epoch milliseconds: whole and within the accepted years. */
export const make = (millis: number): Result.Result<Instant, InvalidTime> =>
  Number.isInteger(millis) && millis >= MIN_MILLIS && millis <= MAX_MILLIS
    ? Result.succeed(millis as Instant)
    : Result.fail(
        new InvalidTime({
          input: String(millis),
          message: "expected whole milliseconds of the years 1970 to 9999"
        })
      )

/** Reads an RFC 3339 time; the offset is mandatory, and digits finer than a millisecond are cut off. */
export const fromString = (text: string): Result.Result<Instant, InvalidTime> => {
  const millis = Rfc3339.parse(text)
  return Number.isNaN(millis)
    ? Result.fail(new InvalidTime({ input: text, message: Rfc3339.explain(text) }))
    : Result.succeed(millis as Instant)
}

/**
 * Reads an RFC 3339 time as `fromString` does and throws `InvalidTime`, for texts in source code and
 * tests.
 */
export const fromStringOrThrow = (text: string): Instant => Result.getOrThrow(fromString(text))

/** Writes an instant as RFC 3339 in UTC, with milliseconds only when they are not zero. */
export const format = (instant: Instant): string => Rfc3339.format(instant)

/**
 * The instant a number of whole milliseconds later (earlier when negative); the years are not checked
 * again.
 */
export const plus = (instant: Instant, millis: number): Instant => (instant + millis) as Instant

/** The present instant of the Effect clock, which tests can set. */
export const now: Effect.Effect<Instant> = Effect.map(
  Clock.currentTimeMillis,
  (ms) => Math.floor(ms) as Instant
)

/** Earlier before later. */
export const Order: Orders.Order<Instant> = Orders.Number

/** The wire form of an instant: RFC 3339 with an offset in, UTC with `Z` out. */
export const InstantFromString = Schema.String.check(
  // What decides is how it is read; this only tells readers of the contract what to write.
  Schema.makeFilter(() => true, { toJsonSchema: () => ({ format: "date-time" }) })
).pipe(
  Schema.decodeTo(
    Instant,
    SchemaTransformation.transformEffect({
      decode: (text: string, options) => {
        const millis = Rfc3339.parse(text)
        return Number.isNaN(millis)
          ? Effect.fail(new SchemaIssue.InvalidValue({ message: Rfc3339.explain(text) }, text, options))
          : Effect.succeed(millis)
      },
      encode: (millis: number) => Effect.succeed(Rfc3339.format(millis))
    })
  )
)
