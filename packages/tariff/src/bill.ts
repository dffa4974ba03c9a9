import type { Bill, BillLine, LedgerEntry } from "./model/Bill.ts"
import { billingPeriodAt, billingPeriods } from "./billingPeriods.ts"
import type { Context, Line } from "./charges/Context.ts"
import type { LedgerSheet } from "./charges/ledger.ts"
import { type State, fromCarry, toCarry } from "./charges/State.ts"
import { compile } from "./compile/compile.ts"
import { type BillOptions, type Period, contextFor, intervalOf } from "./contextFor.ts"
import { type Outcome, evaluate } from "./evaluate.ts"
import * as Scaled from "./exact/Scaled.ts"
import { Refused } from "./Refused.ts"
import type { Tariff } from "./model/Tariff.ts"
import { formatDate } from "./time/Civil.ts"
import { dayOf } from "./time/Clock.ts"
import { type Metered, type Usage, endAt, indexAt, metered, startAt } from "./usage/Metered.ts"

const amount = (units: bigint): string => Scaled.format(units, Scaled.AMOUNT_DIGITS)

const quantity = (units: bigint): string => Scaled.format(units, Scaled.QUANTITY_DIGITS)

const kwh = (milli: number): string => Scaled.format(BigInt(milli), 6)

/** The id of a line: its charge and what tells it from the charge's other lines. */
const idOf = (line: Line): string => {
  let id = `${line.chargeId}/${line.versionId}`
  if (line.month !== undefined) id += `/m${line.month}`
  if (line.period !== undefined) id += `/${line.period}`
  if (line.tier !== undefined) id += `/${line.tier}`
  return id
}

type Writable<A> = { -readonly [K in keyof A]: A[K] }

/** Fields are set one by one: spreading the optional ones took a tenth of the time of a bill. */
const toBillLine = (line: Line): BillLine => {
  const it = {
    id: idOf(line),
    chargeId: line.chargeId,
    kind: line.kind,
    label: line.label,
    group: line.group,
    versionId: line.versionId,
    from: line.from,
    to: line.to
  } as Writable<BillLine>
  if (line.period !== undefined) it.period = line.period
  if (line.tier !== undefined) it.tier = line.tier
  if (line.month !== undefined) it.month = line.month
  it.quantity = quantity(line.quantity)
  it.unit = line.unit
  if (line.price !== undefined) it.price = Scaled.format(line.price, Scaled.PRICE_DIGITS)
  it.amount = amount(line.amount)
  if (line.at !== undefined) it.at = line.at
  return it
}

const entry = <A>(sheet: { [K in keyof LedgerEntry]: A }, write: (value: A) => string): LedgerEntry => ({
  open: write(sheet.open),
  earned: write(sheet.earned),
  used: write(sheet.used),
  expired: write(sheet.expired),
  paid: write(sheet.paid),
  close: write(sheet.close)
})

const ledgerOf = (sheet: LedgerSheet): Bill["ledger"] => ({
  kwh: entry(sheet.energy, kwh),
  money: entry(sheet.money, amount),
  keptKwh: Object.fromEntries(Array.from(sheet.kept, ([period, milli]) => [period, kwh(milli)]))
})

/** How much of an interval has readings. */
const coverageOf = (usage: Metered, start: number, end: number): Bill["coverage"] => {
  const first = indexAt(usage, start)
  const last = indexAt(usage, end)
  let presentMs = 0
  let estimatedMs = 0
  if (usage.stepMs > 0 && usage.missing === undefined && usage.estimated === undefined) {
    const to = Math.min(end, usage.t0 + usage.n * usage.stepMs)
    presentMs = Math.max(0, to - Math.max(start, usage.t0))
  } else {
    for (let i = first; i < last; i++) {
      if (usage.missing?.[i] === 1) continue
      const length = endAt(usage, i) - startAt(usage, i)
      presentMs += length
      if (usage.estimated?.[i] === 1) estimatedMs += length
    }
  }
  return { expectedMs: end - start, presentMs, estimatedMs }
}

const makeBill = (context: Context, outcome: Outcome): Bill => {
  const { end, start } = context
  const { clock, tariff } = context.tariff
  const coverage = coverageOf(context.usage, start, end)
  const whole = coverage.presentMs === coverage.expectedMs
  const warnings = Array.from(context.warnings, ([code, message]) => ({ code, message }))
  if (!whole)
    warnings.push({ code: "incomplete", message: "readings are missing; no energy was made up for them" })
  return {
    tariffId: tariff.id,
    currency: tariff.currency,
    from: start,
    to: end,
    fromDate: formatDate(dayOf(clock, start)),
    toDate: formatDate(dayOf(clock, end)),
    lines: context.lines.map(toBillLine),
    subtotal: amount(outcome.total - outcome.tax),
    tax: amount(outcome.tax),
    total: amount(outcome.total),
    ledger: ledgerOf(outcome.ledger),
    demand: context.peaks
      .filter((peak) => peak.chargeId !== "")
      .map((peak) => ({
        chargeId: peak.chargeId,
        kw: quantity(peak.units),
        actualKw: Scaled.format(BigInt(peak.actual), 6),
        at: peak.at,
        source: peak.source
      })),
    coverage,
    warnings,
    final: whole && coverage.estimatedMs === 0,
    carry: toCarry(context.state)
  }
}

/** What a bill was made from, to explain it later. */
export interface Inputs {
  readonly tariff: Tariff
  readonly usage: Usage | Metered
  readonly start: number
  readonly end: number
  readonly options: BillOptions
}

const inputs = new WeakMap<Bill, Inputs>()

/** What a bill was made from, unless it came from elsewhere, such as a file. */
export const inputsOf = (bill: Bill): Inputs | undefined => inputs.get(bill)

/** Evaluates a bill and keeps its lines as they are inside; `state` is what its carry says. */
export const evaluated = (
  it: Inputs,
  state = fromCarry(it.options.carry)
): { context: Context; outcome: Outcome } => {
  const context = contextFor(compile(it.tariff), it.usage, it.start, it.end, it.options, state)
  return { context, outcome: evaluate(context) }
}

const billInterval = (
  tariff: Tariff,
  usage: Usage | Metered,
  start: number,
  end: number,
  options: BillOptions,
  state?: State
): Bill => {
  const it = { tariff, usage, start, end, options }
  const { context, outcome } = evaluated(it, state)
  const bill = makeBill(context, outcome)
  inputs.set(bill, it)
  return bill
}

/** What a tariff charges for usage in one billing period; the period the usage begins in unless said. */
export const bill = (
  tariff: Tariff,
  usage: Usage | Metered,
  period?: Period,
  options: BillOptions = {}
): Bill => {
  const compiled = compile(tariff)
  const checked = meteredFor(tariff, usage)
  if (period === undefined && checked.n === 0) {
    throw new Refused([
      { path: "usage", message: "there are no readings, so the period to bill must be given" }
    ])
  }
  const { end, start } =
    period === undefined ? billingPeriodAt(compiled, startAt(checked, 0)) : intervalOf(compiled.clock, period)
  return billInterval(tariff, checked, start, end, options)
}

/** The bills of all billing periods in an interval, each with what the one before handed over. */
export const bills = (
  tariff: Tariff,
  usage: Usage | Metered,
  period: Period,
  options: BillOptions = {}
): ReadonlyArray<Bill> => {
  const compiled = compile(tariff)
  const checked = meteredFor(tariff, usage)
  const made: Array<Bill> = []
  // What a bill leaves is what the next begins with; its carry says the same for others.
  const state = fromCarry(options.carry)
  let of = options
  for (const { end, start } of billingPeriods(compiled, intervalOf(compiled.clock, period))) {
    const one = billInterval(tariff, checked, start, end, of, state)
    made.push(one)
    of = { ...options, carry: one.carry }
  }
  return made
}

const isMetered = (usage: Usage | Metered): usage is Metered => "refined" in usage

/** Checks usage once for several bills; a tariff that rounds quantities rounds its own copy. */
export const meteredFor = (tariff: Tariff, usage: Usage | Metered): Metered =>
  isMetered(usage)
    ? usage
    : metered(usage, tariff.versions[tariff.versions.length - 1]?.billing.rounding?.quantity)
