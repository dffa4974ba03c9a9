import { DAY, toDayNumber } from "./Civil.ts"

/** A span of instants over which a zone keeps one offset, in milliseconds east of UTC. */
export interface OffsetSpan {
  readonly start: number
  readonly end: number
  readonly offset: number
}

/**
 * The wall clock of a zone. A `LocalCalendar` of `@wattkit/core` is one too and may be given instead.
 */
export interface Clock {
  readonly name: string
  readonly offsets: (instant: number) => OffsetSpan
}

const probeOf = (zone: string): ((instant: number) => number) => {
  const format = new Intl.DateTimeFormat("en-US-u-ca-gregory-nu-latn", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric"
  })
  return (instant) => {
    const [month = 1, day = 1, year = 1970, hour = 0, minute = 0, second = 0] = (
      format.format(instant).match(/\d+/g) ?? []
    ).map(Number)
    const local = toDayNumber(year, month, day) * DAY + ((hour * 60 + minute) * 60 + second) * 1000
    return local - Math.floor(instant / 1000) * 1000
  }
}

/** No zone has left an offset and come back within so short a time. */
const PROBE = 6 * DAY
/** Offsets are found for this much time at once. */
const CHUNK = 240 * DAY

const spansOf = (probe: (instant: number) => number, start: number): ReadonlyArray<OffsetSpan> => {
  const spans: Array<OffsetSpan> = []
  let from = start
  let offset = probe(start)
  for (let at = start + PROBE; at <= start + CHUNK; at += PROBE) {
    if (probe(at) === offset) continue
    let same = at - PROBE
    let other = at
    while (other - same > 1000) {
      const middle = same + Math.floor((other - same) / 2000) * 1000
      if (probe(middle) === offset) same = middle
      else other = middle
    }
    spans.push({ start: from, end: other, offset })
    from = other
    offset = probe(other)
  }
  spans.push({ start: from, end: start + CHUNK, offset })
  return spans
}

const clocks = new Map<string, Clock>()

/** The clock of an IANA zone; its offsets are asked from the platform once and remembered. */
export const clockOf = (zone: string): Clock => {
  const known = clocks.get(zone)
  if (known !== undefined) return known
  if (clocks.size > 1024) clocks.clear()
  const clock = zone === "UTC" ? utc : makeClock(zone)
  clocks.set(zone, clock)
  return clock
}

const utc: Clock = {
  name: "UTC",
  offsets: () => ({ start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY, offset: 0 })
}

const makeClock = (zone: string): Clock => {
  const probe = probeOf(zone)
  const chunks = new Map<number, ReadonlyArray<OffsetSpan>>()
  let last: OffsetSpan = { start: 0, end: 0, offset: 0 }
  return {
    name: zone,
    offsets: (instant) => {
      if (instant >= last.start && instant < last.end) return last
      const index = Math.floor(instant / CHUNK)
      let spans = chunks.get(index)
      if (spans === undefined) {
        spans = spansOf(probe, index * CHUNK)
        chunks.set(index, spans)
      }
      last = spans.find((span) => instant < span.end) ?? last
      return last
    }
  }
}

/** Longer than the offset of any zone. */
const MOST = 16 * 3_600_000

/** The first instant at which the wall shows the midnight a day begins with, or a later time. */
export const startOfDay = (clock: Clock, dayNumber: number): number => {
  const local = dayNumber * DAY
  let span = clock.offsets(local - MOST)
  while (local >= span.end + span.offset) span = clock.offsets(span.end)
  return Math.max(span.start, local - span.offset)
}

/** The number of the day an instant lies in. */
export const dayOf = (clock: Clock, instant: number): number => {
  const day = Math.floor((instant + clock.offsets(instant).offset) / DAY)
  return instant >= startOfDay(clock, day + 1) ? day + 1 : day
}

/** Milliseconds the wall clock shows after midnight. */
export const timeOfDay = (clock: Clock, instant: number): number => {
  const local = instant + clock.offsets(instant).offset
  return local - Math.floor(local / DAY) * DAY
}
