import { Instant } from "@wattkit/core"
import * as Result from "effect/Result"
import { readNumber } from "./readNumber.ts"

/**
 * How a time is written: as text with an offset, as seconds or milliseconds since 1970, or as a number whose
 * size tells which.
 */
export type TimeForm = "text" | "seconds" | "milliseconds" | "number"

/**
 * Nothing was measured for this before 2010: a clock that shows an earlier time was not set since its device
 * started.
 */
const earliest = Date.UTC(2010, 0, 1)

const instantOf = (millis: number): Instant.Instant | undefined => {
  const made = Instant.make(Math.round(millis))
  return Result.isSuccess(made) && made.success >= earliest ? made.success : undefined
}

const shape = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?(?:[.,](\d+))? ?(Z|z|[+-]\d\d(?::?\d\d)?)$/

/** Undefined where the offset is missing: nobody can tell which instant a bare wall clock means. */
const ofText = (text: string): Instant.Instant | undefined => {
  if (text.length > 40) return undefined
  const match = shape.exec(text)
  if (match === null) return undefined
  const [, date, minutes, seconds = ":00", fraction, offset = "Z"] = match
  const digits = fraction === undefined ? "" : `.${fraction.slice(0, 9)}`
  const zone = /^[Zz]$/.test(offset)
    ? "Z"
    : `${offset.slice(0, 3)}:${offset.slice(3).replace(":", "") || "00"}`
  const found = Instant.fromString(`${date}T${minutes}${seconds}${digits}${zone}`)
  return Result.isSuccess(found) ? instantOf(found.success) : undefined
}

/** Seconds, milliseconds, microseconds or nanoseconds since 1970: their sizes lie far apart. */
const ofSize = (value: number): number => {
  if (value < 1e11) return value * 1000
  if (value < 1e14) return value
  return value < 1e17 ? value / 1000 : value / 1e6
}

/** The instant a value means, undefined where it means none. */
export const writtenTime = (value: unknown, form: TimeForm): Instant.Instant | undefined => {
  if (form === "text") return typeof value === "string" ? ofText(value) : undefined
  const number = readNumber(value)
  if (number === undefined || number < 0) return undefined
  if (form === "number") return instantOf(ofSize(number))
  return instantOf(form === "seconds" ? number * 1000 : number)
}

/** The instant a value means, whether it is written as text or as a number. */
export const anyTime = (value: unknown): Instant.Instant | undefined =>
  writtenTime(value, "text") ?? writtenTime(value, "number")
