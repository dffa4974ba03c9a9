import type { Charge } from "../../model/charge/Charge.ts"
import type { DemandCharge } from "../../model/charge/DemandCharge.ts"
import type { TouMatrix } from "../../model/TouSet.ts"
import { plain } from "../decimals.ts"
import { type Document, type Fields, isEmpty, shown } from "../Document.ts"
import { ratchetOf } from "./ratchet.ts"
import {
  type Structure,
  type Tier,
  activeIn,
  isFree,
  months,
  monthsBy,
  periodName,
  periodsIn,
  readStructure
} from "./Schedule.ts"

type Base = Omit<DemandCharge, "id" | "label" | "group" | "price">

const minutesOf = (document: Document, record: Fields): DemandCharge["minutes"] => {
  const value = record["demandwindow"]
  if (isEmpty(value)) {
    document.warn("demandwindow", "is not given; demand is the mean over the length of the readings")
    return undefined
  }
  const found = ([5, 10, 15, 30, 60] as const).find((minutes) => minutes === Number(value))
  if (found === undefined)
    document.problem("demandwindow", `${shown(value)} minutes is not 5, 10, 15, 30 or 60`)
  return found
}

const unitOf = (document: Document, record: Fields, field: string): Pick<Base, "unit" | "per"> => {
  const text = isEmpty(record[field]) ? "kW" : String(record[field])
  const [unit, ...often] = text.split(" ")
  if ((unit !== "kW" && unit !== "kVA") || (often.length > 0 && often.join(" ") !== "daily"))
    document.problem(
      field,
      `"${text}" is not a unit of demand that can be priced (kW, kVA, kW daily, kVA daily)`
    )
  return { unit: unit === "kVA" ? "kVA" : "kW", per: often.length > 0 ? "day" : "billingPeriod" }
}

const priceOf = (tiers: ReadonlyArray<Tier>): DemandCharge["price"] => {
  const [first, ...others] = tiers
  if (first === undefined || others.length === 0) return { kind: "price", price: first?.price ?? "0" }
  return {
    kind: "tiered",
    upTo: [first.max, ...others.map((tier) => tier.max)],
    prices: [first.price, ...others.map((tier) => tier.price)]
  }
}

const readMonths = (document: Document, record: Fields, structure: Structure): ReadonlyArray<number> => {
  const value = record["flatdemandmonths"]
  if (isEmpty(value) && structure.length === 1) return months.map(() => 0)
  const isList = Array.isArray(value) && value.length === 12
  const list: ReadonlyArray<unknown> = isList ? value : []
  const wrong = list.find((one) => !(Number.isInteger(one) && structure[Number(one)] !== undefined))
  if (!isList || wrong !== undefined)
    document.problem(
      "flatdemandmonths",
      `must be twelve numbers of periods, January first, each from 0 to ${structure.length - 1}`
    )
  return list.map(Number)
}

const flatCharges = (
  document: Document,
  record: Fields,
  base: Base,
  structure: Structure
): ReadonlyArray<DemandCharge> => {
  const byMonth = readMonths(document, record, structure)
  if (document.problems.length > 0) return []
  return monthsBy((month) => String(byMonth[month - 1])).flatMap((list): ReadonlyArray<DemandCharge> => {
    const period = byMonth[list[0]! - 1]!
    const tiers = structure[period]!
    if (isFree(tiers)) return []
    return [
      {
        ...base,
        ...unitOf(document, record, "flatdemandunit"),
        id: `flat-demand-${periodName(period)}`,
        label: "Demand",
        group: "network",
        ...activeIn(list),
        price: priceOf(tiers)
      }
    ]
  })
}

const touCharges = (
  document: Document,
  record: Fields,
  base: Base,
  structure: Structure,
  tou: { readonly id: string; readonly schedule: TouMatrix }
): ReadonlyArray<DemandCharge> =>
  structure.flatMap((tiers, period): ReadonlyArray<DemandCharge> => {
    const list = months.filter((month) => periodsIn(tou.schedule, month).includes(period))
    if (isFree(tiers) || list.length === 0) return []
    return [
      {
        ...base,
        ...unitOf(document, record, "demandrateunit"),
        id: `tou-demand-${periodName(period)}`,
        label: `Demand in period ${periodName(period)}`,
        group: "network",
        ...activeIn(list),
        pick: { set: tou.id, periods: [periodName(period)] },
        price: priceOf(tiers)
      }
    ]
  })

/** Reactive demand is only billed where an assignment says that it is metered. */
const reactiveCharge = (document: Document, record: Fields, base: Base): ReadonlyArray<DemandCharge> => {
  const price = document.decimal(record, "demandreactivepowercharge", "demandreactivepowercharge")
  if (price === undefined || Number(price) === 0) return []
  document.warn(
    "demandreactivepowercharge",
    "is charged only where the parameter reactivePower is true, since it needs readings of kvar"
  )
  return [
    {
      ...base,
      unit: "kvar",
      id: "reactive-demand",
      label: "Reactive demand",
      group: "network",
      active: { appliesIf: "reactivePower" },
      price: { kind: "price", price: plain(price) }
    }
  ]
}

/**
 * The demand charges of a record. What looks back on earlier months bills the demand of a charge without a
 * price, `billing-demand`, which all months share.
 */
export const demandCharges = (
  document: Document,
  record: Fields,
  tou: { readonly id: string; readonly structure: Structure; readonly schedule: TouMatrix }
): ReadonlyArray<Charge> => {
  const flat = readStructure(document, record, "flatdemandstructure")
  const ratchet = ratchetOf(document, record)
  if (document.problems.length > 0) return []
  const isAny = [...flat, ...tou.structure].some((tiers) => !isFree(tiers))
  const minutes = isAny || !isEmpty(record["demandwindow"]) ? minutesOf(document, record) : undefined
  const base: Base = {
    kind: "demand",
    direction: "import",
    unit: "kW",
    per: "billingPeriod",
    ...(minutes === undefined ? {} : { minutes }),
    pick: {},
    statistic: { kind: "max" }
  }
  const charges = [
    ...flatCharges(document, record, base, flat),
    ...touCharges(document, record, base, tou.structure, tou)
  ]
  const reactive = reactiveCharge(document, record, base)
  if (ratchet === undefined) return [...charges, ...reactive]
  const isFlat = charges.some((one) => one.id.startsWith("flat-"))
  const looks = charges.filter((one) => one.id.startsWith("flat-") || !isFlat)
  if (looks.length === 0) {
    document.warn("lookbackPercent", "looks back on demand, but there is no demand charge")
    return [...charges, ...reactive]
  }
  document.warn(
    "lookbackPercent",
    `is applied to the ${isFlat ? "flat" : "time-of-use"} demand charges; the record does not say to which`
  )
  const { per: _, ...like } = looks[0]!
  const billing: DemandCharge = {
    ...base,
    unit: like.unit,
    id: "billing-demand",
    label: "Billing demand",
    group: "network",
    ratchet,
    price: { kind: "price", price: "0" }
  }
  return [
    billing,
    ...charges.map((one) => (looks.includes(one) ? { ...one, demandOf: billing.id } : one)),
    ...reactive
  ]
}
