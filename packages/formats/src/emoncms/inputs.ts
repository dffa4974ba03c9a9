import { readNumber } from "../payload/readNumber.ts"
import * as Draft from "../payload/Draft.ts"
import type { NamedQuantity } from "../custom/knownNames.ts"
import type { Entries } from "../payload/wholePayload.ts"
import type { Instant } from "@wattkit/core"

/** A number with the name its sender gave it. */
export type Input = readonly [name: string, value: number]

/** Far more than a node has; a longer list is no update but a mistake, which would take seconds to read. */
export const mostInputs = 1000

/** What the emonTx calls the clamps it numbers: power, its register, voltage, current and power factor. */
const numbered: ReadonlyMap<string, NamedQuantity> = new Map([
  ["p", { quantity: "powerW", scale: 1 }],
  ["power", { quantity: "powerW", scale: 1 }],
  ["e", { quantity: "importWh", scale: 1 }],
  ["v", { quantity: "voltageV", scale: 1 }],
  ["vrms", { quantity: "voltageV", scale: 1 }],
  ["i", { quantity: "currentA", scale: 1 }],
  ["pf", { quantity: "powerFactor", scale: 1 }]
])

const placeOf = (name: string): { readonly channel: string; readonly meaning: NamedQuantity | undefined } => {
  const match = /^([a-z]{1,5})_?(\d{1,2})$/i.exec(name)
  const meaning = match === null ? undefined : numbered.get(match[1]!.toLowerCase())
  return meaning === undefined
    ? { channel: "main", meaning: Draft.meaningOf(name) }
    : { channel: String(Number(match![2])), meaning }
}

/** What a node said at an instant: the clamps it numbers are channels, everything else is the main one's. */
export const saidOf = (
  subject: string,
  at: Instant.Instant | undefined,
  inputs: ReadonlyArray<Input>
): ReadonlyArray<Draft.Draft> => {
  const drafts = new Map<string, Draft.Draft>()
  for (const [name, value] of inputs) {
    const { channel, meaning } = placeOf(name)
    const draft = drafts.get(channel) ?? Draft.make(subject, at, channel)
    drafts.set(channel, draft)
    Draft.put(draft, name, value, meaning)
  }
  return [...drafts.values()].filter((draft) => !Draft.isEmpty(draft))
}

/** Values without names are called by their place, counted from 1. */
export const nameOfPlace = (place: number): string => `input${place}`

/** The numbers of an object; null and everything else that is no number is nothing. */
export const inputsOf = (entries: Entries): ReadonlyArray<Input> =>
  Object.entries(entries).flatMap(([name, value]): ReadonlyArray<Input> => {
    const number = readNumber(value)
    return number === undefined ? [] : [[/^\d{1,4}$/.test(name) ? nameOfPlace(Number(name)) : name, number]]
  })

/**
 * The loose forms `{power1:100,power2:200}` and `100,200`: letters, digits and a few signs count, everything
 * else is left out. A sentence where it is neither.
 */
export const looseInputs = (text: string): ReadonlyArray<Input> | string => {
  const inputs: Array<Input> = []
  let place = 0
  for (const pair of text.replace(/[^\p{N}\p{L}_\s\-.:,+]/gu, "").split(",")) {
    if (inputs.length > mostInputs) return `there are more than ${mostInputs} inputs`
    const [first = "", second, ...others] = pair.split(":").map((part) => part.trim())
    if (others.length > 0) return "a value has more than one colon"
    if (second === "null" || first === "null") {
      place++
      continue
    }
    const value = readNumber(second ?? first)
    if (value === undefined)
      return second === undefined ? "csv value is not numeric" : "json value is not numeric"
    if (second === undefined) inputs.push([nameOfPlace(++place), value])
    else if (first === "") return "json key missing or invalid character"
    else inputs.push([/^\d{1,4}$/.test(first) ? nameOfPlace(Number(first)) : first, value])
  }
  return inputs
}

/** The name of a node as emoncms keeps it: letters, digits, spaces and a few signs. */
export const subjectOf = (name: string): string =>
  name
    .replace(/[^\p{N}\p{L}_\s\-.]/gu, "")
    .trim()
    .slice(0, 256)
