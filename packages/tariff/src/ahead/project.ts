import { bill, meteredFor } from "../bill.ts"
import { billingPeriodAt } from "../billingPeriods.ts"
import { compile } from "../compile/compile.ts"
import type { BillOptions } from "../contextFor.ts"
import type { Bill } from "../model/Bill.ts"
import type { Tariff } from "../model/Tariff.ts"
import { type Metered, type Usage, endAt, startAt } from "../usage/Metered.ts"
import { type Profile, profileOf } from "./profile.ts"

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
  for (; at < end; at += profile.stepMs) {
    columns.start.push(at)
    columns.end.push(at + profile.stepMs)
    columns.imported.push(Math.round(profile.energyAt(at, profile.stepMs, "imported") * factor))
    columns.exported.push(profile.energyAt(at, profile.stepMs, "exported"))
    columns.quality.push(1)
  }
  const { end: ends, exported, imported, quality, start } = columns
  return { start, end: ends, importMWh: imported, exportMWh: exported, quality }
}

/**
 * What the billing period that runs now will come to, with a range, from at least a day of readings without
 * gaps.
 */
export const project = (
  tariff: Tariff,
  usage: Usage | Metered,
  now: number,
  options: BillOptions = {}
): Projection => {
  const given = meteredFor(tariff, usage)
  const compiled = compile(tariff)
  const period = billingPeriodAt(compiled, now)
  const profile = profileOf(compiled.clock, given, now)
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
