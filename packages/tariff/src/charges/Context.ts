import type { CompiledTariff, CompiledVersion } from "../compile/Compiled.ts"
import type { Group } from "../model/Fields.ts"
import type { Series } from "../model/Series.ts"
import type { YearCalendar } from "../time/YearCalendar.ts"
import type { Metered } from "../usage/Metered.ts"
import type { State } from "./State.ts"

/** The part of a billing period one version holds for. */
export interface Part {
  readonly compiled: CompiledVersion
  readonly start: number
  readonly end: number
  /** Local days, and those of the whole billing period the policies relate them to. */
  readonly days: number
  readonly ofDays: number
}

/** A stretch of a part within one calendar year, or one month of it. */
export interface Piece {
  readonly calendar: YearCalendar
  readonly start: number
  readonly end: number
  /** The calendar month 1–12 when the piece lies in one. */
  readonly month: number
}

/** What a part of a line is for; the amounts of a line's contributions sum to the line. */
export interface Contribution {
  readonly from: number
  readonly to: number
  /** Why it is charged, in words. */
  readonly rule: string
  readonly period?: string
  readonly tier?: number
  /** Units of 10^-12 of the line's unit. */
  readonly quantity?: bigint
  readonly price?: bigint
  readonly amount: bigint
}

/** A line while a bill is made: amounts are whole numbers of 10^-24. */
export interface Line {
  readonly chargeId: string
  readonly kind: string
  readonly label: string
  readonly group: Group
  readonly versionId: string
  readonly from: number
  readonly to: number
  readonly period?: string
  readonly tier?: number
  readonly month?: number
  readonly quantity: bigint
  readonly unit: string
  /** Undefined when more than one price made the line. */
  readonly price?: bigint
  /** The instant of a peak. */
  readonly at?: number
  /** Before rounding. */
  readonly exact: bigint
  amount: bigint
  /** Lists the intervals the exact amount comes from. */
  readonly explain: () => ReadonlyArray<Contribution>
}

/** The demand a demand charge was made for. */
export interface Peak {
  readonly chargeId: string
  /** Units of 10^-12 kW (or kVA). */
  readonly units: bigint
  readonly at: number
  /** The time it is the demand of. */
  readonly from: number
  readonly to: number
  readonly source: "actual" | "ratchet" | "floor" | "year"
  /** The highest of the period itself, before looking back, in milliwatts. */
  readonly actual: number
}

/** Everything a bill is made from and collects. */
export interface Context {
  readonly tariff: CompiledTariff
  readonly start: number
  readonly end: number
  readonly parts: ReadonlyArray<Part>
  /** As the registers say, with no reading across the edge of a part. */
  readonly usage: Metered
  /** The readings as they were given, since power is the mean over a whole one. */
  readonly whole: Metered
  readonly series: Readonly<Record<string, Series>>
  readonly params: Readonly<Record<string, number | string | boolean>>
  readonly priorPeaksKw: ReadonlyArray<string> | undefined
  readonly state: State
  readonly lines: Array<Line>
  readonly peaks: Array<Peak>
  readonly warnings: Map<string, string>
  /** Energy already counted towards tiers in this bill, by charge. */
  readonly counted: Map<string, ReadonlyArray<number>>
}

/** Notes something about a bill once. */
export const warn = (context: Context, code: string, message: string): void => {
  if (!context.warnings.has(code)) context.warnings.set(code, message)
}

/** Whether a charge applies for these parameters. */
export const applies = (
  context: Context,
  charge: { readonly active?: { readonly appliesIf?: string } }
): boolean => {
  const param = charge.active?.appliesIf
  return param === undefined || context.params[param] === true
}
