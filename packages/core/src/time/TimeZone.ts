import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** A name that is no IANA time zone known here; use one such as `Europe/Berlin`. */
export class UnknownTimeZone extends Schema.TaggedError<UnknownTimeZone>()("UnknownTimeZone", {
  zone: Schema.String,
  message: Schema.String
}) {}

/**
 * Letters first: `Intl` also knows plain offsets such as `+01:00`, but an offset is not a zone with a
 * history.
 */
const SHAPE = /^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/

const isKnown = (name: string): boolean => {
  if (!SHAPE.test(name)) return false
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions().timeZone !== ""
  } catch {
    return false
  }
}

const MESSAGE = "expected an IANA time zone, such as Europe/Berlin"

/**
 * The name of an IANA time zone, kept as it was written.
 *
 * The platform renames zones (`Asia/Kathmandu` comes back as `Asia/Katmandu`), so its answer is never stored.
 */
export const TimeZone = Schema.String.check(
  Schema.makeFilter((name: string) => isKnown(name) || MESSAGE, {
    toJsonSchema: () => ({ pattern: SHAPE.source })
  })
).pipe(Schema.brand("TimeZone"))
/** The name of an IANA time zone, kept as it was written. */
export type TimeZone = typeof TimeZone.Type

/** The zone of Greenwich time without any change. */
export const utc = "UTC" as TimeZone

/** Checks that the platform knows the zone. */
export const make = (name: string): Result.Result<TimeZone, UnknownTimeZone> =>
  isKnown(name)
    ? Result.succeed(name as TimeZone)
    : Result.fail(new UnknownTimeZone({ zone: name, message: MESSAGE }))

/** Checks a zone as `make` does and throws `UnknownTimeZone`, for names in source code and tests. */
export const makeOrThrow = (name: string): TimeZone => Result.getOrThrow(make(name))
