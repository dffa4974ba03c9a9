import * as BigDecimal from "effect/BigDecimal"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Interval } from "../time/Interval.ts"
import { apportion } from "./Apportion.ts"
import * as Decimal from "./Decimal.ts"
import { InvalidQuantity } from "./QuantityError.ts"

/**
 * An amount of energy as a whole number of milliwatt-hours, at most 9 TWh either way.
 *
 * Whole numbers add and subtract without drift. What comes in is rounded to the milliwatt-hour, halves away
 * from zero, judged by the decimals it was written with: 0.0005 Wh is 1 mWh although 0.0005 has no exact
 * binary form.
 */
export const Energy = Schema.Int.pipe(Schema.brand("Energy"))
/** An amount of energy as a whole number of milliwatt-hours, at most 9 TWh either way. */
export type Energy = typeof Energy.Type

/** No energy. */
export const zero = 0 as Energy

const TOO_MUCH = "expected a finite amount of at most 9 TWh"

const refuse = (input: string, message: string): Result.Result<never, InvalidQuantity> =>
  Result.fail(new InvalidQuantity({ input, message }))

const fromDecimal = (value: Decimal.Decimal, digits: number): Result.Result<Energy, InvalidQuantity> => {
  const units = Number(Decimal.toUnits(Decimal.round(value, digits, "half-away"), digits))
  return Number.isSafeInteger(units)
    ? Result.succeed(units as Energy)
    : refuse(Decimal.format(value), TOO_MUCH)
}

/**
 * Binary and decimal halves differ only in the last bits of the product: only there, and beyond the bounds,
 * the answer is NaN, and the digits have to decide.
 */
const roundedProduct = (value: number, factor: number): number => {
  const product = value * factor
  const magnitude = Math.abs(product)
  const fromHalf = Math.abs(magnitude - Math.floor(magnitude) - 0.5)
  return magnitude <= Number.MAX_SAFE_INTEGER && fromHalf > magnitude * 2 ** -51
    ? Math.round(product) + 0
    : Number.NaN
}

const fromNumber = (value: number, digits: number): Result.Result<Energy, InvalidQuantity> => {
  const rounded = roundedProduct(value, 10 ** digits)
  if (!Number.isNaN(rounded)) return Result.succeed(rounded as Energy)
  return Math.abs(value * 10 ** digits) <= Number.MAX_SAFE_INTEGER
    ? Result.flatMap(Decimal.from(value), (it) => fromDecimal(it, digits))
    : refuse(String(value), TOO_MUCH)
}

/** The energy of a number of watt-hours. */
export const fromWh = (wattHours: number): Result.Result<Energy, InvalidQuantity> => fromNumber(wattHours, 3)

/** The energy of a number of kilowatt-hours. */
export const fromKwh = (kilowattHours: number): Result.Result<Energy, InvalidQuantity> =>
  fromNumber(kilowattHours, 6)

/** The energy of watt-hours written as a decimal. */
export const fromWhString = (text: string): Result.Result<Energy, InvalidQuantity> =>
  Result.flatMap(Decimal.fromString(text), (value) => fromDecimal(value, 3))

/** The energy of kilowatt-hours written as a decimal. */
export const fromKwhString = (text: string): Result.Result<Energy, InvalidQuantity> =>
  Result.flatMap(Decimal.fromString(text), (value) => fromDecimal(value, 6))

/** The energy of a number of watt-hours; throws `InvalidQuantity`. */
export const fromWhOrThrow = (wattHours: number): Energy => {
  const rounded = roundedProduct(wattHours, 1000)
  return Number.isNaN(rounded) ? Result.getOrThrow(fromWh(wattHours)) : (rounded as Energy)
}

/** The energy of a number of kilowatt-hours; throws `InvalidQuantity`. */
export const fromKwhOrThrow = (kilowattHours: number): Energy => Result.getOrThrow(fromKwh(kilowattHours))

/** The energy of whole milliwatt-hours; throws a `RangeError` for what is not a safe integer. */
export const fromMilliWattHours = (milliWattHours: number): Energy => {
  if (!Number.isSafeInteger(milliWattHours)) {
    throw new RangeError(`Energy must be whole milliwatt-hours within 9 TWh, not ${milliWattHours}`)
  }
  return (milliWattHours + 0) as Energy
}

/** Watt-hours as the nearest number, for display and for readings. */
export const toWh = (energy: Energy): number => energy / 1000

/** Kilowatt-hours as the nearest number, for display. */
export const toKwh = (energy: Energy): number => energy / 1_000_000

/** Kilowatt-hours exactly, for computing money. */
export const toKwhDecimal = (energy: Energy): Decimal.Decimal => BigDecimal.make(BigInt(energy), 6)

/** Kilowatt-hours exactly as a text, without zeros at the end. */
export const toKwhString = (energy: Energy): string => Decimal.format(toKwhDecimal(energy))

/** The sum of two; one beyond 9 TWh is a defect and throws a `RangeError`, as no tenant meters that much. */
export const add = (self: Energy, that: Energy): Energy => fromMilliWattHours(self + that)

/** The difference of two; throws a `RangeError` beyond 9 TWh. */
export const subtract = (self: Energy, that: Energy): Energy => fromMilliWattHours(self - that)

/** The same amount the other way. */
export const negate = (self: Energy): Energy => (self === 0 ? self : -self) as Energy

/** The sum of all; throws a `RangeError` when it passes 9 TWh. */
export const sum = (energies: Iterable<Energy>): Energy => {
  let total = zero
  for (const energy of energies) total = add(total, energy)
  return total
}

/**
 * Divides energy in proportion to weights, such that the parts sum to it exactly and none changes sign.
 *
 * Weights that are all zero give equal parts. A negative or infinite weight, or no weight at all for some
 * energy, is a defect and throws a `RangeError`.
 */
export const prorate = (energy: Energy, weights: ReadonlyArray<number>): ReadonlyArray<Energy> =>
  apportion(energy, weights) as ReadonlyArray<Energy>

/** Divides energy over intervals in proportion to their lengths, as `prorate`. */
export const spread = (energy: Energy, intervals: ReadonlyArray<Interval>): ReadonlyArray<Energy> =>
  prorate(
    energy,
    intervals.map((interval) => interval.end - interval.start)
  )
