import * as Scaled from "../exact/Scaled.ts"

const WRITTEN = /^[+-]?\d{1,15}(?:\.\d{1,25})?$/

/** The decimal text of a number of JSON or of a text, exactly as written; undefined for anything else. */
export const decimalOf = (value: unknown): string | undefined => {
  if (typeof value === "number") {
    if (!Number.isFinite(value) || Math.abs(value) >= 1e15) return undefined
    const plain = String(value)
    return plain.includes("e") ? Scaled.format(Scaled.parse(value, 25), 25) : plain
  }
  if (typeof value !== "string" || !WRITTEN.test(value.trim())) return undefined
  return value.trim().replace(/^\+/, "")
}

/** The sum of decimals; what is beyond the twelfth digit of a price is rounded half to even. */
export const sumOf = (...texts: ReadonlyArray<string>): string =>
  Scaled.format(
    texts.reduce((sum, text) => sum + Scaled.parse(text, Scaled.PRICE_DIGITS), 0n),
    Scaled.PRICE_DIGITS
  )

/** A decimal divided by a power of ten, exactly. */
export const shifted = (text: string, digits: number): string =>
  Scaled.format(Scaled.parse(text, 28), 28 + digits)

/** A decimal as the tariff writes it, with at most twelve digits after the point. */
export const plain = (text: string): string => sumOf(text)

/** Whether a decimal is zero. */
export const isZero = (text: string): boolean => Number(text) === 0
