import { isObject } from "../payload/payloadJson.ts"
import { readNumber } from "../payload/readNumber.ts"
import type { Instant } from "@wattkit/core"
import { instantOf, jsonOf } from "../payload/wholePayload.ts"
import type { Said, Told } from "../Said.ts"
import { type Input, inputsOf, mostInputs, nameOfPlace, saidOf, subjectOf } from "./inputs.ts"

/** The most items of one message that are read. */
const mostItems = 100_000

/** How far a clock may be off and still be called right: the message was under way as long. */
const sameClock = 5

/**
 * The second that the times of the items are counted from.
 *
 * A `sentat` in seconds since 1970 that is near our clock is taken for our clock, so that the same items sent
 * again have the same times again.
 */
const referenceOf = (
  fields: ReadonlyMap<string, string>,
  items: ReadonlyArray<unknown>,
  receivedAt: number
): number | undefined => {
  const now = Math.floor(receivedAt / 1000)
  const whole = (name: string): number | undefined => {
    const value = readNumber(fields.get(name))
    return value === undefined ? undefined : Math.trunc(value)
  }
  if (fields.has("sentat")) {
    const sent = whole("sentat")
    return sent === undefined ? undefined : Math.abs(now - sent) <= sameClock ? 0 : now - sent
  }
  if (fields.has("offset")) {
    const offset = whole("offset")
    return offset === undefined ? undefined : now - offset
  }
  if (fields.has("time")) return whole("time")
  const last = items.at(-1)
  const offset = Array.isArray(last) ? readNumber(last[0]) : undefined
  return offset === undefined ? undefined : now - Math.trunc(offset)
}

const valuesOf = (values: ReadonlyArray<unknown>): ReadonlyArray<Input> => {
  const inputs: Array<Input> = []
  let place = 0
  for (const value of values) {
    if (isObject(value)) {
      inputs.push(...inputsOf(value))
      continue
    }
    place++
    const number = readNumber(value)
    if (number !== undefined) inputs.push([nameOfPlace(place), number])
  }
  return inputs
}

const readItem = (item: ReadonlyArray<unknown>, reference: number): ReadonlyArray<Said> | string => {
  const [offset, name, ...values] = item
  if (values.length > mostInputs) return `an item has more than ${mostInputs} values`
  const seconds = readNumber(offset)
  if (seconds === undefined) return "an item does not begin with a time"
  if (typeof name !== "string" && typeof name !== "number") return "node must be a name or a number"
  const subject = subjectOf(String(name))
  if (subject === "") return "node must have a name"
  const at: Instant.Instant | undefined = instantOf((reference + Math.trunc(seconds)) * 1000)
  return at === undefined ? "an item has a time in no year we know" : saidOf(subject, at, valuesOf(values))
}

/**
 * Reads `[[time, node, value, …], …]`, whose times count from what `sentat`, `offset` or `time` say, or so
 * that the last item is now.
 */
export const readBulk = (fields: ReadonlyMap<string, string>, receivedAt: number): Told => {
  const malformed = (why: string): Told => ({ kind: "malformed", why: `Format error, ${why}` })
  const items = jsonOf(fields.get("data") ?? "")
  if (!Array.isArray(items) || items.length === 0) return malformed("json string supplied is not valid")
  if (items.length > mostItems) return malformed(`there are more than ${mostItems} items`)
  const reference = referenceOf(fields, items, receivedAt)
  if (reference === undefined) return malformed("the time the items count from is not a number")
  const said: Array<Said> = []
  for (const item of items) {
    if (!Array.isArray(item)) return malformed("an item is not a list")
    // An item of a time and a node without values is what a node sends that has nothing to say.
    if (item.length <= 2) continue
    const read = readItem(item, reference)
    if (typeof read === "string") return malformed(read)
    said.push(...read)
  }
  return said.length > 0 ? { kind: "readings", said } : { kind: "nothing", why: "no item has a number" }
}
