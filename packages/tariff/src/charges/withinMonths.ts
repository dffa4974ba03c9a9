import type { CreditCharge } from "../model/charge/CreditCharge.ts"
import type { FixedCharge } from "../model/charge/FixedCharge.ts"
import * as Scaled from "../exact/Scaled.ts"
import { daysBegun } from "../time/YearCalendar.ts"
import { piecesOf } from "../usage/pieces.ts"
import type { Context, Line, Part, Piece } from "./Context.ts"
import { timesOf } from "./fixed.ts"

/** The months of the year a part has days in. */
export const monthsOf = (context: Context, part: Part): ReadonlyArray<number> => [
  ...new Set(piecesOf(context.tariff.clock, part.start, part.end, true).map((piece) => piece.month))
]

const inMonths = (pieces: ReadonlyArray<Piece>, months: ReadonlyArray<number>): ReadonlyArray<Piece> =>
  pieces.filter((piece) => months.includes(piece.month))

/** What readings in the months make of a line; one over the end of a month has its share of time there. */
const ofReadings = (line: Line, pieces: ReadonlyArray<Piece>): bigint => {
  let sum = 0n
  for (const { amount, from, to } of line.explain()) {
    for (const piece of pieces) {
      const inside = Math.min(to, piece.end) - Math.max(from, piece.start)
      if (inside <= 0) continue
      sum += inside === to - from ? amount : Scaled.divide(amount * BigInt(inside), BigInt(to - from))
    }
  }
  return sum
}

const ofDays = (line: Line, all: ReadonlyArray<Piece>, pieces: ReadonlyArray<Piece>): bigint => {
  const days = (some: ReadonlyArray<Piece>): bigint =>
    BigInt(some.reduce((sum, { calendar, end, start }) => sum + daysBegun(calendar, start, end), 0))
  const of = days(all)
  return of === 0n ? line.exact : Scaled.divide(line.exact * days(pieces), of)
}

/** How much of a fixed amount is for the months, or undefined where it is for the whole part. */
const ofAmounts = (
  context: Context,
  part: Part,
  line: Line,
  months: ReadonlyArray<number>
): bigint | undefined => {
  const charge = part.compiled.others.find(
    (one): one is FixedCharge | CreditCharge =>
      one.id === line.chargeId && (one.kind === "fixed" || one.kind === "credit")
  )
  if (charge === undefined || charge.per === "billingPeriod" || charge.per === "once") return undefined
  const own = charge.active?.months
  const both = own === undefined ? months : months.filter((month) => own.includes(month))
  const all = timesOf(context, part, charge.per, charge.prorate === "days", own)
  const times = timesOf(context, part, charge.per, charge.prorate === "days", both)
  if (both.length === 0 || times.count === 0n) return 0n
  // A credit may have been cut to what there was to pay, so it is the line that is divided.
  return Scaled.divide(line.exact * times.count * all.of, times.of * all.count)
}

/**
 * How much of a line is for some months of a part: energy by its readings, amounts by the day, month or year
 * as they are charged, a demand by its month, and what has no time of its own in proportion to days.
 */
export const amountWithin = (
  context: Context,
  part: Part,
  line: Line,
  months: ReadonlyArray<number>
): bigint => {
  const all = piecesOf(context.tariff.clock, part.start, part.end, true)
  const pieces = inMonths(all, months)
  if (pieces.length === all.length) return line.amount
  if (pieces.length === 0) return 0n
  if (line.kind === "energy") return ofReadings(line, pieces)
  if (line.kind === "demand" && line.month !== undefined)
    return months.includes(line.month) ? line.amount : 0n
  return ofAmounts(context, part, line, months) ?? ofDays(line, all, pieces)
}
