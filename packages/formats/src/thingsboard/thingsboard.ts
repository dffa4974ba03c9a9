import { isObject } from "../payload/payloadJson.ts"
import { readNumber } from "../payload/readNumber.ts"
import type { Instant, Message } from "@wattkit/core"
import type { Format } from "../Format.ts"
import * as Draft from "../payload/Draft.ts"
import { addressOf } from "../payload/address.ts"
import { type Entries, instantOf, jsonOf, textOf } from "../payload/wholePayload.ts"
import { malformed, readings } from "../payload/tell.ts"
import type { Told } from "../Said.ts"
import { words } from "./words.ts"

const own = new Set(["v1/devices/me/telemetry", "v2/t", "v2/t/j", "/api/v1/me/telemetry"])
const attributes = new Set(["v1/devices/me/attributes", "v2/a", "v2/a/j", "/api/v1/me/attributes"])

const saidOf = (subject: string, at: Instant.Instant | undefined, values: Entries): Draft.Draft => {
  const draft = Draft.make(subject, at)
  for (const [name, value] of Object.entries(values)) {
    const number = readNumber(value)
    if (number !== undefined) Draft.put(draft, name, number, Draft.meaningOf(name))
  }
  return draft
}

/** Adds what an object, or a list of objects, says of a subject; a sentence where it is neither. */
const readInto = (said: Array<Draft.Draft>, subject: string, value: unknown): string | undefined => {
  for (const entry of Array.isArray(value) ? value : [value]) {
    if (!isObject(entry)) return "expected an object of names and values, or a list of such objects"
    const isTimed = isObject(entry["values"]) && "ts" in entry
    const at = isTimed ? timeOf(entry["ts"]) : undefined
    if (isTimed && at === undefined) return "ts must be in whole milliseconds since 1970"
    const draft = saidOf(subject, at, isTimed ? (entry["values"] as Entries) : entry)
    if (!Draft.isEmpty(draft)) said.push(draft)
  }
  return undefined
}

const timeOf = (ts: unknown): Instant.Instant | undefined => {
  const millis = readNumber(ts)
  return millis === undefined || !Number.isInteger(millis) ? undefined : instantOf(millis)
}

const readOwn = (message: Message, body: unknown): Told => {
  const said: Array<Draft.Draft> = []
  const why = readInto(said, "me", body)
  return why === undefined ? readings(message, said) : malformed(why)
}

const isSubject = (name: string): boolean => name !== "" && name.length <= 256

const readGateway = (message: Message, body: unknown): Told => {
  if (!isObject(body)) return malformed("expected an object with a list for each device")
  const said: Array<Draft.Draft> = []
  for (const [name, list] of Object.entries(body)) {
    if (!isSubject(name)) return malformed("a device must have a name of at most 256 characters")
    const why = readInto(said, name, list)
    if (why !== undefined) return malformed(`${name}: ${why}`)
  }
  return readings(message, said)
}

const readStatus = (body: unknown, isOnline: boolean): Told => {
  const name = isObject(body) ? body["device"] : undefined
  return typeof name === "string" && isSubject(name)
    ? { kind: "status", subject: name, isOnline }
    : malformed("expected the name of a device under device")
}

const describedBy = (path: string, body: unknown): Told => {
  const subjects = path === "v1/gateway/attributes" && isObject(body) ? Object.keys(body) : ["me"]
  return { kind: "described", subjects: subjects.filter(isSubject) }
}

const isOurs = (path: string): boolean =>
  own.has(path) ||
  attributes.has(path) ||
  /^v1\/gateway\/(telemetry|attributes|connect|disconnect)$/.test(path)

const read = (message: Message): Told | undefined => {
  const { path } = addressOf(message.topic)
  if (!isOurs(path)) return undefined
  const text = textOf(message.payload)
  const body = text === undefined ? undefined : jsonOf(text)
  if (body === undefined) return malformed("it is not JSON")
  if (own.has(path)) return readOwn(message, body)
  if (path === "v1/gateway/telemetry") return readGateway(message, body)
  if (path === "v1/gateway/connect") return readStatus(body, true)
  if (path === "v1/gateway/disconnect") return readStatus(body, false)
  return describedBy(path, body)
}

/** What devices and gateways of ThingsBoard say over MQTT, and devices over HTTP. */
export const thingsboard: Format = {
  id: "thingsboard",
  words,
  topics: [
    "v1/devices/me/telemetry",
    "v1/devices/me/attributes",
    "v1/gateway/telemetry",
    "v1/gateway/attributes",
    "v1/gateway/connect",
    "v1/gateway/disconnect",
    "v2/t",
    "v2/t/j",
    "v2/a",
    "v2/a/j"
  ],
  makeReader: () => ({ read })
}
