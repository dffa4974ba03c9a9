import { isObject } from "../payload/payloadJson.ts"
import { readNumber } from "../payload/readNumber.ts"
import { Instant } from "@wattkit/core"
import * as Result from "effect/Result"
import { instantOf, jsonOf } from "../payload/wholePayload.ts"
import type { Told } from "../Said.ts"
import { type Input, inputsOf, looseInputs, mostInputs, saidOf, subjectOf } from "./inputs.ts"

/** Seconds since 1970 or RFC 3339 with its offset; undefined for everything else. */
export const timeOf = (value: unknown): Instant.Instant | undefined => {
  const seconds = readNumber(value)
  if (seconds !== undefined) return instantOf(Math.trunc(seconds) * 1000)
  if (typeof value !== "string") return undefined
  const read = Instant.fromString(value)
  return Result.isSuccess(read) ? read.success : undefined
}

interface Update {
  readonly inputs: ReadonlyArray<Input>
  readonly at: Instant.Instant | undefined
}

/** Reads the numbers of an object, of which `time` is none. */
export const updateOf = (text: string): Update | string => {
  const entries = jsonOf(text)
  if (entries === undefined) return "Error decoding JSON string (invalid or too deeply nested)"
  if (!isObject(entries)) return "Input must be a JSON object"
  const { time, ...others } = entries
  if (Object.keys(others).length > mostInputs) return `Format error, there are more than ${mostInputs} inputs`
  return { inputs: inputsOf(others), at: timeOf(time) }
}

const looseUpdate = (text: string): Update | string => {
  const inputs = looseInputs(text)
  return typeof inputs === "string" ? `Format error, ${inputs}` : { inputs, at: undefined }
}

const readFields = (fields: ReadonlyMap<string, string>): Update | string => {
  const full = fields.get("fulljson")
  if (full !== undefined) return updateOf(full)
  const loose = fields.get("json") ?? fields.get("csv") ?? fields.get("data")
  if (loose === undefined || loose.trim() === "") {
    return "Request contains no data via csv, json or data tag"
  }
  return looseUpdate(loose)
}

/** What one update of one node says. */
export const told = (name: string, update: Update, at: Instant.Instant | undefined): Told => {
  const subject = subjectOf(name)
  if (subject === "") return { kind: "malformed", why: "node must have a name" }
  const said = saidOf(subject, at ?? update.at, update.inputs)
  return said.length > 0 ? { kind: "readings", said } : { kind: "nothing", why: "no input is a number" }
}

/** Reads one update of a node: a JSON object, a loose one, or values by their place. */
export const readPost = (fields: ReadonlyMap<string, string>, nameInPath: string | undefined): Told => {
  const update = readFields(fields)
  if (typeof update === "string") return { kind: "malformed", why: update }
  const time = fields.get("time")
  const at = time === undefined || time === "" ? undefined : timeOf(time)
  if (time !== undefined && time !== "" && at === undefined) {
    return { kind: "malformed", why: "time must be in seconds since 1970" }
  }
  return told(nameInPath ?? fields.get("node") ?? "0", update, at)
}
