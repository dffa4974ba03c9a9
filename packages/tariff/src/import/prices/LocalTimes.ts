import { DAY, daysInMonth, toDayNumber } from "../../time/Civil.ts"
import { type Clock, clockOf } from "../../time/Clock.ts"
import { refuse } from "../NotImported.ts"

/** A time as written: an instant, or what the wall clock shows in milliseconds since 1970. */
export type Written = { readonly instant: number } | { readonly local: number }

const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.0+)?)?(Z|[+-]\d\d:?\d\d)?$/
const DOTTED = /^(\d{1,2})\.(\d{1,2})\.(\d{4}),? (\d{1,2}):(\d\d)(?::(\d\d))?$/

const offsetOf = (text: string): number =>
  text === "Z"
    ? 0
    : (text.startsWith("-") ? -1 : 1) * (Number(text.slice(1, 3)) * 60 + Number(text.slice(-2))) * 60_000

/** Reads `2026-03-29 01:00`, with or without an offset, or `29.03.2026 01:00`. */
export const readTime = (text: string): Written | undefined => {
  const iso = ISO.exec(text)
  const dotted = iso === null ? DOTTED.exec(text) : null
  const parts = iso ?? dotted
  if (parts === null) return undefined
  const [year, month, day] = (iso === null ? [parts[3], parts[2], parts[1]] : parts.slice(1, 4)).map(Number)
  const [hour, minute, second] = [parts[4], parts[5], parts[6] ?? 0].map(Number)
  if (month! < 1 || month! > 12 || day! < 1 || day! > daysInMonth(year!, month!)) return undefined
  if (hour! > 24 || minute! > 59 || second! > 59 || (hour === 24 && minute! + second! > 0)) return undefined
  const local = toDayNumber(year!, month!, day!) * DAY + ((hour! * 60 + minute!) * 60 + second!) * 1000
  const offset = iso?.[7]
  return offset === undefined ? { local } : { instant: local - offsetOf(offset) }
}

/** The instants at which a wall clock shows a time: none in spring, two in autumn. */
export const instantsAt = (clock: Clock, local: number): ReadonlyArray<number> => {
  const found: Array<number> = []
  for (let span = clock.offsets(local - DAY); ; span = clock.offsets(span.end)) {
    const instant = local - span.offset
    if (instant >= span.start && instant < span.end && !found.includes(instant)) found.push(instant)
    if (span.end > local + DAY) return found
  }
}

/** The clock of a zone; a name that is none ends the import. */
export const requireClock = (zone: string, path: string): Clock => {
  try {
    const clock = clockOf(zone)
    clock.offsets(0)
    return clock
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return refuse("unreadable", path, `"${zone}" is not a time zone such as Europe/Berlin`)
  }
}
