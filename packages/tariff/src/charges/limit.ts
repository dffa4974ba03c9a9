import * as Scaled from "../exact/Scaled.ts"
import type { LimitCharge } from "../model/charge/LimitCharge.ts"
import { type Context, type Line, type Part, applies } from "./Context.ts"
import { amountTimes, timesOf } from "./fixed.ts"
import { addLine, selects } from "./lines.ts"
import { piecesOf } from "../usage/pieces.ts"

const isCredit = (line: Line): boolean =>
  line.group === "export" || line.kind === "credit" || line.kind === "ledger"

/** What a minimum or maximum is about. Money a ledger pays out at the end of its year is never part of it. */
const baseOf = (context: Context, charge: LimitCharge): bigint => {
  let sum = 0n
  for (const line of context.lines) {
    if (line.kind === "trueUp" || line.chargeId === charge.id) continue
    if (charge.credits === "before" && isCredit(line)) continue
    const ledger = line.kind === "ledger" && charge.credits === "after"
    if (ledger || selects(charge.base, line)) sum += line.amount
  }
  return sum
}

const adjustment = (charge: LimitCharge, sum: bigint, limit: bigint): bigint => {
  if (charge.kind === "maximum") return sum > limit ? limit - sum : 0n
  const counted = charge.negative === "keep" && sum < 0n ? 0n : sum
  return counted < limit ? limit - counted : 0n
}

const limitLine = (context: Context, part: Part, charge: LimitCharge, sum: bigint, limit: bigint): bigint => {
  const exact = adjustment(charge, sum, limit)
  if (exact === 0n) return 0n
  const { end: to, start: from } = part
  const text = Scaled.format(limit, Scaled.AMOUNT_DIGITS)
  const rule = `${charge.kind} of ${text}, charges were ${Scaled.format(sum, Scaled.AMOUNT_DIGITS)}`
  addLine(context, charge, {
    versionId: part.compiled.version.id,
    from,
    to,
    quantity: Scaled.ONE_QUANTITY,
    unit: charge.per,
    exact,
    explain: () => [{ from, to, rule, amount: exact }]
  })
  return exact
}

/** Whether the last instant of the bill is the last of a calendar year. */
const endsYear = (context: Context): boolean => {
  const pieces = piecesOf(context.tariff.clock, context.end - 1, context.end, false)
  return pieces[0]!.calendar.end === context.end
}

/**
 * A yearly limit is judged with the bill that ends the year, on the sums of all its bills. What monthly
 * minimums have added counts, so no one pays twice.
 */
const yearly = (context: Context, part: Part, charge: LimitCharge): void => {
  const monthly = context.lines
    .filter((line) => (line.kind === "minimum" || line.kind === "maximum") && !selects(charge.base, line))
    .reduce((sum, line) => sum + line.amount, 0n)
  let base = baseOf(context, charge) + monthly
  if (charge.negative === "keep" && base < 0n) base = 0n
  const sum = (context.state.sums.get(charge.id) ?? 0n) + base
  if (!endsYear(context)) {
    context.state.sums.set(charge.id, sum)
    return
  }
  context.state.sums.delete(charge.id)
  limitLine(
    context,
    part,
    charge,
    sum,
    amountTimes(Scaled.parse(charge.amount, Scaled.PRICE_DIGITS), { count: 1n, of: 1n })
  )
}

/** The line of a minimum or maximum, which looks at the lines there are so far. */
export const limitCharge = (context: Context, part: Part, charge: LimitCharge): void => {
  if (!applies(context, charge)) return
  if (charge.per === "year") {
    yearly(context, part, charge)
    return
  }
  // With two versions in a period the last one's limit holds for all of it.
  const whole: Part = { ...part, start: context.start, days: part.ofDays }
  const times = timesOf(context, whole, charge.per, charge.per !== "billingPeriod", charge.active?.months)
  if (times.count === 0n) return
  limitLine(
    context,
    part,
    charge,
    baseOf(context, charge),
    amountTimes(Scaled.parse(charge.amount, Scaled.PRICE_DIGITS), times)
  )
}
