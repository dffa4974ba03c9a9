import type { Series } from "../../model/Series.ts"
import { decimalOf } from "../decimals.ts"
import { Document } from "../Document.ts"
import type { ImportedPrices } from "../Imported.ts"
import { refuse } from "../NotImported.ts"
import { type Published, assemble } from "./assemble.ts"

const publishedOf = (series: Series, rank: number): ReadonlyArray<Published> => {
  const text = (value: number): string => decimalOf(value) ?? refuse("unreadable", series.id, "is no number")
  if ("points" in series) {
    return series.points.map(({ end, start, value }) => ({ start, end, price: text(value), rank }))
  }
  const step = series.stepSeconds * 1000
  return series.values.flatMap((value, at) =>
    value === null
      ? []
      : [{ start: series.start + at * step, end: series.start + (at + 1) * step, price: text(value), rank }]
  )
}

/** Puts prices fetched at different times together; where they overlap, those later in the list hold. */
export const mergePrices = (list: ReadonlyArray<Series>, id?: string): ImportedPrices => {
  const [first] = list
  if (first === undefined) return refuse("noData", "", "there are no prices to put together")
  list.forEach((one, at) => {
    if (one.unit !== first.unit)
      refuse("unreadable", `[${at}].unit`, `is ${one.unit}, but the first prices are in ${first.unit}`)
  })
  const published = list.flatMap((one, rank) => publishedOf(one, rank))
  return assemble(new Document(), published, { id: id ?? first.id, unit: first.unit, said: {} })
}
