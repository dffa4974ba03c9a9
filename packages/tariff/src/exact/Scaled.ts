import type { RoundingMode } from "../model/Fields.ts"

/**
 * Decimal numbers as whole numbers of a fixed scale; all money of this package is computed on them.
 *
 * Prices have 12 digits after the point (and at most 15 before it), quantities 12, and so amounts 24: a
 * quantity times a price is an amount without any division or rounding. Only a mean, a share of days or a
 * percentage may need more digits; those are rounded half to even at the 24th digit, the 12th of a
 * quantity. Amounts are `bigint` and have no upper bound.
 */
export const PRICE_DIGITS = 12

/** Digits of a quantity (kWh, kW, days) after the point. */
export const QUANTITY_DIGITS = 12

/** Digits of an amount of money after the point. */
export const AMOUNT_DIGITS = 24

/** From milliwatt-hours (or milliwatts) to the units of a quantity. */
export const QUANTITY_PER_MILLI = 10n ** 6n

/** One, as a quantity. */
export const ONE_QUANTITY = 10n ** 12n

const powers: Array<bigint> = Array.from({ length: 64 }, (_, digits) => 10n ** BigInt(digits))

/** Ten to a power. */
export const pow10 = (digits: number): bigint => powers[digits] ?? 10n ** BigInt(digits)

const DECIMAL = /^-?\d{1,40}(?:\.\d{1,40})?$/

/** Reads a decimal as units of 10^-digits; what has more digits is rounded half to even. */
export const parse = (text: string | number, digits: number): bigint => {
  const plain = typeof text === "number" ? plainText(text) : text
  if (!DECIMAL.test(plain))
    throw new RangeError(`expected a decimal number such as "0.24531", not "${plain}"`)
  const point = plain.indexOf(".")
  if (point < 0) return BigInt(plain) * pow10(digits)
  const decimals = plain.length - point - 1
  const units = BigInt(plain.slice(0, point) + plain.slice(point + 1))
  return decimals <= digits ? units * pow10(digits - decimals) : divide(units, pow10(decimals - digits))
}

/** The decimal a number prints as, without exponent. */
const plainText = (value: number): string => {
  const text = String(value)
  const at = text.indexOf("e")
  return at < 0 || !Number.isFinite(value)
    ? text
    : value.toFixed(Math.min(40, Number(text.slice(at + 2)) + 17))
}

/** Writes units of 10^-digits as a decimal without exponent and without zeros at the end. */
export const format = (units: bigint, digits: number): string => {
  if (units === 0n) return "0"
  const negative = units < 0n
  let text = (negative ? -units : units).toString()
  if (text.length <= digits) text = "0".repeat(digits + 1 - text.length) + text
  const point = text.length - digits
  let end = text.length
  while (end > point && text.charCodeAt(end - 1) === 48) end--
  const number = end === point ? text.slice(0, point) : `${text.slice(0, point)}.${text.slice(point, end)}`
  return negative ? `-${number}` : number
}

/** Division rounded half to even. */
export const divide = (numerator: bigint, denominator: bigint): bigint =>
  divideBy(numerator, denominator, "half-even")

/** Division rounded as said. */
export const divideBy = (numerator: bigint, denominator: bigint, mode: RoundingMode): bigint => {
  const n = denominator < 0n ? -numerator : numerator
  const d = denominator < 0n ? -denominator : denominator
  const quotient = n / d
  const rest = n - quotient * d
  if (rest === 0n) return quotient
  const away = n < 0n ? quotient - 1n : quotient + 1n
  const twice = (rest < 0n ? -rest : rest) * 2n
  switch (mode) {
    case "down":
      return quotient
    case "up":
      return away
    case "floor":
      return n < 0n ? away : quotient
    case "ceiling":
      return n < 0n ? quotient : away
    default:
      if (twice !== d) return twice > d ? away : quotient
      if (mode === "half-away") return away
      if (mode === "half-up") return n < 0n ? quotient : away
      return quotient % 2n === 0n ? quotient : away
  }
}

/** Rounds units of 10^-digits to so many places; the result has the same scale. */
export const round = (units: bigint, digits: number, places: number, mode: RoundingMode): bigint => {
  if (places >= digits) return units
  const factor = pow10(digits - places)
  return divideBy(units, factor, mode) * factor
}
