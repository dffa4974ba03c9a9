import type { Bench, Row } from "./Harness.ts"

/** A goal beside what was found. */
export interface Goal {
  readonly name: string
  readonly found: string | undefined
  readonly holds: boolean
}

/** The goals of a bench about variants that ran. */
export const goalsOf = ({ checks = [] }: Bench, rows: ReadonlyArray<Row>): ReadonlyArray<Goal> => {
  const ran = new Set(rows.map(({ variant }) => variant))
  return checks
    .filter(({ of = [] }) => of.every((variant) => ran.has(variant)))
    .map(({ found, holds, name }) => ({ name, found: found?.(rows), holds: holds(rows) }))
}

/** A number as it is printed: three digits, or all of those before the point. */
export const number = (value: number | null): string => {
  if (value === null || Number.isNaN(value)) return "–"
  return value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(3)
}

const aligned = (lines: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  return lines
    .map((line) =>
      line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
    )
    .map((line) => `${line.join("  ")}\n`)
    .join("")
}

/** What came out for every variant, with a column for everybody whose processor time was looked at. */
export const table = (rows: ReadonlyArray<Row>): string => {
  const who = [...new Set(rows.flatMap(({ processors }) => Object.keys(processors)))]
  const head = ["variant", rows[0]?.unit ?? "", "ratio", "p50 ms", "p95 ms", "p99 ms", "cpu µs", ...who]
  const cells = rows.map(({ cpu, p50, p95, p99, processors, ratio, value, variant }) => [
    variant,
    ...[value, ratio, p50, p95, p99, cpu, ...who.map((name) => processors[name] ?? null)].map(number)
  ])
  return aligned([head, ...cells])
}

/** Every goal, what was found, and whether it holds. */
export const tableOfGoals = (goals: ReadonlyArray<Goal>): string =>
  goals.length === 0
    ? ""
    : `\n${aligned([
        ["goal", "found", "holds"],
        ...goals.map(({ found, holds, name }) => [name, found ?? "", holds ? "yes" : "NO"])
      ])}`
