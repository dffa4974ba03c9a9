import type { Instant, Message, QuantityName } from "@wattkit/core"
import { meaningOfName } from "../custom/knownNames.ts"
import type { Format } from "../Format.ts"
import { Drafts } from "../payload/Drafts.ts"
import { isSubject } from "../payload/names.ts"
import { payloadJson } from "../payload/payloadJson.ts"
import { malformed, nothing, readings } from "../payload/tell.ts"
import { writtenTime } from "../payload/writtenTime.ts"
import type { Told } from "../Said.ts"
import { conversion } from "../spec/conversion.ts"
import { topicPattern } from "../spec/TopicPattern.ts"
import { resolve, type SenmlRecord } from "./records.ts"
import { words } from "./words.ts"

const patterns = ["senml", "senml/{path...}", "{up}/senml", "{top}/{up}/senml"].map((topic) =>
  topicPattern(topic)
)

/** Below this a time counts from the message, not from 1970. */
const relative = 2 ** 28

/** What the unit alone tells. Energy it does not: that may be a register or a delta. */
const byUnit: ReadonlyMap<string, readonly [QuantityName, string]> = new Map([
  ["W", ["powerW", "W"]],
  ["kW", ["powerW", "kW"]],
  ["mW", ["powerW", "mW"]],
  ["V", ["voltageV", "V"]],
  ["mV", ["voltageV", "mV"]],
  ["A", ["currentA", "A"]],
  ["mA", ["currentA", "mA"]],
  ["Hz", ["frequencyHz", "Hz"]],
  ["Cel", ["temperatureC", "°C"]],
  ["%EL", ["stateOfChargePct", "%"]]
])

const joule = conversion("importWh", "J")

/** Who speaks, and what it calls its value: the base name, or all of the name up to its last part. */
const named = ({ base, name }: SenmlRecord): readonly [string, string] => {
  const full = base + name
  const cut = Math.max(full.lastIndexOf("/"), full.lastIndexOf(":"))
  const isSplit = name !== "" && base !== "" && !/[/:]/.test(name)
  const subject = isSplit ? base : full.slice(0, Math.max(cut, 0))
  const own = isSplit ? name : full.slice(cut + 1)
  return [subject.replace(/[/:]+$/, "") || "senml", own === "" ? "value" : own]
}

const timeOf = ({ time }: SenmlRecord, { isRetained, receivedAt }: Message): Instant.Instant | undefined => {
  if (time >= relative) return writtenTime(time, "seconds")
  return time === 0 || isRetained ? undefined : writtenTime(receivedAt + time * 1000, "milliseconds")
}

const put = (drafts: Drafts, name: string, { sum, unit, value }: SenmlRecord): void => {
  const [quantity, sentIn] = byUnit.get(unit) ?? []
  // The running sum of a power over time is energy, in joules; it only grows.
  if (unit === "W" && sum !== undefined && sum >= 0) drafts.put("main", "importWh", joule?.(sum))
  if (value === undefined) return
  if (quantity !== undefined && sentIn !== undefined) {
    drafts.put("main", quantity, conversion(quantity, sentIn)?.(value))
    return
  }
  const meaning = unit === "Wh" || unit === "kWh" ? meaningOfName(`${name}_${unit}`) : undefined
  if (meaning === undefined) drafts.putUnknown("main", unit === "" ? name : `${name}_${unit}`, value)
  else drafts.put("main", meaning.quantity, Number((value * meaning.scale).toPrecision(15)))
}

const mostDrafts = 1_000

const read = (message: Message): Told => {
  const json = payloadJson(message.payload)
  if (json.kind === "empty") return nothing("is empty")
  if (json.kind === "malformed") return malformed(json.why)
  if (!Array.isArray(json.value)) return malformed("is no list of records")
  const drafts = new Map<string, { readonly drafts: Drafts; readonly at: Instant.Instant | undefined }>()
  for (const record of resolve(json.value)) {
    const [subject, name] = named(record)
    if (!isSubject(subject)) continue
    const at = timeOf(record, message)
    const key = `${at} ${subject}`
    const known = drafts.get(key) ?? { drafts: new Drafts(subject), at }
    if (!drafts.has(key) && drafts.size >= mostDrafts) continue
    drafts.set(key, known)
    put(known.drafts, name, record)
  }
  return readings(
    message,
    [...drafts.values()].flatMap((one) => one.drafts.said(one.at))
  )
}

/** SenML, RFC 8428: lists of records that carry their units. */
export const senml: Format = {
  id: "senml",
  words,
  topics: patterns.map(({ filter }) => filter),
  makeReader: () => ({
    read: (message) =>
      patterns.some(({ match }) => match(message.topic) !== undefined) ? read(message) : undefined
  })
}
