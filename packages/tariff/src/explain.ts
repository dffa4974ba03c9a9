import type { Bill, BillLine } from "./model/Bill.ts"
import { type Inputs, evaluated, inputsOf } from "./bill.ts"
import type { Contribution } from "./charges/Context.ts"
import * as Scaled from "./exact/Scaled.ts"

/** What one interval (or one reason) adds to a line. */
export interface Explained {
  /** Epoch milliseconds. */
  readonly from: number
  readonly to: number
  readonly rule: string
  readonly period?: string
  readonly tier?: number
  readonly quantity?: string
  readonly price?: string
  readonly amount: string
}

/** Where a line comes from: its contributions and the rounding sum to its amount to the last digit. */
export interface Explanation {
  readonly line: BillLine
  readonly contributions: ReadonlyArray<Explained>
  /** What rounding the line added. */
  readonly rounding: string
}

const written = (it: Contribution): Explained => ({
  from: it.from,
  to: it.to,
  rule: it.rule,
  ...(it.period === undefined ? {} : { period: it.period }),
  ...(it.tier === undefined ? {} : { tier: it.tier }),
  ...(it.quantity === undefined ? {} : { quantity: Scaled.format(it.quantity, Scaled.QUANTITY_DIGITS) }),
  ...(it.price === undefined ? {} : { price: Scaled.format(it.price, Scaled.PRICE_DIGITS) }),
  amount: Scaled.format(it.amount, Scaled.AMOUNT_DIGITS)
})

const cache = new WeakMap<Inputs, ReturnType<typeof evaluated>>()

/**
 * Explains a line of a bill down to intervals, rules and tiers.
 *
 * The bill must come from `bill` or `bills` of this process, which remembers what it was made from; it is
 * evaluated again, so bills themselves stay small.
 */
export const explain = (bill: Bill, line: BillLine): Explanation => {
  const inputs = inputsOf(bill)
  const at = bill.lines.indexOf(line)
  if (inputs === undefined || at < 0)
    throw new RangeError("the line is not of a bill made here; make the bill again")
  let again = cache.get(inputs)
  if (again === undefined) {
    again = evaluated(inputs)
    cache.set(inputs, again)
  }
  const inside = again.context.lines[at]!
  return {
    line,
    contributions: inside.explain().map(written),
    rounding: Scaled.format(inside.amount - inside.exact, Scaled.AMOUNT_DIGITS)
  }
}
