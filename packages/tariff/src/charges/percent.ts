import * as Scaled from "../exact/Scaled.ts"
import type { PercentCharge } from "../model/charge/PercentCharge.ts"
import { type Context, type Part, applies } from "./Context.ts"
import { addLine, selects } from "./lines.ts"

const HUNDRED = 100n * Scaled.ONE_QUANTITY

/** Whether a charge is a tax that the prices already contain. */
export const isContained = (part: Part, charge: PercentCharge): boolean =>
  part.compiled.version.billing.taxIncluded && charge.group === "tax"

/** What a tax contained in prices comes to: of an amount with 25 % inside, one fifth. */
export const containedTax = (context: Context, part: Part, charge: PercentCharge): bigint => {
  if (!applies(context, charge)) return 0n
  const base = baseOf(context, part, charge).reduce((sum, line) => sum + line.amount, 0n)
  const percent = Scaled.parse(charge.percent, Scaled.PRICE_DIGITS)
  return Scaled.divide(base * percent, HUNDRED + percent)
}

const baseOf = (context: Context, part: Part, charge: PercentCharge) =>
  context.lines.filter(
    (line) =>
      line.versionId === part.compiled.version.id && line.chargeId !== charge.id && selects(charge.base, line)
  )

/** The line of a tax, rider or discount on the lines there are so far. */
export const percentLine = (context: Context, part: Part, charge: PercentCharge): void => {
  if (!applies(context, charge)) return
  const base = baseOf(context, part, charge)
  const sum = base.reduce((total, line) => total + line.amount, 0n)
  const percent = Scaled.parse(charge.percent, Scaled.PRICE_DIGITS)
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
