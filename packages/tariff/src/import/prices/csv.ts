import { decimalOf, shifted } from "../decimals.ts"
import { Document } from "../Document.ts"
import type { ImportedPrices } from "../Imported.ts"
import { refuse } from "../NotImported.ts"
import { type Published, assemble } from "./assemble.ts"
import { type Row, delimiterOf, readRows } from "./CsvTable.ts"
import { type Written, instantsAt, readTime, requireClock } from "./LocalTimes.ts"

/** A column by its title, or by its number from 0 in a file without titles. */
export type CsvColumn = string | number

/** How a file of prices is read. */
export interface CsvOptions {
  readonly id: string
  readonly columns: { readonly start: CsvColumn; readonly end?: CsvColumn; readonly price: CsvColumn }
  readonly currency: string
  readonly per: "kWh" | "MWh"
  /** Prices are in hundredths of the currency, such as cents. */
  readonly cents?: boolean
  /** The most frequent of `;`, tab and `,` in the first line unless said. */
  readonly delimiter?: ";" | "," | "\t"
  readonly decimal?: "." | ","
  /** The zone of times that are written without an offset. */
  readonly timeZone?: string
  /** How long a price holds, in a file without an end column; the shortest step of the file unless said. */
  readonly minutes?: number
}

interface Timed {
  readonly row: Row
  readonly start: Written
  readonly end: Written | undefined
}

const columnAt = (options: CsvOptions, titles: ReadonlyArray<string>, name: "start" | "end" | "price") => {
  const column = options.columns[name]
  if (column === undefined) return -1
  if (typeof column === "number") return column
  const at = titles.indexOf(column)
  const have = titles.map((title) => `"${title}"`).join(", ")
  return at >= 0 ? at : refuse("unreadable", "line 1", `there is no column "${column}", only ${have}`)
}

/**
 * Times of rows become instants; a wall-clock time that is there twice is first the one before the change.
 */
class Times {
  private readonly seen = new Map<number, number>()
  private readonly document: Document
  private readonly zone: string | undefined

  constructor(document: Document, zone: string | undefined) {
    this.document = document
    this.zone = zone
  }

  instant(time: Written, line: number): number {
    if ("instant" in time) return time.instant
    if (this.zone === undefined)
      refuse("unreadable", `line ${line}`, "the time has no offset; say which zone it is of (timeZone)")
    const found = instantsAt(requireClock(this.zone!, "timeZone"), time.local)
    if (found.length === 0) {
      const said = new Date(time.local).toISOString().slice(0, 16).replace("T", " ")
      this.document.problem(
        `line ${line}`,
        `${said} does not exist in ${this.zone}: the clock was put forward`
      )
      return 0
    }
    const count = this.seen.get(time.local) ?? 0
    this.seen.set(time.local, count + 1)
    return found[Math.min(count, found.length - 1)]!
  }

  /** The end of a row; in the hours around a change the wall clock only says how long the row is. */
  endAfter(startAt: number, start: Written, end: Written, line: number): number {
    if ("local" in start && "local" in end && end.local > start.local && this.zone !== undefined) {
      const clock = requireClock(this.zone, "timeZone")
      const isUnclear = instantsAt(clock, start.local).length > 1 || instantsAt(clock, end.local).length === 0
      if (isUnclear) return startAt + end.local - start.local
    }
    return this.instant(end, line)
  }

  /** Warns of times that are there once on a day the clock was put back. */
  warnOfSingles(): void {
    for (const [local, count] of this.seen) {
      if (count > 1 || instantsAt(requireClock(this.zone!, "timeZone"), local).length < 2) continue
      this.document.warn(
        "start",
        "a time the clock shows twice is in the file once; it is taken as the first of the two"
      )
    }
  }
}

const priceOf = (document: Document, options: CsvOptions, cell: string, line: number): string | undefined => {
  const comma = options.decimal === ","
  const text = comma ? cell.replace(",", ".") : cell
  const price = comma && cell.includes(".") ? undefined : decimalOf(text)
  if (cell === "") document.warn("price", "some cells are empty; there is no price at these times")
  else if (price === undefined) {
    const hint = !comma && /^-?\d+,\d+$/.test(cell) ? '; is the decimal mark a comma (decimal: ",")?' : ""
    document.problem(`line ${line}`, `the price "${cell.slice(0, 30)}" is not a number${hint}`)
  }
  return price === undefined
    ? undefined
    : shifted(price, (options.per === "MWh" ? 3 : 0) + (options.cents === true ? 2 : 0))
}

const timed = (
  document: Document,
  rows: ReadonlyArray<Row>,
  at: { readonly start: number; readonly end: number }
): ReadonlyArray<Timed> => {
  const read = (row: Row, column: number): Written | undefined => {
    const cell = row.cells[column] ?? ""
    const time = readTime(cell)
    if (time === undefined)
      document.problem(
        `line ${row.line}`,
        `"${cell.slice(0, 40)}" is not a time such as 2026-03-29T01:00+01:00 or 29.03.2026 01:00`
      )
    return time
  }
  const found = rows.flatMap((row): ReadonlyArray<Timed> => {
    const start = read(row, at.start)
    const end = at.end < 0 ? undefined : read(row, at.end)
    return start === undefined ? [] : [{ row, start, end }]
  })
  document.end()
  const key = (one: Timed | undefined): number =>
    one === undefined ? 0 : "local" in one.start ? one.start.local : one.start.instant
  // Newest first: the hour that is there twice comes the wrong way round.
  return key(found[0]) > key(found[found.length - 1]) ? found.toReversed() : found
}

/** The shortest step between two rows. */
const shortest = (starts: ReadonlyArray<number>): number => {
  const sorted = starts.toSorted((a, b) => a - b)
  let least = Number.POSITIVE_INFINITY
  for (let i = 1; i < sorted.length; i++)
    if (sorted[i]! > sorted[i - 1]!) least = Math.min(least, sorted[i]! - sorted[i - 1]!)
  return Number.isFinite(least)
    ? least
    : refuse("unreadable", "end", "there is one price only; say how long it holds (minutes)")
}

const indexesOf = (document: Document, options: CsvOptions, titles: ReadonlyArray<string>) => {
  const at = {
    start: columnAt(options, titles, "start"),
    end: columnAt(options, titles, "end"),
    price: columnAt(options, titles, "price")
  }
  titles.forEach((title, index) => {
    if (![at.start, at.end, at.price].includes(index))
      document.warn(title === "" ? `column ${index}` : title, "is a column that is not read")
  })
  return at
}

/**
 * Reads a file of prices. Times have an offset, or are of a zone: the hour that is skipped in spring cannot
 * be in the file, and the one that is there twice in autumn is read in the order of the file.
 */
export const importCsvPrices = (text: string, options: CsvOptions): ImportedPrices => {
  const document = new Document()
  if (!/^[A-Z]{3}$/.test(options.currency))
    refuse("unreadable", "currency", `"${options.currency}" is not a currency such as EUR`)
  const rows = readRows(text, options.delimiter ?? delimiterOf(text))
  const hasTitles = Object.values(options.columns).some((column) => typeof column === "string")
  const titles = hasTitles ? (rows[0]?.cells ?? []) : []
  if (rows.length <= (hasTitles ? 1 : 0)) refuse("noData", "", "the file has no rows")
  const at = indexesOf(document, options, titles)
  const times = new Times(document, options.timeZone)
  const ends = new Times(document, options.timeZone)
  const found = timed(document, hasTitles ? rows.slice(1) : rows, at).map((one) => {
    const { line, cells } = one.row
    const start = times.instant(one.start, line)
    const end = one.end === undefined ? undefined : ends.endAfter(start, one.start, one.end, line)
    return { start, end, price: priceOf(document, options, cells[at.price] ?? "", line) }
  })
  document.end()
  times.warnOfSingles()
  const step =
    at.end >= 0
      ? 0
      : options.minutes === undefined
        ? shortest(found.map((one) => one.start))
        : options.minutes * 60_000
  const published = found.flatMap(({ end, price, start }, rank): ReadonlyArray<Published> =>
    price === undefined ? [] : [{ start, end: end ?? start + step, price, rank }]
  )
  return assemble(document, published, { id: options.id, unit: `${options.currency}/kWh`, said: {} })
}
