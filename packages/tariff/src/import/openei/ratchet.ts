import type { Ratchet } from "../../model/charge/DemandCharge.ts"
import * as Scaled from "../../exact/Scaled.ts"
import { type Document, type Fields, isEmpty, shown } from "../Document.ts"
import { isZero } from "../decimals.ts"
import { months } from "./Schedule.ts"

/** Shares are written as 0.8 or as 80; both are read. */
const percentOf = (document: Document, text: string, field: string): string => {
  if (Number(text) < 0 || Number(text) > 100) document.problem(field, `${text} is not a share of demand`)
  if (Number(text) <= 1) return Scaled.format(Scaled.parse(text, 12) * 100n, 12)
  document.warn(field, `${text} is taken as percent, since a share is not above 1`)
  return text
}

/** Twelve yes or no, January first. */
const flagged = (document: Document, value: unknown): ReadonlyArray<number> => {
  if (isEmpty(value)) return []
  if (!Array.isArray(value) || value.length !== 12) {
    document.problem("lookbackMonths", `must be twelve entries of 0 or 1, January first, not ${shown(value)}`)
    return []
  }
  return months.filter((month) => value[month - 1] === true || Number(value[month - 1]) === 1)
}

const backOf = (
  document: Document,
  record: Fields
): { readonly back: number; readonly from: ReadonlyArray<number> } => {
  const field = "lookbackRange"
  const from = flagged(document, record["lookbackMonths"])
  const text = document.decimal(record, field, field) ?? "0"
  const back = Number(text)
  if (!Number.isInteger(back) || back < 0 || back > 24)
    document.problem(field, `${text} is not 0 to 24 months`)
  if (back > 0 && from.length > 0) {
    document.warn("lookbackMonths", "is given beside lookbackRange; only these months within it count")
    return { back, from }
  }
  return { back: back > 0 ? back : 11, from }
}

/**
 * What earlier demand counts: `lookbackPercent` of the last `lookbackRange` months, or of those of the last
 * eleven that `lookbackMonths` names; else `demandratchetpercentage` of each of the last eleven.
 */
export const ratchetOf = (document: Document, record: Fields): Ratchet | undefined => {
  const share = document.decimal(record, "lookbackPercent", "lookbackPercent")
  const list = record["demandratchetpercentage"]
  if (share !== undefined && !isZero(share)) {
    const percent = percentOf(document, share, "lookbackPercent")
    const { back, from } = backOf(document, record)
    if (!isEmpty(list)) document.warn("demandratchetpercentage", "is left out; lookbackPercent is taken")
    if (isEmpty(record["lookbackRange"]) && from.length === 0)
      document.warn("lookbackRange", "is missing, and no month is named; all of the last eleven months count")
    const [first, ...others] = from
    return {
      percent,
      lookbackMonths: Math.max(1, back),
      ...(first === undefined ? {} : { sourceMonths: [first, ...others] }),
      useActual: true
    }
  }
  for (const field of ["lookbackMonths", "lookbackRange"]) {
    if (!isEmpty(record[field]) && [record[field]].flat().some((one) => Number(one) !== 0))
      document.warn(field, "has no lookbackPercent, so no earlier demand counts")
  }
  if (isEmpty(list)) return undefined
  if (!Array.isArray(list) || list.length !== 12) {
    document.problem("demandratchetpercentage", `must be twelve numbers, January first, not ${shown(list)}`)
    return undefined
  }
  const field = "demandratchetpercentage"
  const percent = list.map((one, at) =>
    percentOf(document, document.decimal({ one }, "one", `${field}[${at}]`) ?? "0", `${field}[${at}]`)
  )
  return percent.every(isZero) ? undefined : { percent, lookbackMonths: 11, useActual: true }
}
