import type { Charge } from "../../model/charge/Charge.ts"
import type { Price } from "../../model/Price.ts"
import type { Tiers } from "../../model/Tiers.ts"
import type { TouMatrix } from "../../model/TouSet.ts"
import { plain } from "../decimals.ts"
import { type Document, type Fields, isEmpty, shown } from "../Document.ts"
import { type Structure, type Tier, activeIn, monthsBy, periodName, periodsIn } from "./Schedule.ts"

type TierUnit = NonNullable<Tiers["unit"]>

const units: Readonly<Record<string, TierUnit>> = {
  kWh: "kWh",
  "kWh daily": "kWh/day",
  "kWh/kW": "kWh/kW",
  "kWh/kW daily": "kWh/kW/day"
}

/** What the energy charges of a record are made from. */
export interface EnergyParts {
  readonly structure: Structure
  readonly schedule: TouMatrix
  readonly set: string
  /** Net metering has no order in time, so tiers are shared between periods. */
  readonly isNetMetered: boolean
}

const unitOf = (document: Document, tier: Tier, path: string, tiers: number): TierUnit => {
  if (tier.unit === undefined) {
    if (tiers > 1)
      document.warn(`${path}.unit`, "is missing; the limit is taken as kWh of the billing period")
    return "kWh"
  }
  const unit = units[tier.unit]
  const known = Object.keys(units).join(", ")
  if (unit === undefined)
    document.problem(`${path}.unit`, `"${tier.unit}" is not a unit of tiers that can be priced (${known})`)
  return unit ?? "kWh"
}

/** The limits of a period as one text, so that periods can be compared. */
const limitsKey = (tiers: ReadonlyArray<Tier>): string =>
  tiers.map((tier) => (tier.max === null ? "open" : `${tier.max} ${tier.unit ?? "kWh"}`)).join(", ")

/** The period whose limits hold in a month. Others have the same limits, or one price for any amount. */
const limitsIn = (document: Document, parts: EnergyParts, month: number): number => {
  const used = periodsIn(parts.schedule, month)
  const tiered = used.filter((period) => (parts.structure[period]?.length ?? 0) > 1)
  const [first] = tiered
  if (first === undefined) return used[0] ?? 0
  const key = limitsKey(parts.structure[first]!)
  const other = tiered.find((period) => limitsKey(parts.structure[period]!) !== key)
  if (other !== undefined) {
    const limits = limitsKey(parts.structure[other]!)
    document.problem(
      `energyratestructure[${other}]`,
      `has the limits ${limits}, but period ${first} has ${key} in the same month; how are they counted?`
    )
  }
  if (tiered.length < used.length)
    document.warn(
      "energyratestructure",
      "some periods of a month have tiers and others none; the energy of all of them fills the tiers"
    )
  return first
}

const checkUnits = (document: Document, structure: Structure): void =>
  structure.forEach((tiers, period) => {
    const found = tiers.slice(0, -1).map((tier, at) => {
      const path = `energyratestructure[${period}][${at}]`
      return unitOf(document, tier, path, tiers.length)
    })
    const last = tiers[tiers.length - 1]
    if (last?.unit !== undefined)
      unitOf(document, last, `energyratestructure[${period}][${tiers.length - 1}]`, tiers.length)
    if (new Set(found).size > 1)
      document.problem(
        `energyratestructure[${period}]`,
        `mixes limits in ${[...new Set(found)].join(" and ")}; the record does not say how they are counted`
      )
  })

const stepsOf = (tiers: ReadonlyArray<Tier>): Tiers["steps"] => {
  const steps = tiers.map((tier) => ({
    upTo: tier.max,
    ...(tier.max === null ? {} : { unit: units[tier.unit ?? "kWh"] ?? ("kWh" as const) })
  }))
  return [steps[0] ?? { upTo: null }, ...steps.slice(1)]
}

const padded = (
  tiers: ReadonlyArray<Tier>,
  count: number,
  of: (tier: Tier) => string
): readonly [string, ...Array<string>] => {
  const texts = Array.from({ length: count }, (_, at) => of(tiers[Math.min(at, tiers.length - 1)]!))
  return [texts[0] ?? "0", ...texts.slice(1)]
}

/** The price of some months: one, one for each period, or tiers. */
const priceIn = (
  parts: EnergyParts,
  limits: number,
  used: ReadonlyArray<number>,
  of: (tier: Tier) => string
): Price => {
  const { schedule, set, structure } = parts
  const steps = structure[limits] ?? []
  const samePrices = steps.length < 2 || structure.every((tiers) => new Set(tiers.map(of)).size === 1)
  if (samePrices && schedule.periods.length === 1) return { kind: "flat", price: of(steps[0]!) }
  if (samePrices) {
    return {
      kind: "tou",
      set,
      prices: Object.fromEntries(structure.map((tiers, at) => [periodName(at), of(tiers[0]!)]))
    }
  }
  const hasSet = schedule.periods.length > 1
  const tiers: Tiers = {
    steps: stepsOf(steps),
    resets: "billingPeriod",
    counts: "allPeriods",
    allocate: parts.isNetMetered ? "proportional" : "chronological",
    mode: "graduated"
  }
  const listed = hasSet ? used : [limits]
  const prices = listed.map((at) => [periodName(at), padded(structure[at]!, steps.length, of)] as const)
  const zeros: readonly [string, ...Array<string>] = ["0", ...steps.slice(1).map(() => "0")]
  if (!hasSet) return { kind: "tiered", tiers, prices: { "*": prices[0]?.[1] ?? zeros } }
  return { kind: "tiered", tiers, set, prices: { ...Object.fromEntries(prices), "*": zeros } }
}

/** Whether anything is paid for exported energy. */
export const hasSell = (structure: Structure): boolean =>
  structure.some((tiers) => tiers.some((tier) => tier.sell !== undefined))

/** The charges and credits per kWh; months with the same limits share one. */
export const energyCharges = (
  document: Document,
  parts: EnergyParts,
  sells: boolean
): ReadonlyArray<Charge> => {
  const { structure } = parts
  checkUnits(document, structure)
  if (document.problems.length > 0) return []
  const hasTiers = structure.some((tiers) => tiers.length > 1)
  const groups = monthsBy((month) =>
    hasTiers ? limitsKey(structure[limitsIn(document, parts, month)] ?? []) : "all"
  )
  if (document.problems.length > 0) return []
  if (sells && structure.some((tiers) => new Set(tiers.map((tier) => tier.sell ?? "0")).size > 1))
    document.warn("energyratestructure[].sell", "differs by tier; the tiers are counted on exported energy")
  return groups.flatMap((list, at): ReadonlyArray<Charge> => {
    const suffix = groups.length > 1 ? `-${at + 1}` : ""
    const limits = limitsIn(document, parts, list[0]!)
    const used = [...new Set(list.flatMap((month) => periodsIn(parts.schedule, month)))]
    const shared = { kind: "energy" as const, ...activeIn(list) }
    const buy: Charge = {
      ...shared,
      id: `energy${suffix}`,
      label: "Energy",
      group: "supply",
      direction: "import",
      price: priceIn(parts, limits, used, (tier) => tier.price)
    }
    const sell: Charge = {
      ...shared,
      id: `sell${suffix}`,
      label: "Export",
      group: "export",
      direction: "export",
      price: priceIn(parts, limits, used, (tier) => tier.sell ?? "0")
    }
    return sells ? [buy, sell] : [buy]
  })
}

/** The fuel adjustment of each month, which is added to every kWh. */
export const fuelCharge = (document: Document, record: Fields): ReadonlyArray<Charge> => {
  const value = record["fueladjustmentsmonthly"]
  if (isEmpty(value)) return []
  if (!Array.isArray(value) || value.length !== 12) {
    document.problem("fueladjustmentsmonthly", `must be twelve numbers, January first, not ${shown(value)}`)
    return []
  }
  const prices = value.map((one: unknown, at) =>
    plain(document.decimal({ one }, "one", `fueladjustmentsmonthly[${at}]`) ?? "0")
  )
  return [
    {
      kind: "energy",
      id: "fuel",
      label: "Fuel adjustment",
      group: "supply",
      direction: "import",
      price: { kind: "monthly", prices }
    }
  ]
}
