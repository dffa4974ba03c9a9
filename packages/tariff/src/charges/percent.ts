import * as Scaled from "../exact/Scaled.ts"
import type { PercentCharge } from "../model/charge/PercentCharge.ts"
import { type Context, type Line, type Part, applies } from "./Context.ts"
import { timesOf } from "./fixed.ts"
import { addLine, selects } from "./lines.ts"

const HUNDRED = 100n * Scaled.ONE_QUANTITY
const PERCENT_DIGITS = Scaled.PRICE_DIGITS

/** Whether a charge is a tax that the prices already contain. */
export const isContained = (part: Part, charge: PercentCharge): boolean =>
  part.compiled.version.billing.taxIncluded && charge.group === "tax"

/** Whether a percentage applies to a part: not where none of the part's days is in its months. */
export const percentApplies = (context: Context, part: Part, charge: PercentCharge): boolean =>
  applies(context, charge) && timesOf(context, part, "day", true, charge.active?.months).count > 0n

/** A tax contained in prices, and how many lines there were when its turn came. */
export interface Contained {
  readonly charge: PercentCharge
  readonly seen: number
}

/** Shares of a net amount have 36 digits, so that two taxes on one another are still exact. */
const SHARE = Scaled.pow10(36)

/**
 * What all contained taxes are of a line, as a share of its net amount.
 *
 * Taxes on the same prices add up; one of a later order that means an earlier tax is on that tax too. Those
 * of one order are never on each other: nothing would say which of them comes first.
 */
const shareOfNet = (taxes: ReadonlyArray<Contained>, line: Line, index: number): bigint => {
  const shares: Array<{ readonly charge: PercentCharge; readonly share: bigint }> = []
  for (const { charge, seen } of taxes) {
    let base = index < seen && selects(charge.base, line) ? SHARE : 0n
    for (const one of shares) {
      const { group, id, order } = one.charge
      if (order < charge.order && selects(charge.base, { chargeId: id, group })) base += one.share
    }
    shares.push({
      charge,
      share: Scaled.divide(base * Scaled.parse(charge.percent, PERCENT_DIGITS), HUNDRED)
    })
  }
  return shares.reduce((sum, one) => sum + one.share, 0n)
}

/**
 * What the taxes contained in the prices of a part come to: of an amount with 25 % inside, one fifth.
 *
 * They are taken out together, since each alone would take the others for a part of the price.
 */
export const containedTax = (context: Context, part: Part, taxes: ReadonlyArray<Contained>): bigint => {
  const active = taxes.filter(({ charge }) => percentApplies(context, part, charge))
  if (active.length === 0) return 0n
  // Lines with the same taxes are divided once, as one sum.
  const sums = new Map<bigint, bigint>()
  context.lines.forEach((line, index) => {
    if (line.versionId !== part.compiled.version.id) return
    const share = shareOfNet(active, line, index)
    sums.set(share, (sums.get(share) ?? 0n) + line.amount)
  })
  let tax = 0n
  for (const [share, gross] of sums) tax += Scaled.divide(gross * share, SHARE + share)
  return tax
}

const baseOf = (context: Context, part: Part, charge: PercentCharge) =>
  context.lines.filter(
    (line) =>
      line.versionId === part.compiled.version.id && line.chargeId !== charge.id && selects(charge.base, line)
  )

/** The line of a tax, rider or discount on the lines there are so far. */
export const percentLine = (context: Context, part: Part, charge: PercentCharge): void => {
  if (!percentApplies(context, part, charge)) return
  const base = baseOf(context, part, charge)
  const sum = base.reduce((total, line) => total + line.amount, 0n)
  const percent = Scaled.parse(charge.percent, PERCENT_DIGITS)
  const exact = Scaled.divide(sum * percent, HUNDRED)
  const { end: to, start: from } = part
  addLine(context, charge, {
    versionId: part.compiled.version.id,
    from,
    to,
    quantity: Scaled.divide(sum, Scaled.pow10(Scaled.AMOUNT_DIGITS - Scaled.QUANTITY_DIGITS)),
    unit: context.tariff.tariff.currency,
    price: Scaled.divide(percent, 100n),
    exact,
    explain: () => {
      let given = 0n
      return base.map((line, at) => {
        const share = at === base.length - 1 ? exact - given : Scaled.divide(line.amount * percent, HUNDRED)
        given += share
        return { from, to, rule: `${charge.percent} % of ${line.label}`, amount: share }
      })
    }
  })
}
