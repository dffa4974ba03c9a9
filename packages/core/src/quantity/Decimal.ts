import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { InvalidQuantity } from "./QuantityError.ts"

/** An exact decimal number. */
export type Decimal = BigDecimal.BigDecimal

/** What a decimal is made from; a number means the decimal it prints as, so 0.1 is one tenth. */
export type DecimalInput = Decimal | bigint | number | string

/**
 * Which neighbour a number between two becomes.
 *
 * `up` is away from zero and `down` towards it, `ceiling` and `floor` are towards plus and minus infinity.
 * The `half-` modes take the nearer one and differ for an exact half: `half-up` towards plus infinity,
 * `half-down` towards minus infinity, `half-away` away from zero (what invoices mostly mean), `half-even` to
 * the even digit.
 */
export const RoundingMode = Schema.Literals([
  "half-up",
  "half-down",
  "half-away",
  "half-even",
  "up",
  "down",
  "ceiling",
  "floor"
])
/** Which neighbour a number between two becomes. */
export type RoundingMode = typeof RoundingMode.Type

const MODES: Readonly<Record<RoundingMode, BigDecimal.RoundingMode>> = {
  "half-up": "half-ceil",
  "half-down": "half-floor",
  "half-away": "half-from-zero",
  "half-even": "half-even",
  up: "from-zero",
  down: "to-zero",
  ceiling: "ceil",
  floor: "floor"
}

/** Without exponent and bounded: `1e999999999` would otherwise fill the memory when it is added. */
const SHAPE = /^[+-]?\d{1,40}(?:\.\d{1,40})?$/
const MESSAGE = "expected a decimal number such as 12.34, without exponent and with at most 40 digits a side"

const read = (text: string): Decimal | undefined =>
  SHAPE.test(text) ? Option.getOrUndefined(BigDecimal.fromString(text)) : undefined

/** Reads `12.34`; no exponent, no empty text, no spaces. */
export const fromString = (text: string): Result.Result<Decimal, InvalidQuantity> => {
  const value = read(text)
  return value === undefined
    ? Result.fail(new InvalidQuantity({ input: text.slice(0, 100), message: MESSAGE }))
    : Result.succeed(value)
}

/** The decimal of any input, refusing NaN, infinity and texts that are no decimal number. */
export const from = (input: DecimalInput): Result.Result<Decimal, InvalidQuantity> => {
  if (typeof input === "string") return fromString(input)
  if (typeof input === "bigint") return Result.succeed(BigDecimal.fromBigInt(input))
  if (typeof input !== "number") return Result.succeed(input)
  return Option.match(BigDecimal.fromNumber(input), {
    onNone: () =>
      Result.fail(new InvalidQuantity({ input: String(input), message: "expected a finite number" })),
    onSome: (value) => Result.succeed(value)
  })
}

/** The decimal of an input as `from`, but throws `InvalidQuantity`, for numbers in source code and tests. */
export const fromOrThrow = (input: DecimalInput): Decimal => Result.getOrThrow(from(input))

/** Rounds to a number of decimals. */
export const round = (value: Decimal, digits: number, mode: RoundingMode): Decimal =>
  BigDecimal.round(value, { scale: digits, mode: MODES[mode] })

/** The value in whole units of 10^-digits, or `undefined` when it has more digits. */
export const toUnits = (value: Decimal, digits: number): bigint | undefined => {
  const { scale, value: units } = BigDecimal.normalize(value)
  return scale <= digits ? units * 10n ** BigInt(digits - scale) : undefined
}

/**
 * Writes a decimal without exponent, with at least this many decimals and no more than it
 * has.
 */
export const format = (value: Decimal, minDigits = 0): string => {
  const normal = BigDecimal.normalize(value)
  const digits = Math.max(normal.scale, minDigits, 0)
  const units = normal.value * 10n ** BigInt(digits - normal.scale)
  const text = (units < 0n ? -units : units).toString().padStart(digits + 1, "0")
  const whole = text.slice(0, text.length - digits)
  const sign = units < 0n ? "-" : ""
  return digits === 0 ? `${sign}${whole}` : `${sign}${whole}.${text.slice(text.length - digits)}`
}

/** The wire form of a decimal: a text without exponent. */
export const DecimalFromString = Schema.String.pipe(
  Schema.decodeTo(
    Schema.BigDecimal,
    SchemaTransformation.transformEffect({
      decode: (text: string, options) => {
        const value = read(text)
        return value === undefined
          ? Effect.fail(new SchemaIssue.InvalidValue({ message: MESSAGE }, text, options))
          : Effect.succeed(value)
      },
      encode: (value: Decimal) => Effect.succeed(format(value))
    })
  )
)
