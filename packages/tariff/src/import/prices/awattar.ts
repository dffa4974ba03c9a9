import { decimalOf, shifted } from "../decimals.ts"
import { Document, fieldsOf, requireFields, requireList, shown } from "../Document.ts"
import type { ImportedPrices } from "../Imported.ts"
import { refuse } from "../NotImported.ts"
import { type Published, assemble } from "./assemble.ts"
import { requireUnit, textFields } from "./PriceUnit.ts"

/** How an answer of aWATTar is read. */
export interface AwattarOptions {
  readonly id: string
}

/** Reads an answer of aWATTar (`/v1/marketdata`): `data` with start, end, price and unit of each interval. */
export const importAwattar = (json: unknown, options: AwattarOptions): ImportedPrices => {
  const document = new Document()
  const fields = requireFields(json, "", "an answer of aWATTar with data")
  const data = requireList(fields["data"], "data", "a list of prices")
  if (data.length === 0) refuse("noData", "data", "the list of prices is empty")
  document.leftOver("", fields, ["data", "object", "url"])
  let currency = ""
  const published = data.flatMap((entry, at): ReadonlyArray<Published> => {
    const path = `data[${at}]`
    const one = fieldsOf(entry)
    const { end_timestamp: end, marketprice, start_timestamp: start, unit } = one ?? {}
    const price = decimalOf(marketprice)
    const found = requireUnit(`${path}.unit`, unit)
    if (currency !== "" && currency !== found.currency)
      document.problem(`${path}.unit`, `is ${found.currency}, but the prices before are in ${currency}`)
    currency = found.currency
    document.leftOver("data[]", one ?? {}, ["start_timestamp", "end_timestamp", "marketprice", "unit"])
    if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || Number(end) <= Number(start))
      document.problem(
        path,
        "start_timestamp and end_timestamp must be milliseconds, the end after the start"
      )
    else if (price === undefined)
      document.problem(`${path}.marketprice`, `${shown(marketprice)} is not a number`)
    else return [{ start: Number(start), end: Number(end), price: shifted(price, found.digits), rank: at }]
    return []
  })
  document.end()
  const said = textFields(fields, ["object", "url"])
  return assemble(document, published, { id: options.id, unit: `${currency}/kWh`, said })
}
