import { assert, describe, expect, it } from "vitest"
import { bill } from "../bill.ts"
import { january, octopusPage, octopusProduct, refusal } from "./import.fixture.ts"
import { type OctopusDocuments, type OctopusOptions, importOctopus } from "./octopus.ts"

const flat = octopusPage([["2025-12-01T00:00:00Z", null, 20, 21]])
const standingCharges = octopusPage([["2025-12-01T00:00:00Z", null, 50, 52.5]])
const documents = { product: octopusProduct, unitPrices: flat, standingCharges }
const added = { vat: "added" } as const
const load = (extra: Partial<OctopusDocuments> = {}, options: OctopusOptions = added) =>
  importOctopus({ ...documents, ...extra }, options)
const usage = january("+00:00")

/** Half hours of January and February: 10 p, at every second one 30 p. */
const halfHours = octopusPage(
  Array.from({ length: 59 * 48 }, (_, at) => {
    const start = Date.parse("2026-01-01T00:00:00Z") + at * 1_800_000
    const text = (instant: number) => new Date(instant).toISOString().replace(".000Z", "Z")
    const pence = at % 2 === 0 ? 10 : 30
    return [text(start), text(start + 1_800_000), pence, pence * 1.05] as const
  }).toReversed()
)

describe("an Octopus product", () => {
  it("is billed with VAT as a line: 744 × 0.20 + 31 × 0.50 = 164.30, and 5 % of it", () => {
    const { tariff, warnings } = load()
    assert.strictEqual(bill(tariff, usage, "2026-01").total, "172.515")
    assert.deepStrictEqual(warnings, [])
    assert.strictEqual(tariff.provider?.name, "OCTOPUS_ENERGY")
  })
  it("is billed with prices that contain VAT: 744 × 0.21 + 31 × 0.525", () => {
    const made = bill(load({}, { vat: "included" }).tariff, usage, "2026-01")
    assert.strictEqual(made.total, "172.515")
    assert.strictEqual(Number(made.tax).toFixed(6), "8.215000")
  })
  it("has a series where prices change within a day: half an hour at 10 p, half at 30 p", () => {
    const { series, tariff } = load({ unitPrices: halfHours })
    assert.deepStrictEqual(Object.keys(series), ["VAR-EXAMPLE-26"])
    assert.deepInclude(series["VAR-EXAMPLE-26"], { stepSeconds: 1800, unit: "GBP/kWh" })
    // 372 kWh × 0.10 + 372 × 0.30 = 148.80, as before.
    assert.strictEqual(bill(tariff, usage, "2026-01", { series }).total, "172.515")
  })
  it("changes its version with prices and standing charges, at midnight in London", () => {
    const { tariff } = load({
      unitPrices: octopusPage([
        ["2026-03-31T23:00:00Z", null, 30, 31.5],
        ["2025-12-01T00:00:00Z", "2026-03-31T23:00:00Z", 20, 21]
      ]),
      standingCharges: octopusPage([
        ["2026-01-16T00:00:00Z", null, 60, 63],
        [null, "2026-01-16T00:00:00Z", 50, 52.5]
      ])
    })
    assert.deepStrictEqual(
      tariff.versions.map((one) => one.validFrom),
      ["2025-12-01", "2026-01-16", "2026-04-01"]
    )
    // 148.80 + 15 × 0.50 + 16 × 0.60 = 165.90, with VAT 174.195.
    assert.strictEqual(bill(tariff, usage, "2026-01").total, "174.195")
  })
  it("may be for export, alone or beside the import", () => {
    const outgoing = {
      product: { ...octopusProduct, code: "OUTGOING-FIX-26", direction: "EXPORT" },
      unitPrices: octopusPage([["2025-12-01T00:00:00Z", null, 15, 15]])
    }
    const exporting = { ...usage, exportKwh: Array.from({ length: 744 }, () => 0.5) }
    // 372 kWh × 0.15 = 55.80 back, without VAT.
    assert.strictEqual(bill(importOctopus(outgoing, added).tariff, exporting, "2026-01").total, "-55.8")
    assert.strictEqual(
      bill(importOctopus([documents, outgoing], added).tariff, exporting, "2026-01").total,
      "116.715"
    )
  })
  it("takes one way to pay and names the others", () => {
    const both = {
      ...flat,
      count: 2,
      results: [
        { ...flat.results[0], payment_method: "DIRECT_DEBIT" },
        { ...flat.results[0], value_exc_vat: 22, value_inc_vat: 23.1, payment_method: "NON_DIRECT_DEBIT" }
      ]
    }
    const debit = load({ unitPrices: both })
    assert.strictEqual(bill(debit.tariff, usage, "2026-01").total, "172.515")
    assert.deepStrictEqual(
      debit.warnings.map((one) => one.field),
      ["unitPrices.payment_method"]
    )
    const other = load({ unitPrices: both }, { vat: "added", paymentMethod: "NON_DIRECT_DEBIT" })
    assert.strictEqual(bill(other.tariff, usage, "2026-01").total, "188.139")
  })
  it("puts pages together, and names gaps, overlaps and fields it leaves out", () => {
    const pages = (size: number) => [
      { ...halfHours, next: "page 2", results: halfHours.results.slice(0, size) },
      { ...halfHours, previous: "page 1", results: halfHours.results.slice(size) }
    ]
    assert.deepStrictEqual(load({ unitPrices: pages(1500) }).series, load({ unitPrices: halfHours }).series)
    const holes = { ...halfHours, count: halfHours.count - 2, results: halfHours.results.slice(2) }
    holes.results.splice(10, 2)
    const gap = load({ unitPrices: { ...holes, count: holes.results.length } })
    assert.deepStrictEqual(
      gap.warnings.map((one) => one.field),
      ["unitPrices.gaps"]
    )
    const twice = octopusPage([
      ["2025-12-01T00:00:00Z", null, 19, 19.95],
      ["2025-12-31T00:00:00Z", null, 20, 21]
    ])
    assert.deepStrictEqual(
      load({ unitPrices: twice }).warnings.map((one) => one.field),
      ["unitPrices"]
    )
    const product = { ...octopusProduct, is_green: true, links: [{}], exit_fees: 50 }
    expect(load({ product, standingCharges: null }).warnings).toMatchSnapshot()
  })
  it("is refused in words a person understands", () => {
    const one = flat.results[0]!
    const wrong: Readonly<Record<string, () => unknown>> = {
      "another page": () => load({ unitPrices: { ...flat, next: "https://prices.example/?page=2" } }),
      "pages that lack some": () => load({ unitPrices: { ...flat, count: 3 } }),
      "page before": () => load({ unitPrices: { ...flat, previous: "page 1" } }),
      "no results": () => load({ unitPrices: {} }),
      "no prices": () => load({ unitPrices: { ...flat, count: 0, results: [] } }),
      "no product": () => load({ product: null }),
      "no code": () => load({ product: { direction: "IMPORT" } }),
      "odd direction": () => load({ product: { ...octopusProduct, direction: "SIDEWAYS" } }),
      "price in words": () => load({ unitPrices: { ...flat, results: [{ ...one, value_exc_vat: "ten" }] } }),
      "time without zone": () =>
        load({ unitPrices: { ...flat, results: [{ ...one, valid_from: "2026-01-01T00:00" }] } }),
      "end before start": () =>
        load({ unitPrices: { ...flat, results: [{ ...one, valid_to: "2025-11-01T00:00:00Z" }] } }),
      "VAT that differs": () => load({ standingCharges: octopusPage([[null, null, 50, 60]]) }),
      "VAT other than given": () => load({}, { vat: "added", vatPercent: "20" }),
      "way to pay": () =>
        load(
          { unitPrices: octopusPage([[null, null, 20, 21]], { payment_method: "PREPAY" }) },
          {
            vat: "added",
            paymentMethod: "DIRECT_DEBIT"
          }
        ),
      "gap in flat prices": () =>
        load({
          unitPrices: octopusPage([
            ["2025-12-01T00:00:00Z", "2026-01-01T00:00:00Z", 20, 21],
            ["2026-02-01T00:00:00Z", null, 20, 21]
          ])
        }),
      "half hours without an end": () =>
        load({ unitPrices: octopusPage([["2026-01-01T00:30:00Z", null, 20, 21]]) }),
      "two imports": () => importOctopus([documents, documents], added)
    }
    const messages = Object.entries(wrong).map(([name, work]) => {
      const { kind, problems } = refusal(work)
      return `${name} (${kind})\n${problems.map((it) => `  ${it.path}: ${it.message}`).join("\n")}`
    })
    expect(messages.join("\n")).toMatchSnapshot()
  })
})
