import * as Scaled from "../../exact/Scaled.ts"
import { refuse } from "../NotImported.ts"
import type { Entry } from "./Pages.ts"

/** Percentages that have been in force on electricity. */
const usual = ["5", "0", "20"]

const DIGITS = 20

/** Whether all prices with VAT are those without it and this percentage, but for the rounding of pence. */
const fits = (entries: ReadonlyArray<Entry>, percent: string): boolean =>
  entries.every(({ including, without }) => {
    const share = Scaled.parse(percent, 6)
    const expected = (Scaled.parse(without, DIGITS) * (100_000_000n + share)) / 100_000_000n
    const off = Scaled.parse(including, DIGITS) - expected
    // A hundredth of a penny.
    return (off < 0n ? -off : off) <= 10n ** BigInt(DIGITS - 4)
  })

/** The percentage of VAT all prices have in common. */
export const percentOf = (entries: ReadonlyArray<Entry>, path: string, given: string | undefined): string => {
  const found = (given === undefined ? usual : [given]).find((percent) => fits(entries, percent))
  return (
    found ??
    refuse(
      "refused",
      `${path}.value_inc_vat`,
      given === undefined
        ? "the prices with and without VAT do not differ by one percentage; give it (vatPercent)"
        : `the prices with and without VAT do not differ by ${given} %`
    )
  )
}
