import { evaluated, meteredFor } from "../bill.ts"
import { billingPeriodAt, billingPeriods } from "../billingPeriods.ts"
import type { Context, Line } from "../charges/Context.ts"
import { selects } from "../charges/lines.ts"
import { canMean, percentApplies } from "../charges/percent.ts"
import { compile } from "../compile/compile.ts"
import { type BillOptions, intervalOf, partsOf } from "../contextFor.ts"
import * as Scaled from "../exact/Scaled.ts"
import type { Tariff } from "../model/Tariff.ts"
import { Refused } from "../Refused.ts"
import { fromDayNumber } from "../time/Civil.ts"
import { dayOf } from "../time/Clock.ts"
import { type Metered, type Usage, endAt, startAt } from "../usage/Metered.ts"

/** What one more kWh costs (or earns) in each quarter hour, taxes and other percentages included. */
export interface UnitPrices {
  readonly start: ReadonlyArray<number>
  readonly stepMs: number
  /** Money per kWh as decimals with up to 12 digits; a credit is below zero. */
  readonly import: ReadonlyArray<string>
  readonly export: ReadonlyArray<string>
}

const STEP = 900_000

/** Readings before an instant, and then one of a watt-hour in each quarter hour. */
const withOneWattHour = (
  before: Metered | undefined,
  start: number,
  end: number,
  from: number,
  side: "import" | "export"
): Usage => {
  const columns = {
    start: [] as Array<number>,
    end: [] as Array<number>,
    import: [] as Array<number>,
    export: [] as Array<number>
  }
  const count = before?.n ?? 0
  for (let i = 0; i < count; i++) {
    if (before === undefined || startAt(before, i) < start || endAt(before, i) > from) continue
    columns.start.push(startAt(before, i))
    columns.end.push(endAt(before, i))
    columns.import.push(before.imported[i]!)
    columns.export.push(before.exported[i]!)
  }
  for (let at = Math.max(from, start); at < end; at += STEP) {
    columns.start.push(at)
    columns.end.push(Math.min(end, at + STEP))
    columns.import.push(side === "import" ? 1000 : 0)
    columns.export.push(side === "export" ? 1000 : 0)
  }
  return { start: columns.start, end: columns.end, importMWh: columns.import, exportMWh: columns.export }
}

/** What percentages make of one unit of money on a line in a month, as units of 10^-12. */
const factorFor = (context: Context, line: Line, month: number): bigint => {
  const part = context.parts.find((one) => one.compiled.version.id === line.versionId)!
  const amounts = [{ chargeId: line.chargeId, group: line.group, amount: Scaled.ONE_QUANTITY }]
  const percents = part.compiled.others
    .filter((charge) => charge.kind === "percent")
    .toSorted((a, b) => a.order - b.order)
  for (const charge of percents) {
    if (!percentApplies(context, charge, month)) continue
    if (part.compiled.version.billing.taxIncluded && charge.group === "tax") continue
    const base = amounts.reduce(
      (sum, one) =>
        selects(charge.base, one) && canMean(part, charge, one.chargeId) ? sum + one.amount : sum,
      0n
    )
    const percent = Scaled.parse(charge.percent, Scaled.PRICE_DIGITS)
    amounts.push({
      chargeId: charge.id,
      group: charge.group,
      amount: Scaled.divide(base * percent, 100n * Scaled.ONE_QUANTITY)
    })
  }
  return amounts.reduce((sum, one) => sum + one.amount, 0n)
}

/** Adds the price of each slot that a line has a part in. */
const addLine = (context: Context, line: Line, from: number, prices: Array<bigint>): void => {
  if (line.kind !== "energy") return
  const { clock } = context.tariff
  const factors = new Map<number, bigint>()
  for (const one of line.explain()) {
    const at = Math.floor((one.from - from) / STEP)
    if (at < 0 || at >= prices.length) continue
    const { month } = fromDayNumber(dayOf(clock, one.from))
    const factor = factors.get(month) ?? factorFor(context, line, month)
    factors.set(month, factor)
    // A watt-hour's amount has 24 digits, so a kWh's price with 12 of them is a division by 10^9.
    prices[at] = prices[at]! + Scaled.divide(one.amount * factor, 10n ** 21n)
  }
}

/**
 * What one more kWh costs in the quarter hours of an interval, given what was used before it in the billing
 * period. Prices by tier are those of the tier reached so far. Demand charges are left out: they depend on
 * how much is used at once.
 */
export const unitPrices = (
  tariff: Tariff,
  usage: Usage | Metered | undefined,
  interval: { readonly start: number; readonly end: number },
  options: BillOptions = {}
): UnitPrices => {
  const compiled = compile(tariff)
  if (compiled.versions.some((one) => one.version.export.kind === "netMetering")) {
    const message =
      "under net metering one more kWh has no price of its own: what it costs is known when the period ends"
    throw new Refused([{ path: "export", message }])
  }
  const asked = intervalOf(compiled.clock, interval)
  partsOf(compiled, asked.start, asked.end)
  const ends = compiled.versions[compiled.versions.length - 1]!.end
  const from = Math.floor(interval.start / STEP) * STEP
  const count = Math.ceil((interval.end - from) / STEP)
  const before = usage === undefined ? undefined : meteredFor(tariff, usage)
  const price = (side: "import" | "export"): ReadonlyArray<string> => {
    const prices = Array.from({ length: count }, () => 0n)
    const until = Math.min(from + count * STEP, ends)
    for (const period of billingPeriods(compiled, { start: from, end: until })) {
      const nominal = billingPeriodAt(compiled, period.start)
      const whole = {
        start: Math.max(nominal.start, compiled.versions[0]!.start),
        end: Math.min(nominal.end, ends)
      }
      const given = withOneWattHour(before, whole.start, period.end, Math.max(from, period.start), side)
      const { context } = evaluated({ tariff, usage: given, start: whole.start, end: whole.end, options })
      for (const line of context.lines) addLine(context, line, from, prices)
    }
    return prices.map((units) => Scaled.format(units, Scaled.PRICE_DIGITS))
  }
  return {
    start: Array.from({ length: count }, (_, at) => from + at * STEP),
    stepMs: STEP,
    import: price("import"),
    export: price("export")
  }
}
