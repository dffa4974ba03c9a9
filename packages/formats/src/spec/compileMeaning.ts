import type { QuantityName } from "@wattkit/core"
import type { Drafts } from "../payload/Drafts.ts"
import { readNumber } from "../payload/readNumber.ts"
import { conversion, unitOf } from "./conversion.ts"
import type { Meaning } from "./FormatSpec.ts"
import { pointer } from "./Pointer.ts"

/** A number on its way into a reading: the name and channel it was sent under, and what it lay in. */
export interface Sent {
  readonly name: string
  readonly channel: string
  readonly value: unknown
  readonly from: unknown
}

/** Puts what was sent where its meaning says. */
export type Put = (drafts: Drafts, sent: Sent) => void

const mostUnits = 64

/** Conversions by unit, for payloads that name the unit themselves. */
const conversions = (quantity: QuantityName, usual: string) => {
  const known = new Map<string, ((value: number) => number) | undefined>()
  const standard = conversion(quantity, usual)
  if (standard === undefined) throw new Error(`${quantity} is not measured in ${usual}`)
  return (unit: string | undefined): ((value: number) => number) | undefined => {
    if (unit === undefined || unit === "") return standard
    if (!known.has(unit) && known.size < mostUnits) known.set(unit, conversion(quantity, unit))
    return known.get(unit)
  }
}

const textAt = (at: string | undefined): ((from: unknown) => string | undefined) => {
  if (at === undefined) return () => undefined
  const find = pointer(at)
  return (from) => {
    const value = find(from)[0]?.value
    return typeof value === "string" && value.length <= 20 ? value : undefined
  }
}

const ignore: Put = () => {}

/** Makes a meaning ready. */
export const compileMeaning = (meaning: Meaning): Put => {
  if ("ignored" in meaning) return ignore
  if ("unknown" in meaning) {
    return (drafts, { channel, name, value }) =>
      drafts.putUnknown(meaning.channel ?? channel, name, readNumber(value))
  }
  const { is, nothing = [] } = meaning
  const sign = meaning.negated === true ? -1 : 1
  const convert = conversions(is, meaning.in ?? unitOf[is])
  const unitAt = textAt(meaning.unitAt)
  return (drafts, { channel, from, value }) => {
    const number = readNumber(value)
    if (number === undefined || nothing.includes(number)) return
    const converted = convert(unitAt(from))?.(number)
    // Adding 0 turns -0 into 0.
    if (converted !== undefined) drafts.put(meaning.channel ?? channel, is, sign * converted + 0)
  }
}
