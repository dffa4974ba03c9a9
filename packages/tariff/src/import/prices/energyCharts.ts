import { decimalOf, shifted } from "../decimals.ts"
import { Document, requireFields, requireList, shown } from "../Document.ts"
import type { ImportedPrices } from "../Imported.ts"
import { refuse } from "../NotImported.ts"
import { type Published, assemble } from "./assemble.ts"
import { requireUnit, textFields } from "./PriceUnit.ts"

const HOUR = 3_600_000

/** How an answer of Energy-Charts is read. */
export interface EnergyChartsOptions {
  readonly id: string
  /** The length of the last price, which has no next one to end at; the one before it unless said. */
  readonly lastMinutes?: number
}

/**
 * Reads an answer of Energy-Charts (`/price`): `unix_seconds`, `price` and `unit`.
 *
 * A price ends where the next begins, but after an hour at most: what follows then is a gap.
 */
export const importEnergyCharts = (json: unknown, options: EnergyChartsOptions): ImportedPrices => {
  const document = new Document()
  const fields = requireFields(json, "", "an answer of Energy-Charts with unix_seconds and price")
  const seconds = requireList(fields["unix_seconds"], "unix_seconds", "a list of times")
  const prices = requireList(fields["price"], "price", "a list of prices")
  if (seconds.length !== prices.length)
    refuse("unreadable", "price", `has ${prices.length} entries, but unix_seconds has ${seconds.length}`)
  if (seconds.length === 0) refuse("noData", "price", "the list of prices is empty")
  const { currency, digits } = requireUnit("unit", fields["unit"])
  const said = ["license_info", "deprecated"]
  document.leftOver("", fields, ["unix_seconds", "price", "unit", ...said])
  const rows = seconds
    .map((second, at) => {
      const start = Number(second) * 1000
      if (typeof second !== "number" || !Number.isInteger(start))
        document.problem(`unix_seconds[${at}]`, `${shown(second)} is not a time in seconds since 1970`)
      return { start, at }
    })
    .toSorted((one, other) => one.start - other.start || one.at - other.at)
  document.end()
  let length = options.lastMinutes === undefined ? undefined : options.lastMinutes * 60_000
  const published: Array<Published> = []
  for (let i = rows.length - 1; i >= 0; i--) {
    const { at, start } = rows[i]!
    const next = rows.slice(i + 1, i + 4).find((row) => row.start > start)
    if (next !== undefined && next.start - start <= HOUR) length = next.start - start
    else if (next === undefined && options.lastMinutes === undefined) {
      const before = rows.slice(Math.max(0, i - 3), i).findLast((row) => row.start < start)
      length = before !== undefined && start - before.start <= HOUR ? start - before.start : undefined
    }
    if (length === undefined) {
      refuse("unreadable", "unix_seconds", "there is one price only; say how long it holds (lastMinutes)")
    }
    const price = decimalOf(prices[at])
    if (prices[at] === null) document.warn(`price[${at}]`, "is empty; there is no price at this time")
    else if (price === undefined) document.problem(`price[${at}]`, `${shown(prices[at])} is not a number`)
    else published.push({ start, end: start + length!, price: shifted(price, digits), rank: at })
  }
  document.end()
  return assemble(document, published, {
    id: options.id,
    unit: `${currency}/kWh`,
    said: textFields(fields, said)
  })
}
