import type { Message } from "@wattkit/core"
import type { Format } from "../../Format.ts"
import { Drafts } from "../../payload/Drafts.ts"
import { Memory, mostSubjects } from "../../payload/Memory.ts"
import { isSubject } from "../../payload/names.ts"
import { member, payloadJson } from "../../payload/payloadJson.ts"
import { payloadText } from "../../payload/payloadText.ts"
import { numberOfText, readNumber } from "../../payload/readNumber.ts"
import { malformed, nothing, readings } from "../../payload/tell.ts"
import { writtenTime } from "../../payload/writtenTime.ts"
import type { Told } from "../../Said.ts"
import { fill, topicPattern } from "../../spec/TopicPattern.ts"
import { type Fields, names, putFields } from "./fields.ts"
import { Single } from "./Single.ts"
import { words } from "./words.ts"

const whole = topicPattern("{base}/json")
const single = topicPattern("{base}/reading/{name}")
const others = topicPattern("dsmr/{group}/{rest...}", {
  group: "consumption|day-consumption|meter-stats|current-month|current-year"
})
/** Under the usual base everything is dsmr-reader's; under others, what has its fields. */
const usualBase = "dsmr"

const readSingle = (meter: Single, base: string, name: string, message: Message): Told => {
  const text = payloadText(message.payload) ?? ""
  const value = numberOfText(text)
  if (value === undefined) {
    return /^(none|null|)$/i.test(text) ? nothing("is empty") : malformed("is not a number")
  }
  const sent = meter.take(name, value, message.receivedAt)
  const drafts = new Drafts(base)
  putFields(drafts, meter.fields, sent)
  if (name === "extra_device_delivered") drafts.putUnknown("gas", "gas_m3", value)
  const said = drafts.said(undefined)
  return said.length === 0 ? nothing("waits for what belongs to it") : readings(message, said)
}

const readWhole = (base: string, message: Message): Told | undefined => {
  const json = payloadJson(message.payload)
  const fields: Fields = new Map()
  const value = json.kind === "json" ? json.value : undefined
  for (const name of names) {
    const number = readNumber(member(value, name))
    if (number !== undefined) fields.set(name, number)
  }
  if (fields.size === 0) {
    if (base !== usualBase) return undefined
    return json.kind === "malformed" ? malformed(json.why) : nothing("holds no values")
  }
  const drafts = new Drafts(base)
  putFields(drafts, fields, new Set(fields.keys()))
  const gas = new Drafts(base)
  gas.putUnknown("gas", "gas_m3", fields.get("extra_device_delivered"))
  return readings(message, [
    ...drafts.said(writtenTime(member(value, "timestamp"), "text")),
    ...gas.said(writtenTime(member(value, "extra_device_timestamp"), "text"))
  ])
}

/** What dsmr-reader publishes: whole telegrams as JSON, or each field under a topic of its own. */
export const dsmrReader: Format = {
  id: "dsmr-reader",
  words,
  topics: [whole.filter, single.filter, others.filter],
  makeReader: () => {
    const memory = new Memory<Single>(mostSubjects)
    return {
      read: (message) => {
        const field = single.match(message.topic)
        const captures = field ?? whole.match(message.topic)
        if (captures === undefined) {
          return others.match(message.topic) === undefined ? undefined : nothing("says again what others say")
        }
        const base = fill("{base}", captures)
        if (!isSubject(base)) return malformed("has too long a base")
        if (field === undefined) return readWhole(base, message)
        const name = fill("{name}", field)
        if (!names.has(name)) return base === usualBase ? nothing("says nothing of energy") : undefined
        return readSingle(
          memory.of(base, () => new Single()),
          base,
          name,
          message
        )
      }
    }
  }
}
