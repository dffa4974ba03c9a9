import * as Scaled from "./exact/Scaled.ts"
import type { Bill, BillLine } from "./model/Bill.ts"
import { Refused } from "./Refused.ts"

/** What a supplier has billed: sums by the group or charge they belong to. */
export interface Statement {
  readonly currency: string
  readonly total: string
  readonly lines: ReadonlyArray<{
    readonly label: string
    /** The charge of our tariff this is, or the group it belongs to. */
    readonly chargeId?: string
    readonly group?: string
    readonly amount: string
    readonly quantity?: string
    readonly price?: string
  }>
}

/** Why two amounts differ. */
export type Cause = "equal" | "rounding" | "quantity" | "price" | "onlyInBill" | "onlyInStatement" | "other"

/** One component of a bill beside that of a statement; `difference` is the statement's minus ours. */
export interface Difference {
  readonly component: string
  readonly bill: string
  readonly statement: string
  readonly difference: string
  readonly cause: Cause
  readonly explanation: string
}

/** A bill held against a statement. */
export interface Reconciliation {
  readonly difference: string
  readonly components: ReadonlyArray<Difference>
}

const units = (text: string): bigint => Scaled.parse(text, Scaled.AMOUNT_DIGITS)
const write = (value: bigint): string => Scaled.format(value, Scaled.AMOUNT_DIGITS)
const sum = (texts: ReadonlyArray<string>): bigint => texts.reduce((total, text) => total + units(text), 0n)

/**
 * Decimals of the smallest coin where they are not two.
 *
 * Core has the whole list, but brings its schemas along; a browser that only bills shall not load those.
 */
const MINOR_DIGITS: Readonly<Record<number, string>> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW"
}

/** Two of the smallest coin: what rounding each line on one side and the sum on the other may differ by. */
const roundingOf = (currency: string): bigint => {
  const found = Object.entries(MINOR_DIGITS).find(([, codes]) => codes.split(" ").includes(currency))
  return 2n * Scaled.pow10(Scaled.AMOUNT_DIGITS - Number(found?.[0] ?? 2))
}

const belongs = (line: BillLine, to: Statement["lines"][number]): boolean =>
  to.chargeId === undefined ? line.group === to.group : line.chargeId === to.chargeId

const causeOf = (
  ours: ReadonlyArray<BillLine>,
  theirs: Statement["lines"][number],
  difference: bigint,
  rounding: bigint
): readonly [Cause, string] => {
  if (difference === 0n) return ["equal", "both are the same"]
  if (ours.length === 0) return ["onlyInStatement", "the tariff has no such charge"]
  if (difference <= rounding && difference >= -rounding)
    return ["rounding", "the difference is as small as rounding makes"]
  const quantity = sum(ours.map((line) => line.quantity))
  if (theirs.quantity !== undefined && units(theirs.quantity) !== quantity) {
    return ["quantity", `the statement counts ${theirs.quantity}, the readings ${write(quantity)}`]
  }
  const price = ours.length === 1 ? ours[0]?.price : undefined
  if (theirs.price !== undefined && price !== undefined && units(theirs.price) !== units(price)) {
    return ["price", `the statement's price is ${theirs.price}, the tariff's ${price}`]
  }
  return ["other", "quantity and price do not tell why"]
}

/** Names the differences between a bill and what the supplier has billed, by component and cause. */
export const reconcile = (bill: Bill, statement: Statement): Reconciliation => {
  if (statement.currency !== bill.currency) {
    const message = `the statement is in ${statement.currency}, the bill in ${bill.currency}`
    throw new Refused([{ path: "statement.currency", message }])
  }
  const rounding = roundingOf(bill.currency)
  const used = new Set<BillLine>()
  const components = statement.lines.map((theirs): Difference => {
    const ours = bill.lines.filter((line) => !used.has(line) && belongs(line, theirs))
    for (const line of ours) used.add(line)
    const amount = sum(ours.map((line) => line.amount))
    const difference = units(theirs.amount) - amount
    const [cause, explanation] = causeOf(ours, theirs, difference, rounding)
    return {
      component: theirs.label,
      bill: write(amount),
      statement: theirs.amount,
      difference: write(difference),
      cause,
      explanation
    }
  })
  for (const line of bill.lines) {
    if (used.has(line) || units(line.amount) === 0n) continue
    components.push({
      component: line.label,
      bill: line.amount,
      statement: "0",
      difference: write(-units(line.amount)),
      cause: "onlyInBill",
      explanation: "the statement has no such line"
    })
  }
  return { difference: write(units(statement.total) - units(bill.total)), components }
}
