import { decimalOf, shifted } from "../decimals.ts"
import {
  type Document,
  type Fields,
  fieldsOf,
  isEmpty,
  requireFields,
  requireList,
  shown
} from "../Document.ts"
import { refuse } from "../NotImported.ts"

/** A price or standing charge as published: in pounds, both ways, from an instant to another or on and on. */
export interface Entry {
  readonly from: number
  readonly to: number
  readonly without: string
  readonly including: string
}

/** How a customer pays, as Octopus writes it. */
export type PaymentMethod = "DIRECT_DEBIT" | "NON_DIRECT_DEBIT"

interface Read extends Entry {
  readonly method: string | undefined
}

const instantOf = (document: Document, value: unknown, open: number, path: string): number => {
  if (isEmpty(value)) return open
  const isTime =
    typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(value)
  const instant = isTime ? Date.parse(value) : Number.NaN
  if (Number.isNaN(instant))
    document.problem(path, `${shown(value)} is not a time such as "2026-01-01T00:00:00Z"`)
  return instant
}

/** Pence to pounds, exactly. */
const pounds = (document: Document, fields: Fields, name: string, path: string): string => {
  const pence = decimalOf(fields[name])
  if (pence === undefined)
    document.problem(`${path}.${name}`, `${shown(fields[name])} is not a number of pence`)
  return shifted(pence ?? "0", 2)
}

const entryOf = (document: Document, value: unknown, path: string): Read => {
  const fields = fieldsOf(value) ?? {}
  document.leftOver(path.replace(/\[\d+\]$/, "[]"), fields, [
    "value_exc_vat",
    "value_inc_vat",
    "valid_from",
    "valid_to",
    "payment_method"
  ])
  const from = instantOf(document, fields["valid_from"], Number.NEGATIVE_INFINITY, `${path}.valid_from`)
  const to = instantOf(document, fields["valid_to"], Number.POSITIVE_INFINITY, `${path}.valid_to`)
  if (to <= from) document.problem(path, "valid_to must be after valid_from")
  return {
    from,
    to,
    without: pounds(document, fields, "value_exc_vat", path),
    including: pounds(document, fields, "value_inc_vat", path),
    method: isEmpty(fields["payment_method"]) ? undefined : String(fields["payment_method"])
  }
}

/** All results of an answer and its further pages; a page that is missing ends the import. */
const resultsOf = (document: Document, pages: unknown, path: string): ReadonlyArray<Read> => {
  const list = Array.isArray(pages) ? pages : [pages]
  let count = 0
  const found = list.flatMap((page, at) => {
    const where = list.length > 1 ? `${path}[${at}]` : path
    const fields = requireFields(page, where, "an answer with results")
    document.leftOver(where, fields, ["count", "next", "previous", "results"])
    count = typeof fields["count"] === "number" ? fields["count"] : count
    if (at === list.length - 1 && !isEmpty(fields["next"]))
      refuse("incomplete", `${where}.next`, "there is another page; give all pages as a list")
    if (at === 0 && !isEmpty(fields["previous"]))
      refuse("incomplete", `${where}.previous`, "there is a page before the first one given")
    return requireList(fields["results"], `${where}.results`, "a list of prices").map((one, index) =>
      entryOf(document, one, `${where}.results[${index}]`)
    )
  })
  if (count > 0 && count !== found.length)
    refuse("incomplete", `${path}.count`, `is ${count}, but the pages have ${found.length} results`)
  return found
}

/** The entries for one way to pay, later ones over earlier ones, in order of time. */
export const readEntries = (
  document: Document,
  pages: unknown,
  path: string,
  wanted: PaymentMethod | undefined
): ReadonlyArray<Entry> => {
  const all = resultsOf(document, pages, path)
  document.end()
  const methods = [...new Set(all.flatMap((one) => (one.method === undefined ? [] : [one.method])))]
  const method = wanted ?? (methods.includes("DIRECT_DEBIT") ? "DIRECT_DEBIT" : methods[0])
  if (method !== undefined && methods.length > 0 && !methods.includes(method))
    refuse(
      "noData",
      `${path}.payment_method`,
      `there are no prices for ${method}, only for ${methods.join(", ")}`
    )
  const others = methods.filter((one) => one !== method)
  if (others.length > 0)
    document.warn(
      `${path}.payment_method`,
      `prices for ${others.join(", ")} are left out; ${method} is taken`
    )
  const sorted = all
    .filter((one) => one.method === undefined || one.method === method)
    .toSorted((one, other) => one.from - other.from)
  return cut(document, sorted, path)
}

/** Ends each entry where the next begins, if that is earlier. */
const cut = (document: Document, sorted: ReadonlyArray<Read>, path: string): ReadonlyArray<Entry> =>
  sorted.flatMap(({ from, including, to, without }, at): ReadonlyArray<Entry> => {
    const next = sorted[at + 1]
    if (next === undefined || next.from >= to) return [{ from, to, without, including }]
    if (next.without !== without || next.including !== including || next.from === from) {
      const isSame = next.from === from && next.to === to && next.without === without
      const what = isSame ? "are there twice" : "overlap; the one that begins later, or stands later, holds"
      document.warn(path, `some prices ${what}`)
    }
    return next.from > from ? [{ from, to: next.from, without, including }] : []
  })
