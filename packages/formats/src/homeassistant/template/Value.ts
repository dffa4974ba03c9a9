/** What an expression is: a JSON value, or undefined where nothing has the name. */
export type Value = unknown

/** An expression has no value for this message, such as a number of a text that is none. */
export class NoValue extends Error {}

/** Longer than any state; what grows beyond it was built to. */
const longestText = 10_000

/** Whether Python takes a value for true. */
export const isTrue = (value: Value): boolean => {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return false
  if (Array.isArray(value)) return value.length > 0
  return typeof value !== "object" || Object.keys(value).length > 0
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** The number of a value, undefined where it is none. */
export const numberIn = (value: Value): number | undefined => {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined
  if (typeof value === "boolean") return value ? 1 : 0
  if (typeof value !== "string" || value.length > 64) return undefined
  const text = value.trim()
  return decimal.test(text) ? numberIn(Number(text)) : undefined
}

/** A number to calculate with; texts are none, as in Python. */
export const operand = (value: Value): number => {
  const number = typeof value === "string" ? undefined : numberIn(value)
  if (number === undefined) throw new NoValue("it calculates with what is no number")
  return number
}

/** A value as a template prints it. */
export const print = (value: Value): string => {
  if (value === undefined) return ""
  if (value === null) return "None"
  if (value === true) return "True"
  if (value === false) return "False"
  const text = typeof value === "string" || typeof value === "number" ? String(value) : ""
  if (text.length > longestText) throw new NoValue("the text is too long")
  return text
}

/** What stands under a name or a place; undefined for everything that the value does not have itself. */
export const member = (value: Value, key: Value): Value => {
  if (Array.isArray(value)) return typeof key === "number" ? value.at(Math.trunc(key)) : undefined
  if (typeof value !== "object" || value === null) return undefined
  const name = typeof key === "number" ? String(key) : key
  return typeof name === "string" && Object.hasOwn(value, name)
    ? (value as { readonly [name: string]: unknown })[name]
    : undefined
}
