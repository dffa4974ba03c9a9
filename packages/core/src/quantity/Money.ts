import * as BigDecimal from "effect/BigDecimal"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { apportionBigInt } from "./Apportion.ts"
import * as Currencies from "./Currency.ts"
import { Currency } from "./Currency.ts"
import * as Decimal from "./Decimal.ts"
import { CurrencyMismatch, InvalidQuantity } from "./QuantityError.ts"

export { Currency }

/** An exact amount of a currency, which may have more digits than its coins until it is rounded. */
export const Money = Schema.Struct({ amount: Schema.BigDecimal, currency: Currency })
/** An exact amount of a currency, which may have more digits than its coins until it is rounded. */
export type Money = typeof Money.Type

/** The wire form of money: `{ "amount": "12.34", "currency": "EUR" }`. */
export const MoneyFromStrings = Schema.Struct({ amount: Decimal.DecimalFromString, currency: Currency })

/** The money of an amount and a currency code, refusing NaN, infinity and codes ISO 4217 does not know. */
export const make = (
  amount: Decimal.DecimalInput,
  currency: string
): Result.Result<Money, InvalidQuantity> => {
  const code = Currencies.make(currency)
  if (Result.isFailure(code)) return Result.fail(code.failure)
  return Result.map(Decimal.from(amount), (value) => ({ amount: value, currency: code.success }))
}

/** The money of an amount as `make`, but throws `InvalidQuantity`, for amounts in source code and tests. */
export const makeOrThrow = (amount: Decimal.DecimalInput, currency: string): Money =>
  Result.getOrThrow(make(amount, currency))

/** No money of a currency. */
export const zero = (currency: Currency): Money => ({ amount: BigDecimal.make(0n, 0), currency })

const both = <A>(self: Money, that: Money, value: () => A): Result.Result<A, CurrencyMismatch> =>
  self.currency === that.currency
    ? Result.succeed(value())
    : Result.fail(new CurrencyMismatch({ expected: self.currency, actual: that.currency }))

/** The sum of two amounts of one currency. */
export const add = (self: Money, that: Money): Result.Result<Money, CurrencyMismatch> =>
  both(self, that, () => ({ amount: BigDecimal.sum(self.amount, that.amount), currency: self.currency }))

/** The difference of two amounts of one currency. */
export const subtract = (self: Money, that: Money): Result.Result<Money, CurrencyMismatch> =>
  add(self, negate(that))

/** The sum of amounts that must all be of this currency. */
export const sum = (amounts: Iterable<Money>, currency: Currency): Result.Result<Money, CurrencyMismatch> => {
  let total = BigDecimal.make(0n, 0)
  for (const money of amounts) {
    if (money.currency !== currency) {
      return Result.fail(new CurrencyMismatch({ expected: currency, actual: money.currency }))
    }
    total = BigDecimal.sum(total, money.amount)
  }
  return Result.succeed({ amount: total, currency })
}

/** The same amount the other way: a charge becomes a credit. */
export const negate = (self: Money): Money => ({
  amount: BigDecimal.negate(self.amount),
  currency: self.currency
})

/** The amount times an exact decimal, such as kilowatt-hours or one plus a tax; nothing is rounded. */
export const multiply = (self: Money, factor: Decimal.Decimal): Money => ({
  amount: BigDecimal.multiply(self.amount, factor),
  currency: self.currency
})

/** Minus one, zero or one as the first amount is less, equal or more. */
export const compare = (self: Money, that: Money): Result.Result<-1 | 0 | 1, CurrencyMismatch> =>
  both(self, that, () => BigDecimal.Order(self.amount, that.amount))

/** Whether currency and value are the same; 1.50 equals 1.5. */
export const equals = (self: Money, that: Money): boolean =>
  self.currency === that.currency && BigDecimal.equals(self.amount, that.amount)

/** Rounds to a number of decimals, those of the smallest coin unless said. */
export const round = (
  self: Money,
  mode: Decimal.RoundingMode,
  digits: number = Currencies.minorDigits(self.currency)
): Money => ({ amount: Decimal.round(self.amount, digits, mode), currency: self.currency })

/**
 * Divides an amount in proportion to weights, such that the parts sum to it exactly and none changes sign.
 *
 * Parts have `digits` digits, those of the smallest coin unless said; an amount with more digits keeps its
 * own. Weights that are all zero give equal parts; a negative weight or none at all throws a `RangeError`.
 */
export const allocate = (
  self: Money,
  weights: ReadonlyArray<number>,
  digits: number = Currencies.minorDigits(self.currency)
): ReadonlyArray<Money> => {
  const scale = Math.max(digits, BigDecimal.normalize(self.amount).scale)
  const units = Decimal.toUnits(self.amount, scale) ?? 0n
  return apportionBigInt(units, weights).map((part) => ({
    amount: BigDecimal.make(part, scale),
    currency: self.currency
  }))
}

/** The amount in the smallest coin (cents, yen), refusing an amount that has to be rounded first. */
export const toMinor = (self: Money): Result.Result<bigint, InvalidQuantity> => {
  const units = Decimal.toUnits(self.amount, Currencies.minorDigits(self.currency))
  return units === undefined
    ? Result.fail(
        new InvalidQuantity({ input: format(self), message: "expected an amount rounded to whole coins" })
      )
    : Result.succeed(units)
}

/** The money of a whole number of the smallest coin. */
export const fromMinor = (units: bigint, currency: Currency): Money => ({
  amount: BigDecimal.make(units, Currencies.minorDigits(currency)),
  currency
})

/** Writes `12.30 EUR`: at least the digits of the coins, all digits the amount has, never rounded. */
export const format = (self: Money): string =>
  `${Decimal.format(self.amount, Currencies.minorDigits(self.currency))} ${self.currency}`
