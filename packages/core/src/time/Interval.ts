import * as Orders from "effect/Order"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Instant from "./Instant.ts"
import { InvalidTime } from "./InvalidTime.ts"

const ordered = Schema.makeFilter(
  (interval: { readonly start: number; readonly end: number }) =>
    interval.end >= interval.start || "expected an end that is not before the start"
)

/** The instants from `start` up to but not including `end`; empty when both are the same. */
export const Interval = Schema.Struct({ start: Instant.Instant, end: Instant.Instant }).check(ordered)
/** The instants from `start` up to but not including `end`; empty when both are the same. */
export type Interval = typeof Interval.Type

/** The wire form of an interval: both ends as RFC 3339. */
export const IntervalFromStrings = Schema.Struct({
  start: Instant.InstantFromString,
  end: Instant.InstantFromString
}).check(ordered)

/** The interval between two instants, refusing an end before the start. */
export const make = (start: Instant.Instant, end: Instant.Instant): Result.Result<Interval, InvalidTime> =>
  end >= start
    ? Result.succeed({ start, end })
    : Result.fail(
        new InvalidTime({
          input: `${Instant.format(start)}/${Instant.format(end)}`,
          message: "expected an end that is not before the start"
        })
      )

/** The interval between two RFC 3339 times; throws `InvalidTime`, for source code and tests. */
export const fromStringsOrThrow = (start: string, end: string): Interval =>
  Result.getOrThrow(make(Instant.fromStringOrThrow(start), Instant.fromStringOrThrow(end)))

/** Whether no instant is inside. */
export const isEmpty = (self: Interval): boolean => self.end <= self.start

/** The length in milliseconds. */
export const duration = (self: Interval): number => self.end - self.start

/** Whether the instant is inside; the end is not. */
export const contains = (self: Interval, instant: Instant.Instant): boolean =>
  instant >= self.start && instant < self.end

/** Whether every instant of the other interval is inside; an empty one always is. */
export const encloses = (self: Interval, that: Interval): boolean =>
  isEmpty(that) || (that.start >= self.start && that.end <= self.end)

/** Whether some instant is inside both; intervals that only touch do not overlap. */
export const overlaps = (self: Interval, that: Interval): boolean =>
  Math.max(self.start, that.start) < Math.min(self.end, that.end)

/** The part inside both, or `undefined` when there is none. */
export const intersect = (self: Interval, that: Interval): Interval | undefined => {
  const start = self.start > that.start ? self.start : that.start
  const end = self.end < that.end ? self.end : that.end
  return start < end ? { start, end } : undefined
}

/** Whether both have the same ends. */
export const equals = (self: Interval, that: Interval): boolean =>
  self.start === that.start && self.end === that.end

/** By start, then by end. */
export const Order: Orders.Order<Interval> = Orders.Struct({ start: Instant.Order, end: Instant.Order })

/** The fewest intervals with the same instants, in order, none empty, overlapping or touching. */
export const normalize = (intervals: Iterable<Interval>): ReadonlyArray<Interval> => {
  const sorted = Array.from(intervals)
    .filter((interval) => !isEmpty(interval))
    .sort((a, b) => a.start - b.start)
  const merged: Array<Interval> = []
  for (const interval of sorted) {
    const last = merged[merged.length - 1]
    if (last === undefined || interval.start > last.end) merged.push(interval)
    else if (interval.end > last.end) merged[merged.length - 1] = { start: last.start, end: interval.end }
  }
  return merged
}

/** The instants in either list, normalized. */
export const union = (self: Iterable<Interval>, that: Iterable<Interval>): ReadonlyArray<Interval> =>
  normalize([...self, ...that])

/** The instants in both lists, normalized. */
export const intersectAll = (self: Iterable<Interval>, that: Iterable<Interval>): ReadonlyArray<Interval> => {
  const left = normalize(self)
  const right = normalize(that)
  const common: Array<Interval> = []
  let l = 0
  let r = 0
  for (let a = left[0], b = right[0]; a !== undefined && b !== undefined; a = left[l], b = right[r]) {
    const both = intersect(a, b)
    if (both !== undefined) common.push(both)
    if (a.end < b.end) l++
    else r++
  }
  return common
}

/** The instants of the first list that are not in the second, normalized. */
export const subtract = (self: Iterable<Interval>, that: Iterable<Interval>): ReadonlyArray<Interval> => {
  const holes = normalize(that)
  const rest: Array<Interval> = []
  let next = 0
  for (const interval of normalize(self)) {
    let start = interval.start
    while ((holes[next]?.end ?? interval.end) <= start && next < holes.length) next++
    for (let at = next; at < holes.length; at++) {
      const hole = holes[at]
      if (hole === undefined || hole.start >= interval.end) break
      if (hole.start > start) rest.push({ start, end: hole.start })
      start = hole.end
    }
    if (start < interval.end) rest.push({ start, end: interval.end })
  }
  return rest
}

/** The parts of an interval that no interval of the list covers. */
export const gaps = (within: Interval, intervals: Iterable<Interval>): ReadonlyArray<Interval> =>
  subtract([within], intervals)

/** The milliseconds of a list, counting what overlaps once. */
export const totalDuration = (intervals: Iterable<Interval>): number => {
  let total = 0
  for (const interval of normalize(intervals)) total += duration(interval)
  return total
}

/**
 * The parts between the instants, which need not be sorted; those outside are ignored, and the parts tile.
 */
export const splitAt = (self: Interval, instants: Iterable<Instant.Instant>): ReadonlyArray<Interval> => {
  if (isEmpty(self)) return []
  const parts: Array<Interval> = []
  let start = self.start
  const cuts = Array.from(instants)
    .filter((instant) => instant < self.end)
    .sort((a, b) => a - b)
  for (const cut of cuts) {
    if (cut > start) {
      parts.push({ start, end: cut })
      start = cut
    }
  }
  parts.push({ start, end: self.end })
  return parts
}
