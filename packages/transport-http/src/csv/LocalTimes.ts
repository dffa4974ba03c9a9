import { Instant, LocalCalendar, type TimeZone } from "@wattkit/core"
import { dayOf, wallClockIn } from "../plainBytes.ts"

/** What the readings of a channel before one tell of a wall clock time that occurs twice. */
interface Before {
  readonly at: number
  /** 1 while instants go up, −1 while they go down: many suppliers write the newest first. */
  readonly direction: 1 | -1
}

/** What is remembered of the channels, for a reader that begins where another ended. */
export type LocalTimesState = ReadonlyArray<readonly [channel: string, at: number, direction: 1 | -1]>

const DAY = 86_400_000
const MINUTE = 60_000

/** A wall clock is unsure for an hour or so; whoever reads once a day is still remembered across it. */
const NEAR = 26 * 60 * MINUTE

const german = /^(\d\d?)\.(\d\d?)\.(\d{4})[ T](\d\d):(\d\d)(?::(\d\d))?$/
const iso = /^(\d{4}-\d\d-\d\d)[ Tt](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?$/

const clockOf = (hour: string, minute: string, second = "00"): number =>
  Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59
    ? Number.NaN
    : ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000

/** The milliseconds a wall clock shows as if it were in UTC, NaN when the text is no time without offset. */
export const wallClockOf = (text: string): number => {
  const plain = iso.exec(text)
  if (plain !== null) {
    const [, date = "", clock = "", second = "00", fraction = ""] = plain
    const [year = "", month = "", day = ""] = date.split("-")
    const [hour = "", minute = ""] = clock.split(":")
    const millis = Number(fraction.slice(0, 3).padEnd(3, "0"))
    return dayOf(Number(year), Number(month), Number(day)) * DAY + clockOf(hour, minute, second) + millis
  }
  const [, day = "", month = "", year = "", hour = "", minute = "", second = "00"] = german.exec(text) ?? []
  return dayOf(Number(year), Number(month), Number(day)) * DAY + clockOf(hour, minute, second)
}

/**
 * Turns the wall clock times of one zone into instants.
 *
 * A time that occurs twice, when the clock is put back, is decided by the order of the rows of its channel:
 * it is the occurrence that goes on in the direction of the instants before it, and the first one when there
 * are none. A time that the clock skips is none.
 */
export class LocalTimes {
  readonly #calendar: LocalCalendar.LocalCalendar
  readonly #before = new Map<string, Before>()
  /** How many readings had a time that occurs twice. */
  doubled = 0

  constructor(zone: TimeZone.TimeZone, state: LocalTimesState = []) {
    this.#calendar = LocalCalendar.of(zone)
    for (const [channel, at, direction] of state) this.#before.set(channel, { at, direction })
  }

  get zone(): string {
    return this.#calendar.name
  }

  /** `2026-03-29T01:30:00` or with a space, from the bytes of a file; NaN when it is written otherwise. */
  read(bytes: Uint8Array, from: number, to: number, channel: () => string): number {
    return to === from + 19 ? this.instantAt(wallClockIn(bytes, from), channel) : Number.NaN
  }

  /** The instant of a wall clock time of a channel, NaN when the clock skips it. */
  instantAt(wall: number, channel: () => string): number {
    if (Number.isNaN(wall)) return wall
    const span = this.#calendar.offsets(wall)
    const sure = wall - span.offset
    // Far from a change there is one offset, and it is this one.
    if (sure - span.start > NEAR && span.end - sure > NEAR) return this.#checked(sure)
    const found = this.#all(wall)
    const first = found[0]
    if (first === undefined) return Number.NaN
    if (found.length === 1) return this.#checked(first)
    const before = this.#before.get(channel())
    if (before === undefined) return this.#checked(first)
    const going =
      before.direction === 1
        ? found.find((instant) => instant > before.at)
        : found.findLast((instant) => instant < before.at)
    return this.#checked(going ?? first)
  }

  /** Remembers the instant of a reading that was taken from the file. */
  note(at: number, channel: () => string): void {
    const span = this.#calendar.offsets(at)
    if (at - span.start > NEAR && span.end - at > NEAR) return
    const key = channel()
    const before = this.#before.get(key)
    const direction =
      before === undefined || at === before.at ? (before?.direction ?? 1) : at > before.at ? 1 : -1
    this.#before.set(key, { at, direction })
    if (this.#all(at + span.offset).length > 1) this.doubled++
  }

  state(): LocalTimesState {
    return [...this.#before].map(([channel, { at, direction }]) => [channel, at, direction])
  }

  /** Every instant at which the wall shows this time: none, one or two. */
  #all(wall: number): ReadonlyArray<number> {
    const found: Array<number> = []
    let span = this.#calendar.offsets(wall - NEAR)
    while (span.start <= wall + NEAR) {
      const instant = wall - span.offset
      if (instant >= span.start && instant < span.end) found.push(instant)
      if (span.end === Number.POSITIVE_INFINITY) break
      span = this.#calendar.offsets(span.end)
    }
    return found
  }

  #checked(instant: number): number {
    return instant >= Instant.MIN_MILLIS && instant <= Instant.MAX_MILLIS ? instant : Number.NaN
  }
}
