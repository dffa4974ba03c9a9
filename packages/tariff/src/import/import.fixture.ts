import { bill } from "../bill.ts"
import type { Series } from "../model/Series.ts"
import { energyOf, tariffOf } from "../tariff.fixture.ts"
import type { Usage } from "../usage/Metered.ts"
import { NotImported } from "./NotImported.ts"

/** January 2026, an hour at a time and 1 kWh each. */
export const january = (offset: string): Usage => ({
  start: Date.parse(`2026-01-01T00:00:00${offset}`),
  stepMs: 3_600_000,
  importKwh: Array.from({ length: 744 }, () => 1)
})

/** What an import that fails says; a failure of another kind, or none, is a failure of the test. */
export const refusal = (work: () => unknown): NotImported => {
  try {
    work()
  } catch (error) {
    if (error instanceof NotImported) return error
    throw error
  }
  throw new Error("nothing was refused")
}

const hours = (of: (hour: number) => number) => Array.from({ length: 24 }, (_, hour) => of(hour))

/** Twelve equal months. */
export const matrix = (of: (hour: number) => number) => Array.from({ length: 12 }, () => hours(of))

/** A commercial record: time of use with fuel adjustment, fixed charge and demand. */
export const urdbRecord = {
  label: "539fba68ec4f024bc1dc2fab",
  eiaid: 4711,
  name: "GS-2 General Service",
  utility: "Example Power Co",
  sector: "Commercial",
  uri: "https://rates.example/gs2",
  startdate: Date.parse("2025-01-01T00:00:00Z") / 1000,
  energyratestructure: [[{ rate: 0.1, adj: 0.01, unit: "kWh" }], [{ rate: 0.2, unit: "kWh" }]],
  energyweekdayschedule: matrix((hour) => (hour >= 16 && hour < 21 ? 1 : 0)),
  energyweekendschedule: matrix(() => 0),
  fueladjustmentsmonthly: [0.005, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  fixedchargefirstmeter: 10,
  fixedchargeunits: "$/month",
  flatdemandunit: "kW",
  flatdemandstructure: [[{ rate: 4.5, adj: 0.5 }]],
  flatdemandmonths: Array.from({ length: 12 }, () => 0),
  demandwindow: 15
}

/** An Octopus product. */
export const octopusProduct = {
  code: "VAR-EXAMPLE-26",
  full_name: "Example variable",
  display_name: "Example",
  direction: "IMPORT",
  brand: "OCTOPUS_ENERGY",
  is_business: false,
  available_from: "2025-12-01T00:00:00Z"
}

/** A page of Octopus prices in pence with 5 % VAT. */
export const octopusPage = (
  entries: ReadonlyArray<readonly [from: string | null, to: string | null, exc: number, inc: number]>,
  more: object = {}
) => ({
  count: entries.length,
  next: null,
  previous: null,
  results: entries.map(([valid_from, valid_to, value_exc_vat, value_inc_vat]) => ({
    value_exc_vat,
    value_inc_vat,
    valid_from,
    valid_to,
    payment_method: null,
    ...more
  }))
})

interface Publication {
  readonly curve?: string
  readonly step?: string
  readonly start?: string
  readonly end?: string
  readonly points?: ReadonlyArray<readonly [position: number, price: string]>
  readonly sequence?: number
  readonly extra?: string
}

const position = "classificationSequence_AttributeInstanceComponent.position"

/** A TimeSeries of a publication. */
export const timeSeries = (it: Publication): string => `
  <TimeSeries>
    <mRID>1</mRID>
    <auction.type>A01</auction.type>
    <businessType>A62</businessType>
    <in_Domain.mRID codingScheme="A01">10Y1001A1001A82H</in_Domain.mRID>
    <out_Domain.mRID codingScheme="A01">10Y1001A1001A82H</out_Domain.mRID>
    <contract_MarketAgreement.type>A01</contract_MarketAgreement.type>
    <currency_Unit.name>EUR</currency_Unit.name>
    <price_Measure_Unit.name>MWH</price_Measure_Unit.name>
    ${it.sequence === undefined ? "" : `<${position}>${it.sequence}</${position}>`}
    <curveType>${it.curve ?? "A03"}</curveType>${it.extra ?? ""}
    <Period>
      <timeInterval>
        <start>${it.start ?? "2025-12-31T23:00Z"}</start>
        <end>${it.end ?? "2026-01-01T23:00Z"}</end>
      </timeInterval>
      <resolution>${it.step ?? "PT60M"}</resolution>
      ${(it.points ?? [[1, "50"]])
        .map(
          ([at, price]) => `<Point><position>${at}</position><price.amount>${price}</price.amount></Point>`
        )
        .join("\n      ")}
    </Period>
  </TimeSeries>`

/** A publication of day-ahead prices. */
export const publication = (body: string, revision = 1): string => `<?xml version="1.0" encoding="UTF-8"?>
<!-- made for tests -->
<Publication_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-3:publicationdocument:7:3">
  <mRID>example</mRID>
  <revisionNumber>${revision}</revisionNumber>
  <type>A44</type>
  <createdDateTime>2025-12-31T12:00:00Z</createdDateTime>
  <period.timeInterval><start>2025-12-31T23:00Z</start></period.timeInterval>${body}
</Publication_MarketDocument>`

/** Every value with its interval, whichever shape the series has. */
export const list = (series: Series): ReadonlyArray<readonly [start: number, hours: number, value: number]> =>
  "points" in series
    ? series.points.map((one) => [one.start, (one.end - one.start) / 3_600_000, one.value] as const)
    : series.values.flatMap((value, index) =>
        value === null
          ? []
          : [[series.start + index * series.stepSeconds * 1000, series.stepSeconds / 3600, value] as const]
      )

/** What January costs at 1 kWh an hour and the price of the series. */
export const cost = (series: Series): string => {
  const price = { kind: "series", series: "spot", whenMissing: "error" } as const
  return bill(tariffOf([energyOf(price)]), january("+01:00"), "2026-01", { series: { spot: series } }).total
}
