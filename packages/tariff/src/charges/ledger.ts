import * as Scaled from "../exact/Scaled.ts"
import type { Ledger } from "../model/ExportPolicy.ts"
import { lastAtOrBefore } from "../time/YearCalendar.ts"
import type { Context, Part } from "./Context.ts"
import { addLine, sumOf } from "./lines.ts"
import { piecesOf } from "../usage/pieces.ts"

/** What a ledger did in one bill; open + earned − used − expired − paid = close. */
export interface LedgerSheet {
  money: { open: bigint; earned: bigint; used: bigint; expired: bigint; paid: bigint; close: bigint }
  energy: { open: number; earned: number; used: number; expired: number; paid: number; close: number }
  /** Milliwatt-hours kept by period, before the true-up. */
  kept: ReadonlyMap<string, number>
}

/** A sheet on which nothing has happened yet. */
export const newSheet = (context: Context): LedgerSheet => {
  const { money } = context.state
  const held = Array.from(context.state.energy.values()).reduce((sum, milli) => sum + milli, 0)
  return {
    money: { open: money, earned: 0n, used: 0n, expired: 0n, paid: 0n, close: money },
    energy: { open: held, earned: 0, used: 0, expired: 0, paid: 0, close: held },
    kept: context.state.energy
  }
}

/** Whether the bill ends the month in which credits are settled. */
export const settles = (context: Context, ledger: Ledger): boolean => {
  const last = context.end - 1
  const { calendar } = piecesOf(context.tariff.clock, last, context.end, false)[0]!
  const month = lastAtOrBefore(calendar.monthStarts, last)
  return month + 1 === ledger.trueUp.month && calendar.monthStarts[month + 1] === context.end
}

const ledgerLine = (
  context: Context,
  part: Part,
  id: string,
  label: string,
  kind: string,
  amount: bigint
): void => {
  if (amount === 0n) return
  const { end: to, start: from } = context
  addLine(
    context,
    { id, kind, label, group: "export" },
    {
      versionId: part.compiled.version.id,
      from,
      to,
      quantity: Scaled.ONE_QUANTITY,
      unit: "ledger",
      exact: amount,
      explain: () => [{ from, to, rule: label, amount }]
    }
  )
}

/**
 * Puts this bill's export credits aside and pays the charges the ledger may pay, never below zero: first with
 * what earlier bills left, then with this bill's own credits where they may be used at once.
 *
 * Charges below zero (energy at negative prices) go into the ledger the same way.
 */
export const useMoney = (
  context: Context,
  part: Part,
  ledger: Ledger,
  sheet: LedgerSheet,
  earned: bigint
): void => {
  const { money } = sheet
  money.earned += earned
  ledgerLine(context, part, "ledger-earned", "Export credit put aside", "ledger", earned)
  const usable = money.open + (ledger.sameMonth ? money.earned : 0n)
  const base = sumOf(
    context.lines.filter(
      (line) => line.kind !== "ledger" && !(line.kind === "energy" && line.group === "export")
    ),
    ledger.applyTo
  )
  money.used = base < usable ? base : usable
  ledgerLine(context, part, "ledger-used", "Export credit used", "ledger", -money.used)
  money.close = money.open + money.earned - money.used
}

/** Settles what is left at the end of the credit year. Minimum charges do not see it. */
export const settleMoney = (context: Context, part: Part, ledger: Ledger, sheet: LedgerSheet): void => {
  const { money } = sheet
  if (settles(context, ledger) && money.close !== 0n) {
    if (ledger.trueUp.left === "pay") money.paid = money.close
    if (ledger.trueUp.left === "expire") money.expired = money.close
    ledgerLine(context, part, "true-up", "Export credit paid out", "trueUp", -money.paid)
    money.close -= money.paid + money.expired
  }
  context.state.money = money.close
}

/** Pays for kWh that are left at the end of the credit year. */
export const payEnergy = (context: Context, part: Part, amount: bigint): void =>
  ledgerLine(context, part, "true-up", "Surplus energy paid out", "trueUp", -amount)
