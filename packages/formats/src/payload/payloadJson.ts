import { payloadText } from "./payloadText.ts"

/** What a payload holds as JSON, or why it cannot be read; an empty one is told apart. */
export type Json =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "empty" }
  | { readonly kind: "malformed"; readonly why: string }

/** What C programs print for numbers that are none, where JSON would have null. What they send is short. */
const longestOfPrograms = 16_384
const notNumbers = /([:,[]\s*)[-+]?(?:nan|inf(?:inity)?)\b/gi

const parse = (text: string): Json => {
  try {
    return { kind: "json", value: JSON.parse(text) }
  } catch {
    return { kind: "malformed", why: "is not JSON" }
  }
}

/** Reads a text as JSON; a bare `nan` inside it is null. */
export const jsonOfText = (text: string): Json => {
  if (text === "") return { kind: "empty" }
  const json = parse(text)
  if (json.kind === "json" || text.length > longestOfPrograms) return json
  const repaired = text.replace(notNumbers, "$1null")
  return repaired === text ? json : parse(repaired)
}

/** Reads a payload as JSON. */
export const payloadJson = (payload: Uint8Array, longest?: number): Json => {
  const text = payloadText(payload, longest)
  return text === undefined ? { kind: "malformed", why: "is too long" } : jsonOfText(text)
}

/** Whether a value has members to look at. */
export const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** A member of a value, undefined where there is none; what objects inherit is no member. */
export const member = (value: unknown, name: string): unknown => {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined
  return Reflect.get(value, name)
}
