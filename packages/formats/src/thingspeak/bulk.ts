import { isObject } from "../payload/payloadJson.ts"
import { readNumber } from "../payload/readNumber.ts"
import type { Instant } from "@wattkit/core"
import { fieldsOf } from "../payload/address.ts"
import { type Entries, instantOf, jsonOf } from "../payload/wholePayload.ts"
import { malformed } from "../payload/tell.ts"
import type { Said, Told } from "../Said.ts"
import { createdAt } from "./createdAt.ts"
import { saidOf } from "./fields.ts"

/** As many as a paid channel of ThingSpeak takes at once. */
const mostUpdates = 14_400

interface Update {
  readonly entries: Entries
  readonly at: Instant.Instant | undefined
  /** Seconds since the update before. */
  readonly delta: number | undefined
}

/** Counts back from the last update, which is as of now. */
const timed = (updates: ReadonlyArray<Update>, receivedAt: number): ReadonlyArray<Update> => {
  const all = [...updates]
  let at = receivedAt
  for (let index = all.length - 1; index >= 0; index--) {
    const { at: own, delta, entries } = all[index]!
    if (own === undefined && delta !== undefined) all[index] = { entries, delta, at: instantOf(at) }
    at = (own ?? at) - (delta ?? 0) * 1000
  }
  return all
}

const told = (subject: string, updates: ReadonlyArray<Update>, receivedAt: number): Told => {
  const said: Array<Said> = []
  for (const { at, entries } of timed(updates, receivedAt)) {
    if (at === undefined) return malformed("an update has a time in no year we know")
    const one = saidOf(subject, at, entries)
    if (one !== undefined) said.push(one)
  }
  return said.length > 0 ? { kind: "readings", said } : { kind: "nothing", why: "no field is a number" }
}

const updateOf = (entry: unknown): Update | string => {
  if (!isObject(entry)) return "an update is not an object"
  const delta = readNumber(entry["delta_t"])
  const created = entry["created_at"]
  if (created === undefined || created === null) {
    return delta === undefined || delta < 0
      ? "an update has neither created_at nor delta_t"
      : { entries: entry, at: undefined, delta }
  }
  const at = createdAt(String(created))
  return at === undefined ? "created_at is no time" : { entries: entry, at, delta: undefined }
}

/** Reads `{"updates":[{"created_at" or "delta_t", "field1": …}, …]}`. */
export const readBulkJson = (subject: string, text: string, receivedAt: number): Told => {
  const body = jsonOf(text)
  const entries = isObject(body) ? body["updates"] : undefined
  if (!Array.isArray(entries)) return malformed("expected a list under updates")
  if (entries.length > mostUpdates) return malformed(`there are more than ${mostUpdates} updates`)
  const updates: Array<Update> = []
  for (const entry of entries) {
    const update = updateOf(entry)
    if (typeof update === "string") return malformed(update)
    updates.push(update)
  }
  return told(subject, updates, receivedAt)
}

const rowOf = (row: string, isRelative: boolean): Update | string => {
  const [time = "", ...values] = row.split(",")
  const entries = Object.fromEntries(values.slice(0, 8).map((value, index) => [`field${index + 1}`, value]))
  if (isRelative) {
    const delta = readNumber(time)
    return delta === undefined || delta < 0
      ? "an update does not begin with seconds"
      : { entries, at: undefined, delta }
  }
  const at = createdAt(time)
  return at === undefined ? "an update does not begin with a time" : { entries, at, delta: undefined }
}

/** Reads the form `time_format=…&updates=time,field1,field2|time,field1,field2`. */
export const readBulkCsv = (subject: string, text: string, receivedAt: number): Told => {
  const fields = fieldsOf(text)
  const format = fields.get("time_format")
  if (format !== "absolute" && format !== "relative") {
    return malformed("time_format must be absolute or relative")
  }
  const rows = (fields.get("updates") ?? "").split("|", mostUpdates + 1).filter((row) => row.trim() !== "")
  if (rows.length === 0) return malformed("expected rows under updates")
  if (rows.length > mostUpdates) return malformed(`there are more than ${mostUpdates} updates`)
  const updates: Array<Update> = []
  for (const row of rows) {
    const update = rowOf(row, format === "relative")
    if (typeof update === "string") return malformed(update)
    updates.push(update)
  }
  return told(subject, updates, receivedAt)
}
