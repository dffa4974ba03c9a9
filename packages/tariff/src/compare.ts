import { bills, meteredFor } from "./bill.ts"
import type { BillOptions, Period } from "./contextFor.ts"
import * as Scaled from "./exact/Scaled.ts"
import type { Tariff } from "./model/Tariff.ts"
import type { Metered, Usage } from "./usage/Metered.ts"

/** What one tariff would cost. */
export interface Alternative {
  readonly tariffId: string
  readonly currency: string
  readonly total: string
  /** The difference to the baseline, below zero when it costs less; left out in another currency. */
  readonly delta?: string
  /** The total of each billing period. */
  readonly periods: ReadonlyArray<{ readonly from: string; readonly to: string; readonly total: string }>
  /** The sums of each charge. */
  readonly charges: Readonly<Record<string, string>>
  readonly warnings: ReadonlyArray<string>
}

/** Tariffs on the same usage, the cheapest first. */
export interface Comparison {
  readonly baseline: string
  readonly alternatives: ReadonlyArray<Alternative>
  readonly assumptions: ReadonlyArray<string>
}

const sumText = (amounts: ReadonlyArray<string>): bigint =>
  amounts.reduce((sum, text) => sum + Scaled.parse(text, Scaled.AMOUNT_DIGITS), 0n)

const write = (units: bigint): string => Scaled.format(units, Scaled.AMOUNT_DIGITS)

/** A total that is one line of a ranking. */
interface Costed {
  readonly tariff: Tariff
  readonly total: bigint
  readonly alternative: Omit<Alternative, "delta">
}

const costOf = (tariff: Tariff, usage: Metered, period: Period, options: BillOptions): Costed => {
  const made = bills(tariff, usage, period, options)
  const charges = new Map<string, bigint>()
  for (const bill of made) {
    for (const line of bill.lines) {
      charges.set(
        line.chargeId,
        (charges.get(line.chargeId) ?? 0n) + Scaled.parse(line.amount, Scaled.AMOUNT_DIGITS)
      )
    }
  }
  const total = sumText(made.map((bill) => bill.total))
  return {
    tariff,
    total,
    alternative: {
      tariffId: tariff.id,
      currency: tariff.currency,
      total: write(total),
      periods: made.map((bill) => ({ from: bill.fromDate, to: bill.toDate, total: bill.total })),
      charges: Object.fromEntries(Array.from(charges, ([id, sum]) => [id, write(sum)])),
      warnings: [...new Set(made.flatMap((bill) => bill.warnings.map((warning) => warning.message)))]
    }
  }
}

/** What each tariff would cost for the same usage, compared with the first one, the cheapest first. */
export const compare = (
  tariffs: readonly [Tariff, ...ReadonlyArray<Tariff>],
  usage: Usage | Metered,
  period: Period,
  options: BillOptions = {}
): Comparison => {
  const shared = meteredFor(tariffs[0], usage)
  const rounds = (tariff: Tariff) =>
    tariff.versions.some((version) => version.billing.rounding?.quantity !== undefined)
  const costed = tariffs.map((tariff) =>
    costOf(tariff, rounds(tariff) || rounds(tariffs[0]) ? meteredFor(tariff, usage) : shared, period, options)
  )
  const base = costed[0]!
  return {
    baseline: base.tariff.id,
    alternatives: costed
      .toSorted((a, b) => (a.total < b.total ? -1 : a.total > b.total ? 1 : 0))
      .map(({ alternative, tariff, total }) => ({
        ...alternative,
        ...(tariff.currency === base.tariff.currency ? { delta: write(total - base.total) } : {})
      })),
    assumptions: [
      "the usage stays the same under every tariff",
      "credits and demand of earlier periods are those of the options, the same for every tariff"
    ]
  }
}
