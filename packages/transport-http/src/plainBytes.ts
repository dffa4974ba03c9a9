import { Instant, LocalDate } from "@wattkit/core"
import * as Result from "effect/Result"

/**
 * Reads numbers, instants and ids where they stand in the bytes of a file, without making a text of them.
 *
 * Everything here answers NaN or `undefined` as soon as it meets anything unusual; whoever asked then reads
 * the row as text, thoroughly and slowly. What is read here means exactly what it means there.
 */

/** What is left of the chunks before, and a new chunk behind it. */
export const joined = (rest: Uint8Array, chunk: Uint8Array): Uint8Array => {
  if (rest.length === 0) return chunk
  const bytes = new Uint8Array(rest.length + chunk.length)
  bytes.set(rest)
  bytes.set(chunk, rest.length)
  return bytes
}

const powersOfTen = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent)

const textOf = (bytes: Uint8Array, from: number, to: number): string => {
  let text = ""
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i]!)
  return text
}

/**
 * A decimal number without exponent, NaN when it is not one; `point` is the byte of its decimal point.
 *
 * Fifteen digits are an exact whole number, and one exact number divided by a power of ten is the nearest
 * number there is: what `Number` answers.
 */
export const numberIn = (bytes: Uint8Array, from: number, to: number, point: number): number => {
  const isNegative = bytes[from] === 45
  const first = isNegative ? from + 1 : from
  let value = 0
  let pointAt = -1
  for (let i = first; i < to; i++) {
    const digit = bytes[i]! - 48
    if (digit >= 0 && digit <= 9) value = value * 10 + digit
    else if (bytes[i] === point && pointAt === -1) pointAt = i
    else return Number.NaN
  }
  const decimals = pointAt === -1 ? 0 : to - pointAt - 1
  if (to === first || pointAt === first || pointAt === to - 1) return Number.NaN
  if (to - first - (pointAt === -1 ? 0 : 1) > 15) {
    if (to - first > 40) return Number.NaN
    const text = textOf(bytes, from, to)
    return Number(point === 46 ? text : text.replace(String.fromCharCode(point), "."))
  }
  if (decimals > 0) value /= powersOfTen[decimals]!
  return isNegative ? -value : value
}

/** Larger than any field of a time, so that every check of its limits refuses it. */
const NOT_DIGITS = 10_000

const two = (bytes: Uint8Array, at: number): number => {
  const tens = bytes[at]! - 48
  const ones = bytes[at + 1]! - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NOT_DIGITS
}

const pad = (value: number, width: number): string => String(value).padStart(width, "0")

/**
 * Day numbers asked last, by year, month and day in digits; a file has few different days near each other.
 */
const days = new Map<number, number>()
const DAYS_KEPT = 4000
let lastDate = 0
let lastDay = Number.NaN

const DAY = 86_400_000

/** The number of a day of the calendar, NaN when there is no such day. */
export const dayOf = (year: number, month: number, day: number): number => {
  const date = (year * 100 + month) * 100 + day
  if (date === lastDate) return lastDay
  let found = days.get(date)
  if (found === undefined) {
    const made = LocalDate.fromString(`${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`)
    found = Result.isSuccess(made) ? LocalDate.toEpochDay(made.success) : Number.NaN
    if (days.size >= DAYS_KEPT) days.clear()
    days.set(date, found)
  }
  lastDate = date
  lastDay = found
  return found
}

/** The milliseconds of `hh:mm:ss` after midnight, NaN when the clock has no such time. */
const clockIn = (bytes: Uint8Array, at: number): number => {
  const hour = two(bytes, at)
  const minute = two(bytes, at + 3)
  const second = two(bytes, at + 6)
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN
  if (bytes[at + 2] !== 58 || bytes[at + 5] !== 58) return Number.NaN
  return ((hour * 60 + minute) * 60 + second) * 1000
}

/**
 * `2026-03-29T01:30:00` as milliseconds, as if it were in UTC; NaN when it is not one. A space may be the T.
 */
export const wallClockIn = (bytes: Uint8Array, from: number): number => {
  if (bytes[from + 4] !== 45 || bytes[from + 7] !== 45) return Number.NaN
  const t = bytes[from + 10]
  if (t !== 84 && t !== 116 && t !== 32) return Number.NaN
  const year = two(bytes, from) * 100 + two(bytes, from + 2)
  const month = two(bytes, from + 5)
  const day = two(bytes, from + 8)
  if (year > 9999 || month > 12 || day > 31) return Number.NaN
  return dayOf(year, month, day) * DAY + clockIn(bytes, from + 11)
}

/** The offset written from `from` to `to` in milliseconds, NaN when it is not one. */
const offsetIn = (bytes: Uint8Array, from: number, to: number): number => {
  const first = bytes[from]
  if (first === 90 || first === 122) return to === from + 1 ? 0 : Number.NaN
  if ((first !== 43 && first !== 45) || to !== from + 6 || bytes[from + 3] !== 58) return Number.NaN
  const hours = two(bytes, from + 1)
  const minutes = two(bytes, from + 4)
  if (hours > 23 || minutes > 59) return Number.NaN
  const offset = (hours * 60 + minutes) * 60_000
  return first === 45 ? -offset : offset
}

/**
 * An RFC 3339 time with its offset as epoch milliseconds, NaN when it is not one; see `Instant.fromString`.
 */
export const instantIn = (bytes: Uint8Array, from: number, to: number): number => {
  if (to - from < 20 || to - from > 35) return Number.NaN
  let at = from + 19
  let millis = 0
  if (bytes[at] === 46) {
    const first = ++at
    for (let weight = 100; bytes[at]! >= 48 && bytes[at]! <= 57; at++) {
      if (weight >= 1) millis += (bytes[at]! - 48) * weight
      weight /= 10
    }
    if (at === first || at > first + 9) return Number.NaN
  }
  const instant = wallClockIn(bytes, from) + millis - offsetIn(bytes, at, to)
  return instant >= Instant.MIN_MILLIS && instant <= Instant.MAX_MILLIS ? instant : Number.NaN
}

/** The bytes an id is made of. */
const isIdByte = Array.from({ length: 256 }, (_, byte) => /[A-Za-z0-9._:-]/.test(String.fromCharCode(byte)))

const SLOTS = 4096

/**
 * Ids already met, found again by their bytes: a file repeats a few ids millions of times, and one text for
 * all of them saves memory and makes every later lookup by it cheap.
 */
export class Ids {
  readonly #slots: Array<string | undefined> = Array.from({ length: SLOTS }, () => undefined)

  /** The id that stands from `from` to `to`, `undefined` when it is not one. */
  find(bytes: Uint8Array, from: number, to: number): string | undefined {
    const length = to - from
    if (length === 0 || length > 64) return undefined
    let hash = 0
    for (let i = from; i < to; i++) {
      const byte = bytes[i]!
      if (!isIdByte[byte]) return undefined
      hash = (Math.imul(hash, 31) + byte) | 0
    }
    const slot = (hash ^ (hash >>> 12)) & (SLOTS - 1)
    const there = this.#slots[slot]
    if (there !== undefined && there.length === length && isSame(there, bytes, from)) return there
    const text = textOf(bytes, from, to)
    if (text === "." || text === "..") return undefined
    this.#slots[slot] = text
    return text
  }
}

const isSame = (text: string, bytes: Uint8Array, from: number): boolean => {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[from + i]) return false
  return true
}
