import { bill as billOf, evaluated, inputsOf } from "./bill.ts"
import type { BillOptions, Period } from "./contextFor.ts"
import * as Scaled from "./exact/Scaled.ts"
import type { Tariff } from "./model/Tariff.ts"
import { type Metered, type Usage, endAt, indexAt, startAt } from "./usage/Metered.ts"

/** What the energy of each interval costs, in columns. Interval costs and period lines sum to the total. */
export interface IntervalCosts {
  readonly start: ReadonlyArray<number>
  readonly end: ReadonlyArray<number>
  /** Exact decimals. */
  readonly importCost: ReadonlyArray<string>
  readonly exportCost: ReadonlyArray<string>
  /** Everything on the bill that no single interval costs: demand, fixed amounts, taxes, ledger, rounding. */
  readonly periodLines: string
  readonly total: string
}

const write = (units: bigint): string => Scaled.format(units, Scaled.AMOUNT_DIGITS)

/** The reading an instant lies in. */
const readingAt = (usage: Metered, instant: number): number => {
  const next = indexAt(usage, instant)
  return next < usage.n && startAt(usage, next) === instant ? next : next - 1
}

/** What each interval of a billing period costs. */
export const price = (
  tariff: Tariff,
  usage: Usage | Metered,
  period?: Period,
  options: BillOptions = {}
): IntervalCosts => {
  const made = billOf(tariff, usage, period, options)
  const inputs = inputsOf(made)!
  const { context, outcome } = evaluated(inputs)
  const original = inputs.usage as Metered
  const first = indexAt(original, context.start)
  const from = first > 0 && endAt(original, first - 1) > context.start ? first - 1 : first
  const to = indexAt(original, context.end)
  const costs = {
    import: Array.from({ length: to - from }, () => 0n),
    export: Array.from({ length: to - from }, () => 0n)
  }
  let rest = 0n
  for (const line of context.lines) {
    if (line.kind !== "energy") {
      rest += line.amount
      continue
    }
    rest += line.amount - line.exact
    const column = line.group === "export" ? costs.export : costs.import
    for (const one of line.explain()) {
      const at = readingAt(original, one.from) - from
      if (at >= 0 && at < column.length) column[at] = column[at]! + one.amount
      else rest += one.amount
    }
  }
  const indexes = Array.from({ length: to - from }, (_, i) => i + from)
  return {
    start: indexes.map((i) => startAt(original, i)),
    end: indexes.map((i) => endAt(original, i)),
    importCost: costs.import.map(write),
    exportCost: costs.export.map(write),
    periodLines: write(rest),
    total: write(outcome.total)
  }
}
