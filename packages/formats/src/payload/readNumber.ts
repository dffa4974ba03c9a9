const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/
const longestNumber = 40

/** The number a text is as a whole, else undefined. `nan`, `0x10` and the empty text are none. */
export const numberOfText = (text: string): number | undefined => {
  if (text.length > longestNumber || !decimal.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

/** The number a JSON value is: a number, or a text that is one, as many devices send them. */
export const readNumber = (value: unknown): number | undefined => {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined
  return typeof value === "string" ? numberOfText(value) : undefined
}
