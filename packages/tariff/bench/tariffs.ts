import type { Tariff } from "../src/model/Tariff.ts"

type Version = Tariff["versions"][0]

const monthly: Version["billing"] = {
  cycle: { kind: "calendarMonth" },
  tierProration: "byDays",
  taxIncluded: false
}

/** A tariff of one version in Berlin with the periods peak, day and night. */
const tariff = (
  id: string,
  charges: Version["charges"],
  policy: Version["export"] = { kind: "netBilling", netting: "registers" }
): Tariff => ({
  id,
  name: id,
  currency: "EUR",
  timeZone: "Europe/Berlin",
  commodity: "electricity",
  touSets: {
    day: {
      periods: [{ id: "peak" }, { id: "day" }, { id: "night" }],
      default: "night",
      rules: [
        { period: "peak", days: ["weekday"], from: "17:00", to: "21:00" },
        { period: "day", days: ["weekday"], from: "06:00", to: "22:00" }
      ]
    }
  },
  versions: [{ id: "v1", validFrom: "2020-01-01", charges, export: policy, billing: monthly }]
})

type Energy = Extract<Version["charges"][number], { readonly kind: "energy" }>
type Demand = Extract<Version["charges"][number], { readonly kind: "demand" }>

const energy = (price: Energy["price"]): Energy => ({
  kind: "energy",
  id: "energy",
  label: "Energy",
  group: "supply",
  direction: "import",
  price
})

const demand = (extra: Partial<Demand> = {}): Demand => ({
  kind: "demand",
  id: "demand",
  label: "Demand",
  group: "network",
  direction: "import",
  unit: "kW",
  pick: {},
  statistic: { kind: "max" },
  per: "billingPeriod",
  price: { kind: "price", price: "8.5" },
  ...extra
})

const fixed: Version["charges"][number] = {
  kind: "fixed",
  id: "fixed",
  label: "Standing charge",
  group: "network",
  amount: "0.35",
  per: "day",
  prorate: "days"
}

const tou: Energy["price"] = { kind: "tou", set: "day", prices: { peak: "0.42", day: "0.31", night: "0.24" } }

/** One tariff of each kind that is timed. */
export const tariffs = {
  flat: tariff("flat", [energy({ kind: "flat", price: "0.2931" }), fixed]),
  tieredTou: tariff("tiered-tou", [
    energy({
      kind: "tiered",
      set: "day",
      tiers: {
        steps: [{ upTo: "9.8" }, { upTo: null }],
        unit: "kWh/day",
        resets: "billingPeriod",
        counts: "allPeriods",
        allocate: "chronological",
        mode: "graduated"
      },
      prices: { peak: ["0.42", "0.58"], day: ["0.3", "0.4"], night: ["0.22", "0.26"] }
    }),
    fixed
  ]),
  netMetering: tariff("net-metering", [energy(tou), fixed], {
    kind: "netMetering",
    window: "billingPeriod",
    set: "day",
    surplus: "kWh",
    ledger: {
      applyTo: {},
      sameMonth: true,
      match: "samePeriod",
      trueUp: { month: 12, left: "pay", price: "0.03", basis: "total" }
    }
  }),
  demandTou: tariff("demand-tou", [
    energy(tou),
    demand(),
    demand({ id: "peak", pick: { set: "day", periods: ["peak"] } }),
    demand({ id: "off-peak", pick: { set: "day", periods: ["day", "night"] } })
  ]),
  ratchet: tariff("ratchet", [
    energy({ kind: "flat", price: "0.12" }),
    demand({ ratchet: { percent: "80", lookbackMonths: 11, useActual: true } })
  ]),
  series: tariff("series", [
    energy({
      kind: "series",
      series: "spot",
      times: "1.02",
      plus: { kind: "flat", price: "0.0102" },
      whenMissing: "error"
    }),
    fixed
  ])
} as const

/** Tariffs to compare: the same structure at different prices. */
export const twenty = Array.from({ length: 20 }, (_, at): Tariff => {
  const price = (cents: number): string => (cents / 100).toFixed(4)
  return at % 2 === 0
    ? tariff(`flat-${at}`, [energy({ kind: "flat", price: price(20 + at) }), fixed])
    : tariff(`tou-${at}`, [
        energy({
          kind: "tou",
          set: "day",
          prices: { peak: price(30 + at), day: price(22 + at), night: price(15 + at) }
        }),
        fixed
      ])
})
