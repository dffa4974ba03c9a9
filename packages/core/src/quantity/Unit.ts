import * as Result from "effect/Result"
import { IncompatibleUnits, InvalidQuantity, UnknownUnit } from "./QuantityError.ts"
import type { Dimension, Unit } from "./unitTable.ts"
import { units } from "./unitTable.ts"

export { units }
export type { Dimension, Unit }

/** `kW·h`, `kW h`, `kW.h`, `watt-hours` and `W*min` are spellings with separators left to taste. */
const withoutSeparators = (text: string): string => text.replace(/[\s·⋅.*_-]/g, "")

/** A first m or M is the prefix milli or mega, and only its case tells them apart by nine digits. */
const dependsOnCase = (symbol: string): boolean => /^m/i.test(symbol)

const exact = new Map<string, Unit>()
const folded = new Map<string, Unit>()
for (const unit of units) {
  for (const spelling of [unit.symbol, ...unit.aliases]) {
    const key = withoutSeparators(spelling)
    exact.set(key, unit)
    if (!dependsOnCase(key)) folded.set(key.toLowerCase(), unit)
  }
  for (const word of unit.words) folded.set(word, unit)
}

/**
 * Finds a unit as devices write it.
 *
 * Case may differ (`KWH`, `kw`) except where it tells milli from mega: `mw` or `MWH` could be either and is
 * refused.
 */
export const fromString = (text: string): Result.Result<Unit, UnknownUnit> => {
  const key = withoutSeparators(text)
  const found = exact.get(key) ?? folded.get(key.toLowerCase())
  if (found !== undefined) return Result.succeed(found)
  const meant = units.filter((unit) => withoutSeparators(unit.symbol).toLowerCase() === key.toLowerCase())
  const message =
    meant.length === 0
      ? "the unit is not known"
      : `write ${meant.map((unit) => unit.symbol).join(" or ")}: the case tells milli from mega`
  return Result.fail(new UnknownUnit({ unit: text.slice(0, 100), message }))
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b))

const MAX_POWER_OF_TEN = 30

/** Fifteen digits hold every decimal a device sends and drop what binary multiplication adds behind them. */
const tidy = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(15)))

const factorOf = (from: Unit, to: Unit, powerOfTen: number): readonly [number, number] => {
  const up = 10n ** BigInt(Math.max(powerOfTen, 0))
  const down = 10n ** BigInt(Math.max(-powerOfTen, 0))
  const num = from.num * to.den * up
  const den = from.den * to.num * down
  const common = gcd(num, den)
  return [Number(num / common), Number(den / common)]
}

/**
 * The function that converts values of one unit times 10^powerOfTen into another, made once per channel.
 *
 * The factor is an exact fraction, and results have 15 significant digits: 1.001 kWh is 1001 Wh, not
 * 1000.9999….
 */
export const converter = (
  from: Unit,
  to: Unit,
  powerOfTen = 0
): Result.Result<(value: number) => number, IncompatibleUnits | InvalidQuantity> => {
  if (from.dimension !== to.dimension) {
    return Result.fail(new IncompatibleUnits({ from: from.symbol, to: to.symbol }))
  }
  if (!Number.isInteger(powerOfTen) || Math.abs(powerOfTen) > MAX_POWER_OF_TEN) {
    const message = `expected a whole power of ten between -${MAX_POWER_OF_TEN} and ${MAX_POWER_OF_TEN}`
    return Result.fail(new InvalidQuantity({ input: String(powerOfTen), message }))
  }
  if (from.shift !== to.shift) {
    const scale = 10 ** powerOfTen
    const [num, den] = factorOf(from, to, 0)
    return Result.succeed((value) => tidy(((value * scale + from.shift) * num) / den - to.shift))
  }
  const [num, den] = factorOf(from, to, powerOfTen)
  return Result.succeed(num === den ? (value) => value : (value) => tidy((value * num) / den))
}

/** Converts one value between units as devices write them, times 10^powerOfTen. */
export const convert = (
  value: number,
  from: string,
  to: string,
  powerOfTen = 0
): Result.Result<number, UnknownUnit | IncompatibleUnits | InvalidQuantity> => {
  if (!Number.isFinite(value)) {
    return Result.fail(new InvalidQuantity({ input: String(value), message: "expected a finite number" }))
  }
  const source = fromString(from)
  if (Result.isFailure(source)) return Result.fail(source.failure)
  const target = fromString(to)
  if (Result.isFailure(target)) return Result.fail(target.failure)
  return Result.map(converter(source.success, target.success, powerOfTen), (apply) => apply(value))
}
