import { dayOf, timeOfDay } from "../time/Clock.ts"
import type { Clock } from "../time/Clock.ts"
import { weekdayOf } from "../time/Civil.ts"
import { Refused } from "../Refused.ts"
import { type Metered, endAt, startAt } from "../usage/Metered.ts"

/** Mean energy by kind of day and time of day, from the readings there are. */
export interface Profile {
  /** The length of the readings a day is made up of. */
  readonly stepMs: number
  /** The energy expected from an instant on, for so long. */
  readonly energyAt: (instant: number, lengthMs: number, side: Side) => number
  /** The deviation of a day's import, as a share of the mean. */
  readonly deviation: number
}

type Side = "imported" | "exported"

const QUARTER = 900_000
const HOUR = 3_600_000
const DAY = 24 * HOUR

/** The readings that are over, without gaps between them. */
const over = (usage: Metered, until: number): number => {
  let count = 0
  while (count < usage.n && endAt(usage, count) <= until) {
    if (count > 0 && startAt(usage, count) !== endAt(usage, count - 1)) {
      throw new Refused([{ path: "usage", message: "a projection needs readings without gaps between them" }])
    }
    count++
  }
  return count
}

const longestOf = (usage: Metered, count: number): number => {
  let longest = 0
  for (let i = 0; i < count; i++) longest = Math.max(longest, endAt(usage, i) - startAt(usage, i))
  return longest
}

/** Energy by what tells times apart, to be divided by how long it took. */
class Sums {
  readonly #energy = { imported: new Map<string, number>(), exported: new Map<string, number>() }
  readonly #length = new Map<string, number>()

  add(key: string, lengthMs: number, imported: number, exported: number): void {
    this.#length.set(key, (this.#length.get(key) ?? 0) + lengthMs)
    this.#energy.imported.set(key, (this.#energy.imported.get(key) ?? 0) + imported)
    this.#energy.exported.set(key, (this.#energy.exported.get(key) ?? 0) + exported)
  }

  /** The mean of the first key there is something for, for a length of time. */
  mean(keys: ReadonlyArray<string>, lengthMs: number, side: Side): number {
    const key = keys.find((one) => this.#length.has(one))
    if (key === undefined) return 0
    return Math.round((this.#energy[side].get(key)! * lengthMs) / this.#length.get(key)!)
  }
}

const deviationOf = (days: ReadonlyMap<number, number>): number => {
  const totals = Array.from(days.values())
  const mean = totals.reduce((sum, one) => sum + one, 0) / Math.max(1, totals.length)
  const variance = totals.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, totals.length - 1)
  return mean === 0 ? 0 : Math.min(1, Math.sqrt(variance) / mean)
}

/**
 * What a day is like, from the readings before an instant. Where there is none of the same kind of day the
 * same time of any day counts, and where there is none of that time either the mean of all time: a day may be
 * an hour longer, or readings of a day begin at another time of the wall clock.
 *
 * Less than a day of readings is refused: it says nothing about the hours that are missing.
 */
export const profileOf = (clock: Clock, usage: Metered, until: number): Profile => {
  const count = over(usage, until)
  const sums = new Sums()
  const days = new Map<number, number>()
  let known = 0
  const longest = longestOf(usage, count)
  const stepMs = longest > HOUR ? HOUR : usage.stepMs || QUARTER
  const keysAt = (instant: number): ReadonlyArray<string> => {
    const kind = weekdayOf(dayOf(clock, instant)) >= 5 ? "weekend" : "weekday"
    // A reading of a day, or of hours, is not of a time of day.
    if (longest > HOUR) return [kind, "any"]
    const time = Math.floor(timeOfDay(clock, instant) / stepMs)
    return [`${kind}:${time}`, `any:${time}`, "any"]
  }
  for (let i = 0; i < count; i++) {
    if (usage.missing?.[i] === 1) continue
    const at = startAt(usage, i)
    const length = endAt(usage, i) - at
    const [imported, exported] = [usage.imported[i]!, usage.exported[i]!]
    for (const key of keysAt(at)) sums.add(key, length, imported, exported)
    const day = dayOf(clock, at)
    days.set(day, (days.get(day) ?? 0) + imported)
    known += length
  }
  // The shortest day there is has 23 hours.
  if (known < DAY - HOUR) {
    const message =
      "a projection needs at least one day of readings that are over, to know what a day is like"
    throw new Refused([{ path: "usage", message }])
  }
  return {
    stepMs,
    energyAt: (instant, lengthMs, side) => sums.mean(keysAt(instant), lengthMs, side),
    deviation: deviationOf(days)
  }
}
