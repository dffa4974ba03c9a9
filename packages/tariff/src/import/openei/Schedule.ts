import type { TouMatrix } from "../../model/TouSet.ts"
import { type Document, type Fields, fieldsOf, isEmpty, shown } from "../Document.ts"
import { isZero, plain, sumOf } from "../decimals.ts"

/** A tier of a structure: limits and prices as decimals, an open limit as null. */
export interface Tier {
  readonly max: string | null
  readonly unit: string | undefined
  readonly price: string
  readonly sell: string | undefined
}

/** The periods of a structure, each with its tiers. */
export type Structure = ReadonlyArray<ReadonlyArray<Tier>>

/** Greater limits stand for "no limit" in some records. */
const OPEN = 1e30

const tierOf = (document: Document, fields: Fields, path: string, isLast: boolean): Tier => {
  const max = typeof fields["max"] === "number" && fields["max"] >= OPEN ? undefined : fields["max"]
  const limit = isEmpty(max) ? undefined : document.decimal({ max }, "max", `${path}.max`)
  if (limit !== undefined && Number(limit) <= 0)
    document.problem(`${path}.max`, `the limit ${limit} is not above zero`)
  if (isLast && limit !== undefined)
    document.problem(`${path}.max`, `the last tier ends at ${limit}; what is above it has no price`)
  if (!isLast && isEmpty(max)) document.problem(`${path}.max`, "a tier that is not the last one has no limit")
  const price = document.decimal(fields, "rate", `${path}.rate`)
  const adj = document.decimal(fields, "adj", `${path}.adj`)
  const sell = document.decimal(fields, "sell", `${path}.sell`)
  if (price === undefined && adj === undefined)
    document.warn(`${path}.rate`, "is missing; the price is taken as 0")
  const unit = isEmpty(fields["unit"]) ? undefined : String(fields["unit"])
  document.leftOver(path, fields, ["max", "rate", "adj", "sell", "unit"])
  return {
    max: isLast || limit === undefined ? null : plain(limit),
    unit,
    price: sumOf(price ?? "0", adj ?? "0"),
    sell: sell === undefined ? undefined : plain(sell)
  }
}

/** Reads a list of periods with tiers; the price of a tier is its `rate` plus its `adj`. */
export const readStructure = (document: Document, record: Fields, field: string): Structure => {
  const value = record[field]
  if (isEmpty(value)) return []
  if (!Array.isArray(value) || !value.every(Array.isArray)) {
    document.problem(field, `is not a list of periods with lists of tiers, but ${shown(value)}`)
    return []
  }
  return value.map((tiers: ReadonlyArray<unknown>, period) => {
    if (tiers.length === 0) document.problem(`${field}[${period}]`, "has no tiers")
    return tiers.map((tier, at) => {
      const path = `${field}[${period}][${at}]`
      const fields = fieldsOf(tier)
      if (fields === undefined) document.problem(path, `${shown(tier)} is not a tier`)
      return tierOf(document, fields ?? {}, path, at === tiers.length - 1)
    })
  })
}

/** Whether nothing in a structure costs anything. */
export const isFree = (tiers: ReadonlyArray<Tier>): boolean => tiers.every((tier) => isZero(tier.price))

type Rows = ReadonlyArray<ReadonlyArray<number>>

const readMatrix = (document: Document, record: Fields, field: string, periods: number): Rows => {
  const value = record[field]
  const flat = Array.from({ length: 12 }, () => Array.from({ length: 24 }, () => 0))
  if (isEmpty(value)) {
    if (periods > 1) document.problem(field, `is missing, but there are ${periods} periods`)
    return flat
  }
  if (periods === 0) {
    document.warn(field, "is a schedule without prices; it is not in the tariff")
    return flat
  }
  const isMatrix =
    Array.isArray(value) &&
    value.length === 12 &&
    value.every((row: unknown) => Array.isArray(row) && row.length === 24)
  if (!isMatrix) {
    document.problem(field, "must be twelve months of twenty-four hours")
    return flat
  }
  const rows = value as ReadonlyArray<ReadonlyArray<unknown>>
  const wrong = rows
    .flat()
    .find((cell) => !(Number.isInteger(cell) && Number(cell) >= 0 && Number(cell) < periods))
  if (wrong !== undefined)
    document.problem(field, `refers to period ${shown(wrong)}, but there are ${periods} counted from 0`)
  return rows as Rows
}

/** The name of a period, counted from 1 as utilities do. */
export const periodName = (index: number): string => String(index + 1)

/** Reads the two schedules of a structure as a set. */
export const readSchedule = (
  document: Document,
  record: Fields,
  fields: { readonly weekday: string; readonly weekend: string },
  periods: number
): TouMatrix => ({
  kind: "matrix",
  periods: [
    { id: "1" },
    ...Array.from({ length: Math.max(0, periods - 1) }, (_, at) => ({ id: periodName(at + 1) }))
  ],
  weekday: readMatrix(document, record, fields.weekday, periods),
  weekend: readMatrix(document, record, fields.weekend, periods)
})

/** The periods there are in a month, counted from 0. */
export const periodsIn = (set: TouMatrix, month: number): ReadonlyArray<number> =>
  [...new Set([...(set.weekday[month - 1] ?? []), ...(set.weekend[month - 1] ?? [])])].toSorted(
    (a, b) => a - b
  )

/** The months of a year. */
export const months: ReadonlyArray<number> = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]

/** Months for which something is the same, in groups. */
export const monthsBy = (keyOf: (month: number) => string): ReadonlyArray<ReadonlyArray<number>> => {
  const groups = new Map<string, Array<number>>()
  for (const month of months) groups.set(keyOf(month), [...(groups.get(keyOf(month)) ?? []), month])
  return [...groups.values()]
}

/** Restricts a charge to months, unless it is about all of them. */
export const activeIn = (list: ReadonlyArray<number>) => {
  const [first, ...others] = list
  return first === undefined || list.length === 12 ? {} : { active: { months: [first, ...others] as const } }
}
