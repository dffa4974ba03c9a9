import * as Schema from "effect/Schema"
import { Month, Name, PositiveDecimal } from "./Fields.ts"
import { Selector } from "./charge/ChargeFields.ts"

/**
 * What happens to credits at the end of the credit year, in the bill that ends the month.
 *
 * `pay`: money is paid out and kWh are bought at `price`. `credit`: kWh become money that pays later bills.
 * `expire`: they are lost. `carry`: they stay. `basis` says which kWh are bought: what is left in the periods
 * (`bank`), or the surplus of all periods together (`total`).
 */
export const TrueUp = Schema.Struct({
  month: Month,
  left: Schema.Literals(["pay", "credit", "expire", "carry"]),
  price: Schema.optionalKey(PositiveDecimal),
  basis: Schema.optionalKey(Schema.Literals(["bank", "total"]))
})

/** How credits are kept: which charges they pay, when, and to which period kWh go in the next bill. */
export const Ledger = Schema.Struct({
  applyTo: Selector,
  /** Whether credits earned in a bill already pay that bill. */
  sameMonth: Schema.Boolean,
  /**
   * Where kWh of a period go: the same period, the period at the same hour of the clock (after a change of
   * season), or wherever energy is left to pay for.
   */
  match: Schema.Literals(["samePeriod", "sameClockHour", "any"]),
  trueUp: TrueUp
})
/** How credits are kept. */
export type Ledger = typeof Ledger.Type

/**
 * What happens to exported energy.
 *
 * `netBilling` prices import and export apart, as the registers say or after netting each interval; with a
 * ledger the money of exports pays later bills. `netMetering` nets kWh over the billing period or the year,
 * for each period of a set or all together; what is left over is kept as kWh or becomes money at the export
 * charges. `buyAllSellAll` takes import as all energy used and export as all energy generated.
 */
export const ExportPolicy = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("none") }),
  Schema.Struct({
    kind: Schema.Literal("netBilling"),
    netting: Schema.Literals(["registers", "interval"]),
    ledger: Schema.optionalKey(Ledger)
  }),
  Schema.Struct({
    kind: Schema.Literal("netMetering"),
    window: Schema.Literals(["billingPeriod", "year"]),
    set: Schema.optionalKey(Name),
    surplus: Schema.Literals(["kWh", "money"]),
    ledger: Ledger
  }),
  Schema.Struct({ kind: Schema.Literal("buyAllSellAll") })
])
/** What happens to exported energy. */
export type ExportPolicy = typeof ExportPolicy.Type
