import type { Charge } from "../../model/charge/Charge.ts"
import { isZero, plain } from "../decimals.ts"
import { type Document, type Fields, isEmpty } from "../Document.ts"

type Per = "day" | "month" | "year"

const periods: Readonly<Record<string, Per>> = { "$/day": "day", "$/month": "month", "$/year": "year" }

const perOf = (document: Document, record: Fields, field: string): Per => {
  if (isEmpty(record[field])) {
    document.warn(field, "is missing; the amount is taken as $/month")
    return "month"
  }
  const per = periods[String(record[field])]
  if (per === undefined) document.problem(field, `"${String(record[field])}" is not $/day, $/month or $/year`)
  return per ?? "month"
}

const fixed = (id: string, amount: string | undefined, per: Per): ReadonlyArray<Charge> =>
  amount === undefined || isZero(amount)
    ? []
    : [
        {
          kind: "fixed",
          id,
          label: "Fixed charge",
          group: "network",
          amount: plain(amount),
          per,
          prorate: "days"
        }
      ]

const minimum = (
  document: Document,
  field: string,
  id: string,
  amount: string | undefined,
  per: Per
): ReadonlyArray<Charge> => {
  if (amount === undefined || isZero(amount)) return []
  if (amount.startsWith("-")) document.problem(field, `a minimum cannot be ${amount}`)
  document.warn(field, "is a minimum of all charges after credits; the record does not say of which")
  return [
    {
      kind: "minimum",
      id,
      label: "Minimum charge",
      group: "other",
      amount: plain(amount),
      per,
      base: {},
      credits: "after"
    }
  ]
}

/** Amounts that do not depend on energy: the fixed charge and the minimums, also in their older spellings. */
export const otherCharges = (document: Document, record: Fields): ReadonlyArray<Charge> => {
  const number = (field: string) => document.decimal(record, field, field)
  const first = number("fixedchargefirstmeter")
  const older = number("fixedmonthlycharge")
  const least = number("mincharge")
  const olderLeast = number("minmonthlycharge")
  const more = number("fixedchargeeaaddl")
  if (first !== undefined && older !== undefined)
    document.warn("fixedmonthlycharge", "is left out; fixedchargefirstmeter is taken")
  if (least !== undefined && olderLeast !== undefined)
    document.warn("minmonthlycharge", "is left out; mincharge is taken")
  if (more !== undefined && !isZero(more))
    document.warn("fixedchargeeaaddl", `is ${more} for each further meter; bills are of one meter`)
  return [
    ...(first === undefined
      ? fixed("fixed", older, "month")
      : fixed("fixed", first, perOf(document, record, "fixedchargeunits"))),
    ...(least === undefined
      ? minimum(document, "minmonthlycharge", "minimum", olderLeast, "month")
      : minimum(document, "mincharge", "minimum", least, perOf(document, record, "minchargeunits"))),
    ...minimum(document, "annualmincharge", "minimum-year", number("annualmincharge"), "year")
  ]
}
