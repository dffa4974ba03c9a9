import * as Scaled from "../exact/Scaled.ts"
import type { PercentCharge } from "../model/charge/PercentCharge.ts"
import { type Context, type Line, type Part, applies } from "./Context.ts"
import { addLine, selects } from "./lines.ts"
import { amountWithin, monthsOf } from "./withinMonths.ts"

const HUNDRED = 100n * Scaled.ONE_QUANTITY
const PERCENT_DIGITS = Scaled.PRICE_DIGITS

/** Whether a charge is a tax that the prices already contain. */
export const isContained = (part: Part, charge: PercentCharge): boolean =>
  part.compiled.version.billing.taxIncluded && charge.group === "tax"

/** Whether a percentage applies in a month. */
export const percentApplies = (context: Context, charge: PercentCharge, month: number): boolean =>
  applies(context, charge) && charge.active?.months?.includes(month) !== false

/**
 * Whether a percentage can mean another charge: not a percentage of the same or a later order, since nothing
 * but the sequence in which they are written would say which of two comes first.
 */
export const canMean = (part: Part, charge: PercentCharge, chargeId: string): boolean =>
  part.compiled.others.every(
    (one) => one.id !== chargeId || one.kind !== "percent" || one.order < charge.order
  )

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
  if (taxes.length === 0) return 0n
  // Months in which the same taxes apply are taken together; mostly these are all months there are.
  const alike = new Map<string, { taxes: ReadonlyArray<Contained>; months: Array<number> }>()
  for (const month of monthsOf(context, part)) {
    const active = taxes.filter(({ charge }) => percentApplies(context, charge, month))
    const key = active.map(({ charge }) => charge.id).join()
    const known = alike.get(key)
    if (known === undefined) alike.set(key, { taxes: active, months: [month] })
    else known.months.push(month)
  }
  let tax = 0n
  for (const one of alike.values()) tax += taxIn(context, part, one.taxes, one.months)
  return tax
}

const taxIn = (
  context: Context,
  part: Part,
  taxes: ReadonlyArray<Contained>,
  months: ReadonlyArray<number>
): bigint => {
  if (taxes.length === 0) return 0n
  // Lines with the same taxes are divided once, as one sum.
  const sums = new Map<bigint, bigint>()
  context.lines.forEach((line, index) => {
    if (line.versionId !== part.compiled.version.id) return
    const share = shareOfNet(taxes, line, index)
    sums.set(share, (sums.get(share) ?? 0n) + shareIn(context, part, line, months))
  })
  let tax = 0n
  for (const [share, gross] of sums) tax += Scaled.divide(gross * share, SHARE + share)
  return tax
}

const baseOf = (context: Context, part: Part, charge: PercentCharge) =>
  context.lines.filter(
    (line) =>
      line.versionId === part.compiled.version.id &&
      line.chargeId !== charge.id &&
      selects(charge.base, line) &&
      canMean(part, charge, line.chargeId)
  )

/** How much of a line is for some months; of a percentage it is the percentage of what its base has there. */
const shareIn = (
  context: Context,
  part: Part,
  line: Line,
  months: ReadonlyArray<number> | undefined
): bigint => {
  if (months === undefined) return line.amount
  const charge = part.compiled.others.find((one) => one.id === line.chargeId)
  if (charge?.kind !== "percent" || monthsOf(context, part).every((month) => months.includes(month)))
    return amountWithin(context, part, line, months)
  const both = months.filter((month) => charge.active?.months?.includes(month) !== false)
  const sum = baseOf(context, part, charge).reduce(
    (total, one) => total + shareIn(context, part, one, both),
    0n
  )
  return Scaled.divide(sum * Scaled.parse(charge.percent, PERCENT_DIGITS), HUNDRED)
}

/** The line of a tax, rider or discount on what the lines there are have in its months. */
export const percentLine = (context: Context, part: Part, charge: PercentCharge): void => {
  if (!applies(context, charge)) return
  const active = charge.active?.months
  const months = active && monthsOf(context, part).filter((month) => active.includes(month))
  if (months?.length === 0) return
  const base = baseOf(context, part, charge)
  const amounts = base.map((line) => shareIn(context, part, line, months))
  const sum = amounts.reduce((total, amount) => total + amount, 0n)
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
        const share = at === base.length - 1 ? exact - given : Scaled.divide(amounts[at]! * percent, HUNDRED)
        given += share
        return { from, to, rule: `${charge.percent} % of ${line.label}`, amount: share }
      })
    }
  })
}
