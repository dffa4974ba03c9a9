import { bills } from "../src/bill.ts"
import type { Bill, BillLine } from "../src/model/Bill.ts"
import { type Explained, explain } from "../src/explain.ts"
import type { Series } from "../src/model/Series.ts"
import type { Usage } from "../src/usage/Metered.ts"
import { toTariff } from "./adapter.ts"
import type { Case, Expected } from "./Case.ts"
import { loadWatts, marketPrices, solarWatts } from "./profiles.ts"

const START = Date.UTC(2018, 0, 1)

const milliWattHours = (watts: ReadonlyArray<number>, stepsPerHour: number): Float64Array =>
  Float64Array.from(watts, (one) => (one * 1000) / stepsPerHour)

/** The usage of a case: its load, and its generation as export where asked. */
export const usageOf = (it: Case, withGeneration: boolean): Usage => {
  const { generation, load, stepsPerHour } = it
  const profile = withGeneration ? generation.profile : null
  const steps = 8760 * stepsPerHour
  return {
    start: START,
    stepMs: 3_600_000 / stepsPerHour,
    importMWh:
      load.profile === null
        ? new Float64Array(steps)
        : milliWattHours(loadWatts(load.profile, stepsPerHour), stepsPerHour),
    ...(profile === null
      ? {}
      : { exportMWh: milliWattHours(solarWatts(profile, stepsPerHour), stepsPerHour) })
  }
}

/** The price series of a case. */
export const seriesOf = (it: Case): Readonly<Record<string, Series>> => {
  const { timeSeries } = it.tariff
  if (timeSeries === null) return {}
  const prices = marketPrices(timeSeries.seed)
  const series = (id: string, adder: number): Series => ({
    id,
    unit: `${it.tariff.currency}/kWh`,
    start: START,
    stepSeconds: 3600,
    values: prices.map((price) => (price + adder) / 10_000)
  })
  return { buy: series("buy", timeSeries.adder1e4), sell: series("sell", 0) }
}

/** The twelve bills of a case. */
export const billsOf = (it: Case, withGeneration: boolean): ReadonlyArray<Bill> => {
  const peaks = it.tariff.demand?.ratchet?.previousYearPeaksKw
  return bills(toTariff(it.tariff), usageOf(it, withGeneration), "2018", {
    series: seriesOf(it),
    ...(peaks === undefined ? {} : { priorPeaksKw: peaks.map(String) })
  })
}

const sum = (bill: Bill, pick: (line: BillLine) => boolean): number =>
  bill.lines.reduce((total, line) => (pick(line) ? total + Number(line.amount) : total), 0)

const isBuy = (line: BillLine): boolean => line.kind === "energy" && line.group === "supply"
const isSell = (line: BillLine): boolean => line.kind === "energy" && line.group === "export"

type ByPeriod = Readonly<Record<string, ReadonlyArray<number>>>

/** Numbers of energy lines by period and tier; a period without a line has zeros. */
const byPeriod = (
  bill: Bill,
  like: ByPeriod,
  pick: (line: BillLine) => boolean,
  of: (line: BillLine) => number
): ByPeriod =>
  Object.fromEntries(
    Object.entries(like).map(([period, tiers]) => {
      const found = tiers.map(() => 0)
      for (const line of bill.lines) {
        if (!pick(line)) continue
        // A price series has no periods; it is compared where the case has but one.
        if ((line.period ?? period) !== period) continue
        const tier = (line.tier ?? 1) - 1
        found[tier] = (found[tier] ?? 0) + of(line)
      }
      return [period, found]
    })
  )

/** What the ledger keeps by period; the cases count it under the first tier. */
const keptByPeriod = (bill: Bill, like: ByPeriod): ByPeriod =>
  Object.fromEntries(
    Object.entries(like).map(([period, tiers]) => [
      period,
      tiers.map((_, tier) => (tier === 0 ? Number(bill.ledger.keptKwh[period] ?? 0) : 0))
    ])
  )

/** The period of a case's matrix that an instant of its year is in. */
const periodAt = ({ tariff: { energy } }: Case, instant: number): string => {
  const at = new Date(instant)
  const matrix = at.getUTCDay() % 6 === 0 ? energy.weekend : energy.weekday
  return String(matrix[at.getUTCMonth()]![at.getUTCHours()])
}

/** A price series has a line for all periods together; what each interval costs tells them apart. */
const seriesByPeriod = (
  it: Case,
  bill: Bill,
  like: ByPeriod,
  pick: (line: BillLine) => boolean
): ByPeriod => {
  const found = new Map(Object.entries(like).map(([period, tiers]) => [period, tiers.map(() => 0)]))
  for (const line of bill.lines.filter(pick)) {
    for (const { amount, from } of explain(bill, line).contributions) {
      const tiers = found.get(periodAt(it, from))
      if (tiers !== undefined) tiers[0] = (tiers[0] ?? 0) + Number(amount)
    }
  }
  return Object.fromEntries(found)
}

/**
 * Energy charges by period and tier. Where blocks fill in time order the cases book the whole charge of the
 * step that passes a limit under the block it ends in, so the parts of such a step are put together.
 */
const chargesByPeriod = (
  it: Case,
  bill: Bill,
  like: ByPeriod,
  pick: (line: BillLine) => boolean
): ByPeriod => {
  if (it.tariff.timeSeries !== null) return seriesByPeriod(it, bill, like, pick)
  const tiered = it.tariff.energy.periods.some((period) => period.tiers.length > 1)
  const plain = byPeriod(bill, like, pick, (line) => Number(line.amount))
  if (!tiered || it.tariff.metering.mode.startsWith("netMetering")) return plain
  const moved = new Map(Object.entries(plain).map(([period, tiers]) => [period, [...tiers]]))
  for (const side of [isBuy, isSell]) {
    const steps = new Map<number, ReadonlyArray<Explained>>()
    for (const line of bill.lines.filter((one) => pick(one) && side(one) && one.tier !== undefined)) {
      for (const one of explain(bill, line).contributions)
        steps.set(one.from, [...(steps.get(one.from) ?? []), one])
    }
    for (const parts of steps.values()) {
      const last = Math.max(...parts.map((part) => part.tier ?? 1))
      for (const part of parts) {
        const tiers = moved.get(part.period ?? "")
        if (part.tier === undefined || part.tier === last || tiers === undefined) continue
        tiers[part.tier - 1] = tiers[part.tier - 1]! - Number(part.amount)
        tiers[last - 1] = tiers[last - 1]! + Number(part.amount)
      }
    }
  }
  return Object.fromEntries(moved)
}

/** What a case expects, computed by us, for one month. */
const monthOf = (
  it: Case,
  bill: Bill,
  like: (field: string) => unknown
): Readonly<Record<string, unknown>> => {
  const { mode } = it.tariff.metering
  const sold = -sum(bill, isSell)
  const demand = (id: string) => bill.demand.find((peak) => peak.chargeId === id)
  const periods = (field: string): ByPeriod => (like(field) ?? {}) as ByPeriod
  const nets = mode === "netBilling" || mode === "buyAllSellAll"
  const counts = (line: BillLine) => !line.chargeId.endsWith("-series")
  return {
    energyCharge: sum(
      bill,
      (line) => line.kind !== "trueUp" && (line.group === "supply" || line.group === "export")
    ),
    energyChargeBeforeCredits: sum(bill, isBuy),
    demandFlat: sum(bill, (line) => line.chargeId.startsWith("flat-")),
    demandTou: sum(bill, (line) => line.chargeId.startsWith("tou-")),
    fixed: sum(bill, (line) => line.chargeId === "fixed"),
    minimumAdjustment: sum(bill, (line) => line.kind === "minimum"),
    bill: Number(bill.total),
    netMeteringCredit: mode.startsWith("netMetering") ? Number(bill.ledger.money.used) : 0,
    netBillingCredit:
      mode === "netBilling" ? sold : mode === "netBillingCarryover" ? Number(bill.ledger.money.used) : 0,
    buyAllSellAllSales: mode === "buyAllSellAll" ? sold : 0,
    trueUpCredit: -sum(bill, (line) => line.kind === "trueUp"),
    // With two meters the case reports the demand of the generation meter, which imports nothing.
    maxDemandKw:
      mode === "buyAllSellAll" && like("buyAllSellAllSales") !== undefined
        ? 0
        : Number(demand("demand")?.actualKw),
    billingDemandKw: Number(demand("demand")?.kw),
    touPeakKw: Object.fromEntries(
      Object.keys(periods("touPeakKw")).map((period) => [
        period,
        Number(demand(`tou-${period}`)?.actualKw ?? 0)
      ])
    ),
    energyKwhByPeriodTier: byPeriod(
      bill,
      periods("energyKwhByPeriodTier"),
      (line) => isBuy(line) && counts(line),
      (line) => Number(line.quantity)
    ),
    energyChargeByPeriodTier: chargesByPeriod(
      it,
      bill,
      periods("energyChargeByPeriodTier"),
      (line) => isBuy(line) || (nets && isSell(line))
    ),
    surplusKwhByPeriodTier:
      mode === "netMeteringKwh"
        ? keptByPeriod(bill, periods("surplusKwhByPeriodTier"))
        : byPeriod(
            bill,
            periods("surplusKwhByPeriodTier"),
            (line) => isSell(line) && counts(line),
            (line) => Number(line.quantity)
          )
  }
}

/** kWh that follow from the usage alone. */
const excess = (it: Case, withGeneration: boolean): Readonly<Record<string, ReadonlyArray<number>>> => {
  const usage = usageOf(it, withGeneration)
  const { mode, trueUpMonth } = it.tariff.metering
  const excessKwh: Array<number> = Array.from({ length: 12 }, () => 0)
  for (let i = 0; i < (usage.importMWh?.length ?? 0); i++) {
    const month = new Date(START + i * (usage.stepMs ?? 0)).getUTCMonth()
    excessKwh[month] = excessKwh[month]! + ((usage.exportMWh?.[i] ?? 0) - usage.importMWh![i]!) / 1e6
  }
  let running = 0
  const cumulative = excessKwh.map((net, month) => {
    running = Math.max(0, (month === trueUpMonth ? 0 : running) + net)
    return mode === "netMeteringKwh" ? running : 0
  })
  return {
    excessKwh: excessKwh.map((net) => (mode === "buyAllSellAll" ? 0 : Math.max(0, net))),
    cumulativeExcessKwh: cumulative
  }
}

const sampleDays: Readonly<Record<string, number>> = {
  jan01: Date.UTC(2018, 0, 1),
  jul16: Date.UTC(2018, 6, 16)
}

/** The cost of each step of a day, from the explanations of the energy lines. */
const dayCosts = (it: Case, made: ReadonlyArray<Bill>, day: number): ReadonlyArray<number> => {
  const step = 3_600_000 / it.stepsPerHour
  const costs: Array<number> = Array.from({ length: 24 * it.stepsPerHour }, () => 0)
  const bill = made[new Date(day).getUTCMonth()]!
  const carries = it.tariff.metering.mode === "netBillingCarryover"
  for (const line of bill.lines) {
    if (!(isBuy(line) || (isSell(line) && !carries))) continue
    for (const one of explain(bill, line).contributions) {
      const at = (one.from - day) / step
      if (at >= 0 && at < costs.length) costs[at] = costs[at]! + Number(one.amount)
    }
  }
  return costs
}

/** Everything a case expects of one side, computed by us. */
export const computed = (it: Case, withGeneration: boolean, like: Expected): Expected => {
  const made = billsOf(it, withGeneration)
  const months = made.map((bill, month) =>
    monthOf(it, bill, (field) => {
      const value = like[field]
      return Array.isArray(value) ? (value[month] as unknown) : value
    })
  )
  const columns = Object.fromEntries(
    Object.keys(months[0] ?? {}).map((field) => [field, months.map((month) => month[field])])
  )
  const total = (field: string): number => months.reduce((all, month) => all + Number(month[field]), 0)
  return {
    ...columns,
    ...excess(it, withGeneration),
    annual: Object.fromEntries(
      Object.keys((like["annual"] ?? {}) as object).map((field) => [field, total(field)])
    ),
    intervalEnergyChargeSample: Object.fromEntries(
      Object.keys((like["intervalEnergyChargeSample"] ?? {}) as object).map((day) => [
        day,
        dayCosts(it, made, sampleDays[day] ?? 0)
      ])
    )
  }
}
