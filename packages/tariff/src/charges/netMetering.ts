import { periodAtClock } from "../compile/TouGrid.ts"
import * as Scaled from "../exact/Scaled.ts"
import type { ExportPolicy } from "../model/ExportPolicy.ts"
import { type Context, type Part, type Piece, warn } from "./Context.ts"
import { DIVIDED } from "./energy.ts"
import { type LedgerSheet, payEnergy, settles } from "./ledger.ts"
import { dividedAt } from "../usage/divide.ts"
import type { Metered } from "../usage/Metered.ts"
import { cellsOf, piecesOf } from "../usage/pieces.ts"
import { quantity, sumByPeriod } from "./tiers.ts"

type NetMetering = Extract<ExportPolicy, { readonly kind: "netMetering" }>

/** Energy to pay for, and left over, by period of the policy's set. */
export interface Netted {
  readonly policy: NetMetering
  readonly billed: Float64Array
  readonly surplus: Float64Array
}

const periodsOf = (context: Context, policy: NetMetering): ReadonlyArray<string> =>
  policy.set === undefined ? ["all"] : context.tariff.set(policy.set).periods.map((period) => period.id)

/** Sums of imports and exports by period of the policy's set. */
export interface Sums {
  readonly imported: Float64Array
  readonly exported: Float64Array
}

/** The sums of imports and exports in some pieces; no reading lies across an edge of them. */
export const sumsIn = (
  context: Context,
  policy: NetMetering,
  usage: Metered,
  pieces: ReadonlyArray<Piece>
): Sums => {
  const { length } = periodsOf(context, policy)
  const sums = { imported: new Float64Array(length), exported: new Float64Array(length) }
  for (const piece of pieces) {
    const grid = policy.set === undefined ? undefined : context.tariff.grid(policy.set, piece.calendar)
    const cells = cellsOf(grid, usage, piece)
    if (cells.usage !== usage) warn(context, "divided", DIVIDED)
    sumByPeriod(cells, cells.usage.imported, sums.imported)
    sumByPeriod(cells, cells.usage.exported, sums.exported)
  }
  return sums
}

/** Import minus export by period. */
const netByPeriod = (context: Context, part: Part, policy: NetMetering): Float64Array => {
  const pieces = piecesOf(context.tariff.clock, part.start, part.end, false)
  const edges = pieces.map((piece) => piece.start)
  const usage = dividedAt(context.usage, edges)
  const { exported, imported } = sumsIn(context, policy, usage, pieces)
  return imported.map((sum, period) => sum - exported[period]!)
}

/**
 * Hours at which periods of two seasons are held against each other: four through a weekday first, then every
 * other hour, then those of the weekend. Every period is found at some hour, so no kWh are lost.
 */
const HOURS: ReadonlyArray<readonly [number, number]> = [
  ...[0, 5, 11, 17].map((hour) => [2, hour] as const),
  ...[2, 5, 6].flatMap((weekday) => Array.from({ length: 24 }, (_, hour) => [weekday, hour] as const))
]

/** The period kWh of a period of an earlier month go to. */
const targetOf = (
  context: Context,
  policy: NetMetering,
  from: string,
  before: number,
  month: number
): string => {
  if (policy.ledger.match !== "sameClockHour" || policy.set === undefined || before === 0) return from
  const set = context.tariff.set(policy.set)
  const found = HOURS.find(([weekday, hour]) => periodAtClock(set, before, weekday, hour) === from)
  return found === undefined ? from : periodAtClock(set, month, found[0], found[1])
}

const monthOf = (context: Context, instant: number): number =>
  piecesOf(context.tariff.clock, instant, instant + 1, true)[0]!.month

/** Uses kWh kept from earlier bills for energy of this one. */
const useKept = (
  context: Context,
  policy: NetMetering,
  net: Float64Array,
  periods: ReadonlyArray<string>
): void => {
  const { state } = context
  const month = monthOf(context, context.start)
  if (policy.ledger.match === "any") {
    let kept = Array.from(state.energy.values()).reduce((sum, milli) => sum + milli, 0)
    net.forEach((value, period) => {
      const used = Math.min(kept, Math.max(0, value))
      net[period] = value - used
      kept -= used
    })
    net[0] = net[0]! - kept
    return
  }
  for (const [from, milli] of state.energy) {
    const period = periods.indexOf(targetOf(context, policy, from, state.month, month))
    net[period] = net[period]! - milli
  }
}

/** Nets the energy of a part with itself and with what earlier bills left. */
export const netEnergy = (context: Context, part: Part, policy: NetMetering, sheet: LedgerSheet): Netted => {
  const periods = periodsOf(context, policy)
  const net = netByPeriod(context, part, policy)
  const { state } = context
  const total = net.reduce((sum, value) => sum + value, 0)
  state.surplus = Math.max(0, state.surplus - total)
  if (policy.window === "year") return { policy, ...overYear(context, periods, net) }
  const own = net.map((value) => Math.max(0, -value)).reduce((sum, value) => sum + value, 0)
  useKept(context, policy, net, periods)
  const billed = net.map((value) => Math.max(0, value))
  const surplus = net.map((value) => Math.max(0, -value))
  if (policy.surplus === "kWh") {
    state.energy = new Map(
      periods.flatMap((id, period) => (surplus[period]! > 0 ? [[id, surplus[period]!]] : []))
    )
    sheet.kept = state.energy
    const left = surplus.reduce((sum, value) => sum + value, 0)
    sheet.energy.earned = own
    sheet.energy.used = sheet.energy.open + own - left
    sheet.energy.close = left
  }
  return { policy, billed, surplus }
}

/**
 * Netting over the year: a bill charges what the year's net import has grown by since the bill before, and
 * gives back where it has fallen, so the bills of a year always sum to the year's net.
 */
const overYear = (
  context: Context,
  periods: ReadonlyArray<string>,
  net: Float64Array
): Omit<Netted, "policy"> => {
  const { state } = context
  const surplus = new Float64Array(periods.length)
  const billed = net.map((value, period) => {
    const before = state.net.get(periods[period]!) ?? 0
    const after = before + value
    state.net.set(periods[period]!, after)
    surplus[period] = Math.max(0, -after) - Math.max(0, -before)
    return Math.max(0, after) - Math.max(0, before)
  })
  return { billed, surplus }
}

/** Settles kWh at the end of the credit year: sold, turned into money for later bills, lost or kept. */
export const settleEnergy = (context: Context, part: Part, policy: NetMetering, sheet: LedgerSheet): void => {
  const { ledger } = policy
  const { state } = context
  state.month = monthOf(context, context.end - 1)
  if (!settles(context, ledger)) return
  // A surplus that became money is settled with the ledger; its kWh do not count in the next year again.
  if (policy.surplus === "money") state.net = new Map()
  if (ledger.trueUp.left === "carry") return
  const kept =
    policy.window === "year"
      ? Array.from(state.net.values()).reduce((sum, milli) => sum + Math.max(0, -milli), 0)
      : sheet.energy.close
  const milli = ledger.trueUp.basis === "total" ? state.surplus : kept
  const price = Scaled.parse(ledger.trueUp.price ?? "0", Scaled.PRICE_DIGITS)
  if (policy.surplus === "kWh" && ledger.trueUp.left === "pay")
    payEnergy(context, part, quantity(milli) * price)
  if (ledger.trueUp.left === "expire") sheet.energy.expired = sheet.energy.close
  else sheet.energy.paid = sheet.energy.close
  sheet.energy.close = 0
  state.energy = new Map()
  state.net = new Map()
  state.surplus = 0
}

/** The money that kWh become when they are to pay later bills. */
export const energyAsCredit = (context: Context, policy: NetMetering): bigint => {
  const { ledger } = policy
  if (policy.surplus !== "kWh" || ledger.trueUp.left !== "credit" || !settles(context, ledger)) return 0n
  const kept = Array.from(context.state.energy.values()).reduce((sum, milli) => sum + milli, 0)
  const milli = ledger.trueUp.basis === "total" ? context.state.surplus : kept
  return quantity(milli) * Scaled.parse(ledger.trueUp.price ?? "0", Scaled.PRICE_DIGITS)
}
