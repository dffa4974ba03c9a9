import { Instant } from "@wattkit/core"
import * as Result from "effect/Result"

/** The text of a payload however long, undefined when it is not UTF-8. */
export const textOf = (payload: Uint8Array): string | undefined => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(payload)
  } catch {
    return undefined
  }
}

/** A JSON value; undefined, which JSON does not have, where the text is none. */
export const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** The members of a JSON object. */
export type Entries = Readonly<Record<string, unknown>>

/** The instant of epoch milliseconds, cut to whole ones; undefined outside of the years 1970 to 9999. */
export const instantOf = (millis: number): Instant.Instant | undefined => {
  const made = Instant.make(Math.floor(millis))
  return Result.isSuccess(made) ? made.success : undefined
}
