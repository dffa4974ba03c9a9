import type { Charge } from "../src/model/charge/Charge.ts"
import type { ExportPolicy } from "../src/model/ExportPolicy.ts"
import type { TierStep, Tiers } from "../src/model/Tiers.ts"
import type { Tariff } from "../src/model/Tariff.ts"
import type { CaseBlock, CaseTariff, CaseTier } from "./Case.ts"

/**
 * Translates the tariff of a case into a tariff of ours. It maps structure and knows no case:
 *
 * - The schedule of energy periods is a matrix set `energy`. Blocks become tiers; months with the same limits
 *   share one charge. Blocks are filled in time order, or in proportion under net metering.
 * - The month's demand is the charge `demand` without a price, which has the ratchet; flat and time-of-use
 *   demand charges with prices refer to it where the case bills the ratchet's demand.
 * - The five metering modes are the export policies. A market price series replaces the prices of periods.
 */
export const toTariff = (it: CaseTariff): Tariff => ({
  id: "case",
  name: "case",
  currency: it.currency,
  timeZone: "UTC",
  commodity: "electricity",
  touSets: {
    energy: matrixSet(it.energy),
    ...((it.demand?.tou ?? null) === null ? {} : { demand: matrixSet(it.demand!.tou!) })
  },
  versions: [
    {
      id: "v1",
      validFrom: "2018-01-01",
      charges: [...energyCharges(it), ...demandCharges(it), ...otherCharges(it)],
      export: exportPolicy(it),
      billing: { cycle: { kind: "calendarMonth" }, tierProration: "none", taxIncluded: false }
    }
  ]
})

/** Any number of a case as a decimal text. */
const text = (value: number): string => {
  const plain = String(value)
  return plain.includes("e") ? value.toFixed(12).replace(/\.?0+$/, "") : plain
}

/** Energy that is netted over a month has no hour, so there the prices of periods hold. */
const hasSeries = (it: CaseTariff): boolean =>
  it.timeSeries !== null && !it.metering.mode.startsWith("netMetering")

type Rows = ReadonlyArray<ReadonlyArray<number>>
interface Schedule<P> {
  readonly weekday: Rows
  readonly weekend: Rows
  readonly periods: ReadonlyArray<P & { readonly period: number }>
}

const matrixSet = (it: Schedule<unknown>) => {
  const ids = it.periods.map((one) => one.period)
  const rows = (matrix: Rows) => matrix.map((row) => row.map((period) => ids.indexOf(period)))
  const [first = 1, ...others] = ids
  return {
    kind: "matrix" as const,
    periods: [{ id: String(first) }, ...others.map((id) => ({ id: String(id) }))] as const,
    weekday: rows(it.weekday),
    weekend: rows(it.weekend)
  }
}

const monthNumbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]

const periodsInMonth = (it: Schedule<unknown>, month: number): ReadonlyArray<number> =>
  [...new Set([...it.weekday[month - 1]!, ...it.weekend[month - 1]!])].toSorted((a, b) => a - b)

/** Months with the same key, in groups. */
const groupMonths = (
  months: ReadonlyArray<number>,
  keyOf: (month: number) => string
): ReadonlyArray<Array<number>> => {
  const groups = new Map<string, Array<number>>()
  for (const month of months) groups.set(keyOf(month), [...(groups.get(keyOf(month)) ?? []), month])
  return [...groups.values()]
}

const activeIn = (months: ReadonlyArray<number>) => {
  const [first, ...others] = months
  return first === undefined || months.length === 12
    ? {}
    : { active: { months: [first, ...others] as const } }
}

const perKw = (unit: string): boolean => unit.startsWith("kWh/kW")

/**
 * The limits of a month's blocks, and which block of the case each tier is. Where blocks of kWh follow one
 * per kW, they lie within it, and the one per kW is only their border.
 */
const stepsOf = (tiers: ReadonlyArray<CaseTier>): ReadonlyArray<{ step: TierStep; tier: number }> => {
  const plain = (tier: CaseTier): TierStep => ({
    upTo: tier.upTo === null ? null : text(tier.upTo),
    unit: tier.unit
  })
  if (tiers[0] === undefined || !perKw(tiers[0].unit))
    return tiers.map((tier, at) => ({ step: plain(tier), tier: at }))
  let border: CaseTier = tiers[0]
  return tiers.flatMap((tier, at): Array<{ step: TierStep; tier: number }> => {
    if (perKw(tier.unit)) {
      border = tier
      const next = tiers[at + 1]
      const isOpenLast = at + 2 === tiers.length && next?.upTo === null
      return next === undefined || perKw(next.unit) || isOpenLast ? [{ step: plain(tier), tier: at }] : []
    }
    const isLast = at + 1 === tiers.length && tier.upTo === null
    if (border.upTo === null || isLast) return [{ step: plain(tier), tier: at }]
    const within = { upTo: text(border.upTo), unit: border.unit }
    return [{ step: tier.upTo === null ? within : { ...plain(tier), within }, tier: at }]
  })
}

const energyPrice = (
  it: CaseTariff,
  month: number,
  which: "buy" | "sell"
): Extract<Charge, { readonly kind: "energy" }>["price"] => {
  const first = periodsInMonth(it.energy, month)[0]
  const blocks = it.energy.periods.find((one) => one.period === first)?.tiers ?? []
  const steps = stepsOf(blocks)
  const field = it.metering.sellEqualsBuy ? "buy" : which
  const [firstStep, ...otherSteps] = steps.map(({ step }) => step)
  const priceOf = (tiers: ReadonlyArray<CaseTier>): readonly [string, ...Array<string>] => {
    const [head = "0", ...rest] = steps.map(({ tier }) =>
      tiers[tier] === undefined ? "0" : text(tiers[tier][field])
    )
    return [!hasSeries(it) ? head : "0", ...(!hasSeries(it) ? rest : rest.map(() => "0"))]
  }
  const tiers: Tiers = {
    steps: [firstStep ?? { upTo: null }, ...otherSteps],
    resets: "billingPeriod",
    counts: "allPeriods",
    allocate: it.metering.mode.startsWith("netMetering") ? "proportional" : "chronological",
    mode: "graduated",
    ...(it.demand === null ? {} : { demand: "demand" })
  }
  return {
    kind: "tiered",
    set: "energy",
    tiers,
    prices: Object.fromEntries(it.energy.periods.map((one) => [String(one.period), priceOf(one.tiers)]))
  }
}

const energyCharges = (it: CaseTariff): ReadonlyArray<Charge> => {
  const limits = (month: number): string => {
    const price = energyPrice(it, month, "buy")
    return JSON.stringify(price.kind === "tiered" ? price.tiers.steps : "")
  }
  const series: ReadonlyArray<Charge> = !hasSeries(it)
    ? []
    : (["buy", "sell"] as const).map((which) => ({
        kind: "energy",
        id: `${which}-series`,
        label: which,
        group: which === "buy" ? "supply" : "export",
        direction: which === "buy" ? "import" : "export",
        price: { kind: "series", series: which, whenMissing: "error" }
      }))
  const keepsKwh = it.metering.mode === "netMeteringKwh"
  const byMonths = groupMonths(monthNumbers, limits).flatMap((months, at): ReadonlyArray<Charge> => {
    const charge = { kind: "energy" as const, ...activeIn(months) }
    const buy: Charge = {
      ...charge,
      id: `buy-${at + 1}`,
      label: "buy",
      group: "supply",
      direction: "import",
      price: energyPrice(it, months[0]!, "buy")
    }
    const sell: Charge = {
      ...charge,
      id: `sell-${at + 1}`,
      label: "sell",
      group: "export",
      direction: "export",
      price: energyPrice(it, months[0]!, "sell")
    }
    return keepsKwh ? [buy] : [buy, sell]
  })
  return [...byMonths, ...series]
}

const demandPrice = (
  blocks: ReadonlyArray<CaseBlock>
): Extract<Charge, { readonly kind: "demand" }>["price"] => {
  const [first, ...others] = blocks
  if (first === undefined) return { kind: "price", price: "0" }
  const limit = (block: CaseBlock): string | null => (block.upTo === null ? null : text(block.upTo))
  return {
    kind: "tiered",
    upTo: [limit(first), ...others.map(limit)],
    prices: [text(first.rate), ...others.map((block) => text(block.rate))]
  }
}

const demandCharges = (it: CaseTariff): ReadonlyArray<Charge> => {
  const { demand } = it
  const base = {
    kind: "demand" as const,
    direction: "import" as const,
    unit: "kW" as const,
    statistic: { kind: "max" as const },
    per: "billingPeriod" as const,
    pick: {}
  }
  const month: Charge = {
    ...base,
    id: "demand",
    label: "demand of the month",
    group: "other",
    ...((demand?.ratchet ?? null) === null ? {} : { ratchet: ratchetOf(demand!) }),
    price: { kind: "price", price: "0" }
  }
  if (demand === null) return [month]
  const flat = groupMonths(monthNumbers, (one) => JSON.stringify(demand.flatByMonth?.[one - 1] ?? [])).map(
    (months, at): Charge => ({
      ...base,
      id: `flat-${at + 1}`,
      label: "flat demand",
      group: "network",
      ...activeIn(months),
      demandOf: "demand",
      price: demandPrice(demand.flatByMonth?.[months[0]! - 1] ?? [])
    })
  )
  return [month, ...flat, ...touCharges(demand, base)]
}

type CaseDemand = NonNullable<CaseTariff["demand"]>

const touCharges = (
  demand: CaseDemand,
  base: Omit<Extract<Charge, { readonly kind: "demand" }>, "id" | "label" | "group" | "price">
): ReadonlyArray<Charge> => {
  const { ratchet, singlePeakForTou, tou } = demand
  if (tou === null) return []
  return tou.periods.flatMap(({ period, tiers }): ReadonlyArray<Charge> => {
    const months = monthNumbers.filter((month) => periodsInMonth(tou, month).includes(period))
    if (months.length === 0) return []
    const ofMonth = singlePeakForTou || ratchet?.touPeriods.includes(period) === true
    return [
      {
        ...base,
        id: `tou-${period}`,
        label: `demand in period ${period}`,
        group: "metering",
        ...activeIn(months),
        pick: { set: "demand", periods: [String(period)], ...(singlePeakForTou ? { onlyAtPeak: true } : {}) },
        ...(ofMonth ? { demandOf: "demand" } : {}),
        price: demandPrice(tiers)
      }
    ]
  })
}

const ratchetOf = (demand: CaseDemand) => {
  const it = demand.ratchet!
  return {
    percent: it.percentByMonth.map(text),
    lookbackMonths: it.lookbackMonths,
    floorKw: text(it.minimumKw),
    useActual: it.useActualPeakByMonth.map(Boolean),
    ...(demand.tou === null ? {} : { source: { set: "demand", periods: it.touPeriods.map(String) } })
  }
}

const otherCharges = (it: CaseTariff): ReadonlyArray<Charge> => {
  const fixed: Charge = {
    kind: "fixed",
    id: "fixed",
    label: "fixed",
    group: "other",
    amount: text(it.fixed.perMonth),
    per: "month",
    prorate: "none"
  }
  const minimum = (id: string, amount: number, per: "month" | "year"): ReadonlyArray<Charge> =>
    amount > 0
      ? [
          {
            kind: "minimum",
            id,
            label: "minimum",
            group: "other",
            amount: text(amount),
            per,
            base: {},
            credits: "after",
            // The cases add the whole minimum to a bill below zero and leave the credit as it is.
            negative: "keep"
          }
        ]
      : []
  return [
    fixed,
    ...minimum("minimum", it.minimum.perMonth, "month"),
    ...minimum("minimum-year", it.minimum.perYear, "year")
  ]
}

const exportPolicy = (it: CaseTariff): ExportPolicy => {
  const { metering } = it
  const applyTo = { groups: ["supply" as const] }
  const month = metering.trueUpMonth
  switch (metering.mode) {
    case "netBilling":
      return { kind: "netBilling", netting: "interval" }
    case "buyAllSellAll":
      return { kind: "buyAllSellAll" }
    case "netBillingCarryover":
      return {
        kind: "netBilling",
        netting: "interval",
        ledger: {
          applyTo,
          sameMonth: metering.applyCreditSameMonth,
          match: "any",
          trueUp: { month, left: metering.creditExpires ? "expire" : "pay" }
        }
      }
    case "netMeteringMoney":
      return {
        kind: "netMetering",
        window: "billingPeriod",
        set: "energy",
        surplus: "money",
        ledger: {
          applyTo,
          sameMonth: true,
          match: "samePeriod",
          trueUp: { month, left: metering.rolloverTrueUpCredit ? "carry" : "pay" }
        }
      }
    case "netMeteringKwh":
      return {
        kind: "netMetering",
        window: "billingPeriod",
        set: "energy",
        surplus: "kWh",
        ledger: {
          applyTo,
          sameMonth: true,
          match: "sameClockHour",
          trueUp: {
            month,
            left: metering.rolloverTrueUpCredit ? "credit" : "pay",
            price: text(metering.yearEndSellRate),
            basis: "total"
          }
        }
      }
  }
}
