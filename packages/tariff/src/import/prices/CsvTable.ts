import { refuse } from "../NotImported.ts"
import { MOST_CHARACTERS } from "./Xml.ts"

/** A row of a file with the line it begins on. */
export interface Row {
  readonly line: number
  readonly cells: ReadonlyArray<string>
}

/** The separator that is most frequent in the first line. */
export const delimiterOf = (text: string): string => {
  const [first = ""] = text.split("\n", 1)
  const counts = [";", "\t", ","].map((mark) => ({ mark, count: first.split(mark).length }))
  return counts.toSorted((one, other) => other.count - one.count)[0]!.mark
}

/** Reads rows of cells; cells in double quotes may hold separators, line ends and doubled quotes. */
export const readRows = (text: string, delimiter: string): ReadonlyArray<Row> => {
  if (text.length > MOST_CHARACTERS)
    refuse("unreadable", "", `the file is longer than ${MOST_CHARACTERS} characters`)
  const rows: Array<Row> = []
  let cells: Array<string> = []
  let line = 1
  let began = 1
  const endRow = (): void => {
    if (cells.some((cell) => cell.trim() !== "")) rows.push({ line: began, cells })
    cells = []
  }
  for (let at = text.charCodeAt(0) === 0xfeff ? 1 : 0; at <= text.length;) {
    if (cells.length === 0) began = line
    let cell = ""
    if (text[at] === '"') {
      for (;;) {
        const close = text.indexOf('"', at + 1)
        if (close < 0) refuse("unreadable", `line ${began}`, "a quotation mark is never closed")
        cell += text.slice(at + 1, close)
        at = close + 1
        if (text[at] !== '"') break
        cell += '"'
      }
      line += cell.split("\n").length - 1
    } else {
      const end = at
      while (at < text.length && text[at] !== delimiter && text[at] !== "\n") at++
      cell = text.slice(end, at)
    }
    cells.push(cell.trim())
    const mark = text[at]
    if (mark === "\r" && text[at + 1] === "\n") at++
    if (text[at] === "\n" || at >= text.length) {
      endRow()
      line++
    } else if (mark !== delimiter)
      refuse("unreadable", `line ${line}`, "text follows a closing quotation mark")
    at++
  }
  return rows
}
