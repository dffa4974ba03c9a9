import { bounds, type Instant, type QuantityName } from "@wattkit/core"
import { meaningOfName, type NamedQuantity } from "../custom/knownNames.ts"
import { fieldName, mostUnknown } from "./names.ts"
import type { Said } from "../Said.ts"

/** What a subject says while its fields are being read. What is put last counts. */
export interface Draft extends Said {
  readonly quantities: { [name in QuantityName]?: number }
  readonly unknown: Record<string, number>
}

/** Begins what a subject says at an instant, with nothing said yet. */
export const make = (subject: string, at: Instant.Instant | undefined, channel = "main"): Draft => ({
  subject,
  channel,
  at,
  quantities: {},
  unknown: {}
})

const keep = (draft: Draft, name: string, value: number): void => {
  const key = fieldName(name)
  if (Object.hasOwn(draft.unknown, key) || Object.keys(draft.unknown).length < mostUnknown) {
    draft.unknown[key] = value
  }
}

/** Fifteen digits hold what a device sends and drop what binary multiplication adds behind them. */
const scaled = (value: number, scale: number): number => {
  if (scale === 1) return value
  const product = value * scale
  return Number.isInteger(product) ? product : Number(product.toPrecision(15))
}

/** Adds a number under the name it was sent with. */
export const put = (draft: Draft, name: string, value: number, meaning: NamedQuantity | undefined): void => {
  if (!Number.isFinite(value)) return
  if (meaning === undefined) return keep(draft, name, value)
  const { quantity, scale } = meaning
  // Some send it in percent, and the rest of the reading should not be turned away for it.
  if (quantity === "powerFactor" && Math.abs(value) > bounds.powerFactor[1]) return keep(draft, name, value)
  const number = scaled(value, scale)
  if (Number.isFinite(number)) draft.quantities[quantity] = number
}

/** Whether nothing was said. */
export const isEmpty = (said: Said): boolean => {
  for (const _ in said.quantities) return false
  for (const _ in said.unknown) return false
  return true
}

/**
 * The same text with characters of its own. A text cut out of a longer one keeps the longer one in memory,
 * and what is remembered would keep whole payloads there.
 */
export const ownText = (text: string): string => text.split("").join("")

const known = new Map<string, NamedQuantity | null>()
const mostKnown = 5000

/** What a well-known name means; the same names come again and again, so it is looked up once. */
export const meaningOf = (name: string): NamedQuantity | undefined => {
  const found = known.get(name)
  if (found !== undefined) return found ?? undefined
  const meaning = meaningOfName(name)
  if (known.size >= mostKnown) known.clear()
  known.set(ownText(name), meaning ?? null)
  return meaning
}
