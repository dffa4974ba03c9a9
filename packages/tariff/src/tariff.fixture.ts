import type { Charge } from "./model/charge/Charge.ts"
import type { ExportPolicy } from "./model/ExportPolicy.ts"
import type { Tariff } from "./model/Tariff.ts"
import type { Usage } from "./usage/Metered.ts"

type Version = Tariff["versions"][0]
type Energy = Extract<Charge, { readonly kind: "energy" }>
type Demand = Extract<Charge, { readonly kind: "demand" }>

/** What a test tariff has besides its charges. */
interface Extra {
  readonly zone?: string
  readonly sets?: Tariff["touSets"]
  readonly calendars?: NonNullable<Tariff["calendars"]>
  readonly export?: ExportPolicy
  readonly billing?: Partial<Version["billing"]>
}

const registers: ExportPolicy = { kind: "netBilling", netting: "registers" }

/** A version with the usual policies of tests. */
export const versionOf = (
  id: string,
  validFrom: string,
  charges: ReadonlyArray<Charge>,
  extra: Extra = {}
): Version => ({
  id,
  validFrom,
  charges,
  export: extra.export ?? registers,
  billing: { cycle: { kind: "calendarMonth" }, tierProration: "byDays", taxIncluded: false, ...extra.billing }
})

/** A tariff of one or more versions. */
export const tariffOf = (
  charges: ReadonlyArray<Charge>,
  extra: Extra = {},
  ...later: ReadonlyArray<Version>
): Tariff => ({
  id: "test",
  name: "Test",
  currency: "EUR",
  timeZone: extra.zone ?? "Europe/Berlin",
  commodity: "electricity",
  touSets: extra.sets ?? {},
  ...(extra.calendars === undefined ? {} : { calendars: extra.calendars }),
  versions: [versionOf("v1", "2018-01-01", charges, extra), ...later]
})

/** An energy charge on import at a price. */
export const energyOf = (price: Energy["price"] | string, extra: Partial<Energy> = {}): Energy => ({
  kind: "energy",
  id: "energy",
  label: "Energy",
  group: "supply",
  direction: "import",
  price: typeof price === "string" ? { kind: "flat", price } : price,
  ...extra
})

/** An energy charge on export. */
export const sellOf = (price: Energy["price"] | string): Energy =>
  energyOf(price, { id: "sell", label: "Feed-in", group: "export", direction: "export" })

/** A charge of 1.00 per kW of the monthly maximum unless said. */
export const demandOf = (extra: Partial<Demand> = {}): Demand => ({
  kind: "demand",
  id: "demand",
  label: "Demand",
  group: "network",
  direction: "import",
  unit: "kW",
  pick: {},
  statistic: { kind: "max" },
  per: "billingPeriod",
  price: { kind: "price", price: "1" },
  ...extra
})

/** A fixed charge. */
export const fixedOf = (
  amount: string,
  per: "day" | "month" | "billingPeriod" | "year",
  prorate: "days" | "none" = "days"
): Charge => ({
  kind: "fixed",
  id: "fixed",
  label: "Standing charge",
  group: "network",
  amount,
  per,
  prorate
})

/** A percentage of everything, or of what is selected. */
export const percentOf = (
  percent: string,
  extra: Partial<Extract<Charge, { readonly kind: "percent" }>> = {}
): Charge => ({
  kind: "percent",
  id: "vat",
  label: "VAT",
  group: "tax",
  percent,
  base: {},
  order: 1,
  ...extra
})

/** Readings of equal length, in kWh, from an instant on. */
export const usageFrom = (start: string, minutes: number, kwh: ReadonlyArray<number | null>): Usage => ({
  start: Date.parse(start),
  stepMs: minutes * 60_000,
  importKwh: kwh
})

/** The same number of kWh again and again. */
export const constant = (start: string, minutes: number, count: number, kwh: number): Usage =>
  usageFrom(
    start,
    minutes,
    Array.from({ length: count }, () => kwh)
  )

/** Two periods: night from 00:00 to 05:00, else day. */
export const dayNight: Tariff["touSets"] = {
  dn: {
    periods: [{ id: "day" }, { id: "night" }],
    default: "day",
    rules: [{ period: "night", from: "00:00", to: "05:00" }]
  }
}

/** An interval of RFC 3339 times. */
export const between = (start: string, end: string) => ({ start: Date.parse(start), end: Date.parse(end) })
