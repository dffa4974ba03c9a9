import type { Instant } from "@wattkit/core"
import { meaningOfName } from "../custom/knownNames.ts"
import { Drafts } from "../payload/Drafts.ts"
import { isObject } from "../payload/payloadJson.ts"
import { readNumber } from "../payload/readNumber.ts"
import { anyTime } from "../payload/writtenTime.ts"
import type { Said } from "../Said.ts"

const mostRows = 1_000
const mostMembers = 256
const deepest = 3

const timeNames: ReadonlySet<string> = new Set(
  "at time timestamp ts datetime date_time date epoch unixtime last_seen measured_at".split(" ")
)

/** Members that only wrap what belongs to the whole. */
const wrappers: ReadonlySet<string> = new Set(["values", "data", "fields", "payload", "readings"])

/** Fifteen digits hold every decimal a device sends and drop what multiplication adds behind them. */
const scaled = (value: number, scale: number): number => Number((value * scale).toPrecision(15))

/** Puts a number where its name says; where nobody can tell, it stays unknown. */
export const putNamed = (drafts: Drafts, channel: string, name: string, value: number): void => {
  const meaning = meaningOfName(name)
  if (meaning === undefined) drafts.putUnknown(channel, name, value)
  else drafts.put(channel, meaning.quantity, scaled(value, meaning.scale))
}

const timeOf = (row: { readonly [name: string]: unknown }): Instant.Instant | undefined => {
  for (const name of Object.keys(row).slice(0, mostMembers)) {
    if (!timeNames.has(name.toLowerCase())) continue
    const at = anyTime(row[name])
    if (at !== undefined) return at
  }
  return undefined
}

/** Objects inside an object are its channels, named by the way to them. */
const putMembers = (
  drafts: Drafts,
  row: { readonly [name: string]: unknown },
  way: ReadonlyArray<string>
): void => {
  const channel = way.length === 0 ? "main" : way.join(".")
  for (const [name, value] of Object.entries(row).slice(0, mostMembers)) {
    if (timeNames.has(name.toLowerCase())) continue
    const number = readNumber(value)
    if (number !== undefined) putNamed(drafts, channel, name, number)
    else if (isObject(value) && way.length < deepest) {
      putMembers(drafts, value, wrappers.has(name) ? way : [...way, name])
    }
  }
}

/** What an object says, or each of a list of them. */
export const readPlain = (subject: string, body: unknown): ReadonlyArray<Said> => {
  const rows = Array.isArray(body) ? body.slice(0, mostRows) : [body]
  return rows.filter(isObject).flatMap((row) => {
    const drafts = new Drafts(subject)
    putMembers(drafts, row, [])
    return drafts.said(timeOf(row))
  })
}
