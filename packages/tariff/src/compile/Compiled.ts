import type { Charge } from "../model/charge/Charge.ts"
import type { Round } from "../model/Fields.ts"
import type { DemandCharge } from "../model/charge/DemandCharge.ts"
import type { EnergyCharge } from "../model/charge/EnergyCharge.ts"
import type { TierUnit } from "../model/Tiers.ts"
import type { SeriesPrice } from "../model/Price.ts"
import type { Tariff, Version } from "../model/Tariff.ts"
import type { TouSet } from "../model/TouSet.ts"
import type { Clock } from "../time/Clock.ts"
import type { YearCalendar } from "../time/YearCalendar.ts"
import type { TouGrid } from "./TouGrid.ts"

/** A limit in units of 10^-6 of its unit; `undefined` is open. */
export interface CompiledLimit {
  readonly micro: bigint
  readonly unit: TierUnit
}

/** One tier and its one or two limits. */
export interface CompiledStep {
  readonly limits: ReadonlyArray<CompiledLimit>
}

/** An energy charge with its prices as whole numbers: by period, then by tier (or by month). */
export interface CompiledEnergy {
  readonly charge: EnergyCharge
  readonly set: string | undefined
  readonly periods: ReadonlyArray<string>
  readonly prices: ReadonlyArray<ReadonlyArray<bigint>>
  readonly monthly: boolean
  readonly steps: ReadonlyArray<CompiledStep> | undefined
  readonly series: SeriesPrice | undefined
  /** How the prices of a series are rounded; other prices are rounded already. */
  readonly round: Round | undefined
}

/** A version with what billing needs of it. */
export interface CompiledVersion {
  readonly version: Version
  readonly start: number
  readonly end: number
  readonly energies: ReadonlyArray<CompiledEnergy>
  readonly demands: ReadonlyArray<DemandCharge>
  readonly others: ReadonlyArray<Exclude<Charge, EnergyCharge | DemandCharge>>
}

/** A tariff made ready once, for any number of devices, periods and comparisons. */
export interface CompiledTariff {
  readonly tariff: Tariff
  readonly clock: Clock
  readonly versions: ReadonlyArray<CompiledVersion>
  /** The periods of a set in a year; found once for each year. */
  readonly grid: (set: string, calendar: YearCalendar) => TouGrid
  readonly set: (id: string) => TouSet
}
