import { isObject } from "../payload/payloadJson.ts"

/** A record on its own: the base values are worked in. */
export interface SenmlRecord {
  readonly base: string
  readonly name: string
  readonly unit: string
  readonly value: number | undefined
  readonly sum: number | undefined
  /** Seconds since 1970, or since the message when they are few. */
  readonly time: number
}

const mostRecords = 5_000

const numberOf = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)

const plus = (value: number | undefined, base: number | undefined): number | undefined =>
  value === undefined ? undefined : Number((value + (base ?? 0)).toPrecision(15))

/** Resolves a pack: what a record leaves out it has from the bases before it. */
export const resolve = (pack: unknown): ReadonlyArray<SenmlRecord> => {
  if (!Array.isArray(pack)) return []
  let base = ""
  let unit = ""
  let time = 0
  let value: number | undefined
  let sum: number | undefined
  const records: Array<SenmlRecord> = []
  for (const row of pack.slice(0, mostRecords)) {
    if (!isObject(row)) continue
    base = textOf(row["bn"]) ?? base
    unit = textOf(row["bu"]) ?? unit
    time = numberOf(row["bt"]) ?? time
    value = numberOf(row["bv"]) ?? value
    sum = numberOf(row["bs"]) ?? sum
    records.push({
      base,
      name: textOf(row["n"]) ?? "",
      unit: textOf(row["u"]) ?? unit,
      value: plus(numberOf(row["v"]), value),
      sum: plus(numberOf(row["s"]), sum),
      time: time + (numberOf(row["t"]) ?? 0)
    })
  }
  return records
}
