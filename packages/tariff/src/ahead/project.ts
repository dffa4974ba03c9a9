import { bill, meteredFor } from "../bill.ts"
import { billingPeriodAt } from "../billingPeriods.ts"
import { compile } from "../compile/compile.ts"
import type { BillOptions } from "../contextFor.ts"
import type { Bill } from "../model/Bill.ts"
import type { Tariff } from "../model/Tariff.ts"
import { Refused } from "../Refused.ts"
import { dayOf, timeOfDay } from "../time/Clock.ts"
import { weekdayOf } from "../time/Civil.ts"
import { type Metered, type Usage, endAt, startAt } from "../usage/Metered.ts"

/** What the running billing period will come to. */
export interface Projection {
  /** The bill for what was used so far, with fixed charges for the whole period. */
  readonly toDate: Bill
  /** The bill if the rest of the period is like the days before; never final, as that is estimated. */
  readonly expected: Bill
  /** The bills if every day left uses less or more, by one deviation of the days before. */
  readonly low: Bill
  readonly high: Bill
}

/** Mean energy by kind of day and time of day, from readings of one length. */
interface Profile {
  readonly energyAt: (instant: number, side: "imported" | "exported") => number
  /** The deviation of a day's import, as a share of the mean. */
  readonly deviation: number
}

const keyOf = (tariff: Tariff, instant: number): string => {
  const { clock } = compile(tariff)
  const weekend = weekdayOf(dayOf(clock, instant)) >= 5
  return `${weekend ? 1 : 0}:${timeOfDay(clock, instant)}`
}

const profileOf = (tariff: Tariff, usage: Metered, until: number): Profile => {
  const { clock } = compile(tariff)
  const sums = { imported: new Map<string, number>(), exported: new Map<string, number>() }
  const counts = new Map<string, number>()
  const days = new Map<number, number>()
  for (let i = 0; i < usage.n && endAt(usage, i) <= until; i++) {
    if (usage.missing?.[i] === 1) continue
    const at = startAt(usage, i)
    for (const key of [keyOf(tariff, at), `any:${timeOfDay(clock, at)}`]) {
      counts.set(key, (counts.get(key) ?? 0) + 1)
      for (const side of ["imported", "exported"] as const)
        sums[side].set(key, (sums[side].get(key) ?? 0) + usage[side][i]!)
    }
    const day = dayOf(clock, at)
    days.set(day, (days.get(day) ?? 0) + usage.imported[i]!)
  }
  const totals = Array.from(days.values())
  const mean = totals.reduce((sum, one) => sum + one, 0) / Math.max(1, totals.length)
  const variance = totals.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, totals.length - 1)
  return {
    energyAt: (instant, side) => {
      const exact = keyOf(tariff, instant)
      const key = counts.has(exact) ? exact : `any:${timeOfDay(clock, instant)}`
      return Math.round((sums[side].get(key) ?? 0) / Math.max(1, counts.get(key) ?? 0))
    },
    deviation: mean === 0 ? 0 : Math.min(1, Math.sqrt(variance) / mean)
  }
}

/** The readings so far, and made-up ones, which are estimated, until the end. */
const continued = (usage: Metered, now: number, end: number, profile: Profile, factor: number): Usage => {
  const columns = {
    start: [] as Array<number>,
    end: [] as Array<number>,
    imported: [] as Array<number>,
    exported: [] as Array<number>,
    quality: [] as Array<number>
  }
  let at = usage.t0
  for (let i = 0; i < usage.n && endAt(usage, i) <= now; i++) {
    columns.start.push(startAt(usage, i))
    columns.end.push(endAt(usage, i))
    columns.imported.push(usage.missing?.[i] === 1 ? Number.NaN : usage.imported[i]!)
    columns.exported.push(usage.exported[i]!)
    columns.quality.push(usage.estimated?.[i] ?? 0)
    at = endAt(usage, i)
  }
  for (; at < end; at += usage.stepMs) {
    columns.start.push(at)
    columns.end.push(at + usage.stepMs)
    columns.imported.push(Math.round(profile.energyAt(at, "imported") * factor))
    columns.exported.push(profile.energyAt(at, "exported"))
    columns.quality.push(1)
  }
  const { end: ends, exported, imported, quality, start } = columns
  return { start, end: ends, importMWh: imported, exportMWh: exported, quality }
}

/** What the billing period that runs now will come to, with a range, from usage of one length of readings. */
export const project = (
  tariff: Tariff,
  usage: Usage | Metered,
  now: number,
  options: BillOptions = {}
): Projection => {
  const given = meteredFor(tariff, usage)
  if (given.stepMs === 0 || given.n === 0) {
    throw new Refused([{ path: "usage", message: "a projection needs readings of one length without gaps" }])
  }
  const period = billingPeriodAt(compile(tariff), now)
  const profile = profileOf(tariff, given, now)
  const daysLeft = Math.max(1, (period.end - now) / 86_400_000)
  // Days vary one by one, so over many days the sum varies less.
  const spread = profile.deviation / Math.sqrt(daysLeft)
  const of = (factor: number): Bill =>
    bill(tariff, continued(given, now, period.end, profile, factor), period, options)
  return {
    // Readings may lag behind; what was used since then is not known, so nothing is made up for it.
    toDate: bill(tariff, continued(given, now, given.t0, profile, 0), period, options),
    expected: of(1),
    low: of(Math.max(0, 1 - spread)),
    high: of(1 + spread)
  }
}
