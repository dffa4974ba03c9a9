import { DAY, fromCivil } from "./CivilDay.ts"
import type { TimeZone } from "./TimeZone.ts"

/**
 * A span `[start, end)` of epoch milliseconds over which the zone keeps one offset, in milliseconds east of
 * UTC.
 */
export interface OffsetSpan {
  readonly start: number
  readonly end: number
  readonly offset: number
}

/** Answers which offset span an instant lies in; neighbouring spans may have the same offset. */
export type ZoneOffsets = (instant: number) => OffsetSpan

/** Offsets are found for this much time at once, about half a year. */
const CHUNK = 200 * DAY
/** No zone has left an offset and returned to it within so short a time since 1900. */
const PROBE = CHUNK / 32
/** Chunks remembered per zone: more than a century. */
const CHUNKS_KEPT = 256

/**
 * Asks the platform for the offset; the clock fields are used since not every browser writes offsets with
 * seconds.
 */
const offsetProbe = (zone: TimeZone): ((instant: number) => number) => {
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
    const fields = (format.format(instant).match(/\d+/g) ?? []).map(Number)
    const [month = 1, day = 1, year = 1970, hour = 0, minute = 0, second = 0] = fields
    const local = fromCivil(year, month, day) * DAY + ((hour * 60 + minute) * 60 + second) * 1000
    return local - Math.floor(instant / 1000) * 1000
  }
}

/** The first whole second after `low` whose offset is not `offset`, given that the one at `high` is not. */
const findChange = (
  probe: (instant: number) => number,
  low: number,
  high: number,
  offset: number
): number => {
  let same = low
  let other = high
  while (other - same > 1000) {
    const middle = same + Math.floor((other - same) / 2000) * 1000
    if (probe(middle) === offset) same = middle
    else other = middle
  }
  return other
}

const findSpans = (probe: (instant: number) => number, chunkStart: number): ReadonlyArray<OffsetSpan> => {
  const spans: Array<OffsetSpan> = []
  let start = chunkStart
  let offset = probe(chunkStart)
  let clean = chunkStart
  for (let at = chunkStart + PROBE; at <= chunkStart + CHUNK; at += PROBE) {
    const target = probe(at)
    while (offset !== target) {
      const change = findChange(probe, clean, at, offset)
      if (change >= chunkStart + CHUNK) break
      spans.push({ start, end: change, offset })
      start = change
      clean = change
      offset = probe(change)
    }
    clean = at
  }
  spans.push({ start, end: chunkStart + CHUNK, offset })
  return spans
}

/** The offsets of a zone, asked from the platform once per half year and remembered. */
export const ofZone = (zone: TimeZone): ZoneOffsets => {
  const probe = offsetProbe(zone)
  const chunks = new Map<number, ReadonlyArray<OffsetSpan>>()
  let last: OffsetSpan = { start: 0, end: 0, offset: 0 }
  return (instant) => {
    if (instant >= last.start && instant < last.end) return last
    const index = Math.floor(instant / CHUNK)
    let spans = chunks.get(index)
    if (spans === undefined) {
      if (chunks.size >= CHUNKS_KEPT) chunks.clear()
      spans = findSpans(probe, index * CHUNK)
      chunks.set(index, spans)
    }
    for (const span of spans) {
      if (instant < span.end) {
        last = span
        break
      }
    }
    return last
  }
}
