/** One tier of a case. */
export interface CaseTier {
  readonly upTo: number | null
  readonly unit: "kWh" | "kWh/day" | "kWh/kW" | "kWh/kW/day"
  readonly buy: number
  readonly sell: number
}

/** One block of demand of a case. */
export interface CaseBlock {
  readonly upTo: number | null
  readonly rate: number
}

type Schedule = ReadonlyArray<ReadonlyArray<number>>

/** A tariff as the case files write it. */
export interface CaseTariff {
  readonly currency: string
  readonly energy: {
    readonly weekday: Schedule
    readonly weekend: Schedule
    readonly periods: ReadonlyArray<{ readonly period: number; readonly tiers: ReadonlyArray<CaseTier> }>
  }
  readonly demand: {
    readonly flatByMonth: ReadonlyArray<ReadonlyArray<CaseBlock>> | null
    readonly tou: {
      readonly weekday: Schedule
      readonly weekend: Schedule
      readonly periods: ReadonlyArray<{ readonly period: number; readonly tiers: ReadonlyArray<CaseBlock> }>
    } | null
    readonly singlePeakForTou: boolean
    readonly ratchet: CaseRatchet | null
  } | null
  readonly fixed: { readonly perMonth: number }
  readonly minimum: { readonly perMonth: number; readonly perYear: number }
  readonly metering: {
    readonly mode:
      | "netMeteringKwh"
      | "netMeteringMoney"
      | "netBilling"
      | "netBillingCarryover"
      | "buyAllSellAll"
    readonly trueUpMonth: number
    readonly yearEndSellRate: number
    readonly rolloverTrueUpCredit: boolean
    readonly creditExpires: boolean
    readonly applyCreditSameMonth: boolean
    readonly sellEqualsBuy: boolean
  }
  readonly timeSeries: { readonly generator: string; readonly seed: number; readonly adder1e4: number } | null
}

/** The ratchet of a case. */
export interface CaseRatchet {
  readonly minimumKw: number
  readonly lookbackMonths: number
  readonly percentByMonth: ReadonlyArray<number>
  readonly useActualPeakByMonth: ReadonlyArray<number | boolean>
  readonly touPeriods: ReadonlyArray<number>
  readonly previousYearPeaksKw: ReadonlyArray<number>
}

/** Expected numbers: arrays of twelve months, of a number or of numbers by period. */
export type Expected = Readonly<Record<string, unknown>>

/** A case file. */
export interface Case {
  readonly name: string
  readonly title: string
  readonly stepsPerHour: number
  readonly load: { readonly profile: string | null }
  readonly generation: { readonly profile: string | null }
  readonly tariff: CaseTariff
  readonly expected: { readonly loadOnly?: Expected; readonly withGeneration?: Expected }
}
