import type { Carry } from "../charges/State.ts"
import type { Group } from "./Fields.ts"

/** One line of a bill. Numbers are exact decimals as text; charges are positive, credits negative. */
export interface BillLine {
  /** Unique within the bill. */
  readonly id: string
  readonly chargeId: string
  /** The kind of charge, or `ledger`, `trueUp`, `rounding`. */
  readonly kind: string
  readonly label: string
  readonly group: Group
  readonly versionId: string
  /** Epoch milliseconds. */
  readonly from: number
  readonly to: number
  readonly period?: string
  /** The tier, from 1. */
  readonly tier?: number
  readonly month?: number
  readonly quantity: string
  readonly unit: string
  /** Left out where more than one price made the line. */
  readonly price?: string
  readonly amount: string
  /** The instant of a peak. */
  readonly at?: number
}

/** What a ledger did in a bill; open + earned − used − expired − paid = close. */
export interface LedgerEntry {
  readonly open: string
  readonly earned: string
  readonly used: string
  readonly expired: string
  readonly paid: string
  readonly close: string
}

/** A demand that was billed, in kW (or kVA), and where it comes from. */
export interface DemandPeak {
  readonly chargeId: string
  readonly kw: string
  readonly actualKw: string
  readonly at: number
  /** `year` where an earlier bill of the year had more, for demand charged by the year. */
  readonly source: "actual" | "ratchet" | "floor" | "year"
}

/** Something to know about a bill, with a code for programs. */
export interface Warning {
  readonly code: string
  readonly message: string
}

/** What a tariff charges for a period. The lines sum to the total to the last digit. */
export interface Bill {
  readonly tariffId: string
  readonly currency: string
  /** Epoch milliseconds, and the local dates they are. */
  readonly from: number
  readonly to: number
  readonly fromDate: string
  readonly toDate: string
  readonly lines: ReadonlyArray<BillLine>
  /** The total without taxes. */
  readonly subtotal: string
  /** Taxes, also those that prices contain. */
  readonly tax: string
  readonly total: string
  readonly ledger: {
    readonly kwh: LedgerEntry
    readonly money: LedgerEntry
    /** kWh kept for later bills by period, before a true-up takes them. */
    readonly keptKwh: Readonly<Record<string, string>>
  }
  readonly demand: ReadonlyArray<DemandPeak>
  /** Milliseconds that should have readings, have one, and have one that is estimated. */
  readonly coverage: { readonly expectedMs: number; readonly presentMs: number; readonly estimatedMs: number }
  readonly warnings: ReadonlyArray<Warning>
  /** Whether every reading is there and measured. */
  readonly final: boolean
  /** What the next bill needs to know. */
  readonly carry: Carry
}
