import { compile } from "../compile/compile.ts"
import type { BillOptions } from "../contextFor.ts"
import type { Tariff } from "../model/Tariff.ts"
import type { Metered, Usage } from "../usage/Metered.ts"
import { unitPrices } from "./unitPrices.ts"

/** What one more kWh costs at an instant, and what an exported one brings (below zero). */
export interface MarginalPrice {
  readonly at: number
  readonly import: string
  readonly export: string
}

/** The marginal price now, and the next one that differs, within two days. */
export interface Marginal extends MarginalPrice {
  readonly next?: MarginalPrice
}

const AHEAD = 48 * 3_600_000

/** The price of one more kWh now, and when it changes to what. */
export const marginal = (
  tariff: Tariff,
  usage: Usage | Metered | undefined,
  at: number,
  options: BillOptions = {},
  aheadMs = AHEAD
): Marginal => {
  // Looking ahead stops where the tariff ends; an instant after that has no price and is refused.
  const ends = compile(tariff).versions.at(-1)?.end ?? at
  const end = Math.max(at + 1, Math.min(at + aheadMs, ends))
  const prices = unitPrices(tariff, usage, { start: at, end }, options)
  const of = (index: number): MarginalPrice => ({
    at: index === 0 ? at : prices.start[index]!,
    import: prices.import[index]!,
    export: prices.export[index]!
  })
  const next = prices.start.findIndex(
    (_, index) => prices.import[index] !== prices.import[0] || prices.export[index] !== prices.export[0]
  )
  return next < 0 ? of(0) : { ...of(0), next: of(next) }
}
