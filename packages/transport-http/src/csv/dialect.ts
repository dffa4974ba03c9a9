import { cellsOf } from "./records.ts"

/** How a file writes its cells. */
export interface Dialect {
  readonly separator: "," | ";" | "\t"
  readonly decimal: "point" | "comma"
}

const separators = [",", ";", "\t"] as const

/**
 * Tells from a header how its file is written: the separator that makes the most cells of it, and a decimal
 * comma where the separator is a semicolon, which is how spreadsheets write where the comma is decimal.
 */
export const dialectOf = (header: string): Dialect => {
  let best: (typeof separators)[number] = ","
  let most = 0
  for (const separator of separators) {
    const cells = cellsOf(header, separator)
    if (typeof cells !== "string" && cells.length > most) {
      most = cells.length
      best = separator
    }
  }
  return { separator: best, decimal: best === ";" ? "comma" : "point" }
}

/** The number a cell means, NaN when it means none; thousands are not set apart. */
export const numberOf = (cell: string, decimal: Dialect["decimal"]): number => {
  const shape =
    decimal === "point" ? /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/ : /^[+-]?\d+(?:,\d+)?(?:[eE][+-]?\d+)?$/
  return shape.test(cell) ? Number(cell.replace(",", ".")) : Number.NaN
}
