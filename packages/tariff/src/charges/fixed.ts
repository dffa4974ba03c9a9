import * as Scaled from "../exact/Scaled.ts"
import type { CreditCharge } from "../model/charge/CreditCharge.ts"
import type { FixedCharge } from "../model/charge/FixedCharge.ts"
import { parseDate } from "../time/Civil.ts"
import { startOfDay } from "../time/Clock.ts"
import { daysBegun } from "../time/YearCalendar.ts"
import { type Context, type Part, type Piece, applies } from "./Context.ts"
import { addLine, sumOf } from "./lines.ts"
import { piecesOf } from "../usage/pieces.ts"

/** How often an amount is charged, as a fraction. */
export interface Times {
  readonly count: number
  readonly of: number
}

/** A fraction of two whole numbers. */
const sumOfFractions = (fractions: ReadonlyArray<Times>): { count: bigint; of: bigint } =>
  fractions.reduce(
    (sum, one) => ({
      count: sum.count * BigInt(one.of) + BigInt(one.count) * sum.of,
      of: sum.of * BigInt(one.of)
    }),
    { count: 0n, of: 1n }
  )

const activePieces = (
  context: Context,
  part: Part,
  months: ReadonlyArray<number> | undefined,
  byMonth: boolean
) =>
  piecesOf(context.tariff.clock, part.start, part.end, byMonth || months !== undefined).filter(
    (piece) => months === undefined || months.includes(piece.month)
  )

const monthTimes = (piece: Piece, prorate: boolean): Times => {
  const { monthStarts } = piece.calendar
  const first = monthStarts[piece.month - 1]!
  if (!prorate) return { count: piece.start <= first ? 1 : 0, of: 1 }
  return {
    count: daysBegun(piece.calendar, piece.start, piece.end),
    of: daysBegun(piece.calendar, first, monthStarts[piece.month]!)
  }
}

const yearTimes = (piece: Piece, prorate: boolean): Times => {
  const { calendar } = piece
  if (!prorate) return { count: piece.start <= calendar.start ? 1 : 0, of: 1 }
  return {
    count: daysBegun(calendar, piece.start, piece.end),
    of: daysBegun(calendar, calendar.start, calendar.end)
  }
}

/** How often an amount per day, month, year or billing period is charged in a part of a bill. */
export const timesOf = (
  context: Context,
  part: Part,
  per: "day" | "month" | "billingPeriod" | "year",
  prorate: boolean,
  months?: ReadonlyArray<number>
): { count: bigint; of: bigint } => {
  if (per === "billingPeriod") {
    const active = activePieces(context, part, months, false)
    const days = active.reduce((sum, piece) => sum + daysBegun(piece.calendar, piece.start, piece.end), 0)
    if (prorate) return { count: BigInt(days), of: BigInt(part.ofDays) }
    return { count: active.length > 0 && part.start === context.start ? 1n : 0n, of: 1n }
  }
  const pieces = activePieces(context, part, months, per === "month")
  if (per === "day") {
    return {
      count: pieces.reduce((sum, it) => sum + BigInt(daysBegun(it.calendar, it.start, it.end)), 0n),
      of: 1n
    }
  }
  return sumOfFractions(
    pieces.map((piece) => (per === "month" ? monthTimes(piece, prorate) : yearTimes(piece, prorate)))
  )
}

/** An amount so often: exact unless the fraction needs more than 24 digits. */
export const amountTimes = (amount: bigint, times: { count: bigint; of: bigint }): bigint =>
  Scaled.divide(amount * times.count * Scaled.pow10(Scaled.AMOUNT_DIGITS - Scaled.PRICE_DIGITS), times.of)

/** The line of a fixed charge in a part of a bill. */
export const fixedLine = (context: Context, part: Part, charge: FixedCharge): void => {
  if (!applies(context, charge)) return
  const times = timesOf(context, part, charge.per, charge.prorate === "days", charge.active?.months)
  if (times.count === 0n) return
  const price = Scaled.parse(charge.amount, Scaled.PRICE_DIGITS)
  const exact = amountTimes(price, times)
  const quantity = Scaled.divide(times.count * Scaled.ONE_QUANTITY, times.of)
  addPlainLine(context, part, charge, exact, quantity, price, charge.per)
}

const addPlainLine = (
  context: Context,
  part: Part,
  charge: FixedCharge | CreditCharge,
  exact: bigint,
  quantity: bigint,
  price: bigint,
  per: string
): void => {
  const { end: to, start: from } = part
  addLine(context, charge, {
    versionId: part.compiled.version.id,
    from,
    to,
    quantity,
    unit: per,
    price,
    exact,
    explain: () => [{ from, to, rule: `amount per ${per}`, quantity, price, amount: exact }]
  })
}

/** The line of a credit or one-off fee in a part of a bill, which never gives more than it may. */
export const creditLine = (context: Context, part: Part, charge: CreditCharge): void => {
  if (!applies(context, charge)) return
  const price = Scaled.parse(charge.amount, Scaled.PRICE_DIGITS) * (charge.sign === "charge" ? 1n : -1n)
  let times = { count: 1n, of: 1n }
  if (charge.per === "once") {
    const day = startOfDay(context.tariff.clock, parseDate(charge.on ?? "1970-01-01"))
    if (day < part.start || day >= part.end) return
  } else times = timesOf(context, part, charge.per, charge.prorate === "days", charge.active?.months)
  if (times.count === 0n) return
  let exact = amountTimes(price, times)
  if (charge.upTo !== undefined) {
    const most = sumOf(context.lines, charge.upTo)
    if (-exact > most) exact = most > 0n ? -most : 0n
  }
  addPlainLine(
    context,
    part,
    charge,
    exact,
    Scaled.divide(times.count * Scaled.ONE_QUANTITY, times.of),
    price,
    charge.per
  )
}
