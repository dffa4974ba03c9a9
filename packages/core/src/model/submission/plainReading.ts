import * as Rfc3339 from "../../time/Rfc3339.ts"
import type { Instant } from "../../time/Instant.ts"
import { type ChannelName, mainChannel } from "../ids.ts"
import { bounds, type QuantityName, type Reading } from "../Reading.ts"

type Writable<A> = { -readonly [K in keyof A]: A[K] }

const isQuantity = (name: string): name is QuantityName => Object.hasOwn(bounds, name)

const isChannel = (value: unknown): value is ChannelName =>
  typeof value === "string" && /^(?!\.{1,2}$)[A-Za-z0-9._:-]{1,64}$/.test(value)

/**
 * Reads what almost every device sends: an instant, perhaps a channel, and numbers within their bounds.
 *
 * Undefined says nothing against a reading; the schema, which takes ten times as long, decides what this does
 * not. What it does read it reads as the schema does.
 */
export const plainReading = (row: unknown): Reading | undefined => {
  if (typeof row !== "object" || row === null || Array.isArray(row)) return undefined
  const said = row as { readonly [name: string]: unknown }
  const at = typeof said["at"] === "string" ? Rfc3339.parse(said["at"]) : Number.NaN
  if (Number.isNaN(at)) return undefined
  const reading: Writable<Reading> = { at: at as Instant, channel: mainChannel }
  let quantities = 0
  for (const name in said) {
    const value = said[name]
    if (isQuantity(name)) {
      const [least, most] = bounds[name]
      if (typeof value !== "number" || !(value >= least && value <= most)) return undefined
      reading[name] = value
      quantities++
    } else if (name === "channel") {
      if (!isChannel(value)) return undefined
      reading.channel = value
    } else if (name !== "at") return undefined
  }
  return quantities === 0 ? undefined : reading
}
