/** A cell is one line or several. */
export type Cell = ReadonlyArray<string>

/** A column: its title, and whether it gives way when the screen is narrow. */
export interface Column {
  readonly title: string
  readonly isFlexible?: boolean
}

const gap = "  "
const narrowest = 12

/** What a device sends may hold anything, also what moves the cursor of a terminal. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?")

const wrap = (text: string, width: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ""
  for (const word of text
    .split(" ")
    .flatMap((word) => word.match(new RegExp(`.{1,${width}}`, "gu")) ?? [""])) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === "" ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/** The widths of the columns: as wide as what is in them, as far as the screen allows. */
const widthsOf = (
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<Cell>>,
  width: number
): ReadonlyArray<number> => {
  const wanted = columns.map(({ title }, i) =>
    Math.max(title.length, ...rows.flatMap((row) => (row[i] ?? []).map((line) => line.length)))
  )
  const sum = () => wanted.reduce((total, one) => total + one, gap.length * (columns.length - 1))
  while (sum() > width) {
    const flexible = columns.map(({ isFlexible }, i) => (isFlexible === true ? (wanted[i] ?? 0) : 0))
    const widest = flexible.indexOf(Math.max(...flexible))
    if ((flexible[widest] ?? 0) <= narrowest) break
    wanted[widest] = (wanted[widest] ?? 0) - 1
  }
  return wanted
}

/** Sets rows out in columns, no wider than the screen where that is possible. */
export const tableOf = (
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<Cell>>,
  width: number
): string => {
  const clean = rows.map((row) => row.map((cell) => cell.map(printable)))
  const widths = widthsOf(columns, clean, width)
  const lineOf = (cells: ReadonlyArray<string>) =>
    cells
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join(gap)
      .trimEnd()
  const lines = [lineOf(columns.map(({ title }) => title))]
  for (const row of clean) {
    const cells = row.map((cell, i) => cell.flatMap((line) => wrap(line, widths[i] ?? line.length)))
    const height = Math.max(...cells.map((cell) => cell.length))
    for (let i = 0; i < height; i++) lines.push(lineOf(cells.map((cell) => cell[i] ?? "")))
  }
  return lines.join("\n")
}
