import { PgTypes } from "@effect/sql-pg"
import type { ChannelReadings } from "@wattkit/core"
import { Effect } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import * as Arrays from "./arrayBytes.ts"
import { type Column, columnOf } from "./Kind.ts"
import * as Parameters from "../parameters.ts"
import { readingsQuery } from "./readingsQuery.ts"
import * as Task from "./Task.ts"

type Row = Readonly<Record<string, Uint8Array | number | boolean | Date | null>>

/** What was read for a task: its cells, the readings in them, and their neighbours. */
export interface Fetched {
  readonly lo: number
  readonly hi: number
  /** The end of all cells of the task; `hi` is less when it was cut. */
  readonly wholeHi: number
  /** Whether no reading, and no energy between readings, is in the cells. */
  readonly isEmpty: boolean
  /** Undefined when there are more readings inside than were read. */
  readonly readings: ChannelReadings.ChannelReadings | undefined
  /** Whether fewer readings than asked for were found before or after, in any column that is judged. */
  readonly isShortBefore: boolean
  readonly isShortAfter: boolean
  /** Whether there are none to be found but those that were, in every column. */
  readonly isAllBefore: boolean
  readonly isAllAfter: boolean
}

/** Some readings of a channel, with the columns that were asked of them. */
interface Part {
  readonly at: Float64Array
  readonly columns: ReadonlyMap<Column, Float64Array>
  readonly edited: Float64Array
}

const bytesOf = (row: Row, name: string): Uint8Array | null => {
  const value = row[name]
  return value instanceof Uint8Array ? value : null
}

const partOf = (row: Row, prefix: string, columns: ReadonlyArray<Column>, isBackwards = false): Part => {
  const times = bytesOf(row, `${prefix}_at`)
  const count = Arrays.countOf(times)
  const place = (): Arrays.Place => ({
    target: new Float64Array(count),
    offset: isBackwards ? count - 1 : 0,
    step: isBackwards ? -1 : 1
  })
  const read = (bytes: Uint8Array | null, isInstant: boolean): Float64Array => {
    const to = place()
    if (isInstant) Arrays.putInstants(bytes, to)
    else Arrays.putNumbers(bytes, to)
    return to.target
  }
  return {
    at: read(times, true),
    columns: new Map(
      columns.map((name) => [name, read(bytesOf(row, `${prefix}_${columnOf[name]}`), name === "since")])
    ),
    edited: Arrays.instants(bytesOf(row, `${prefix}_edited`))
  }
}

/** The instants of two parts, each once, in their order. */
const unionOf = (a: Float64Array, b: Float64Array): Float64Array => {
  if (a.length === b.length && a.every((instant, i) => instant === b[i])) return a
  return Float64Array.from(new Set([...a, ...b])).sort()
}

/** The parts of one side as one: each column where its own part has it. */
const together = (parts: ReadonlyArray<Part>): Part => {
  const [first, second] = parts
  if (first === undefined) return { at: new Float64Array(0), columns: new Map(), edited: new Float64Array(0) }
  if (second === undefined) return first
  const at = unionOf(first.at, second.at)
  const columns = new Map<Column, Float64Array>()
  for (const part of parts) {
    for (const [name, values] of part.columns) {
      if (part.at.length === at.length) {
        columns.set(name, values)
        continue
      }
      const spread = new Float64Array(at.length).fill(Number.NaN)
      let i = 0
      for (let to = 0; to < at.length && i < part.at.length; to++) {
        if (at[to] === part.at[i]) spread[to] = values[i++]!
      }
      columns.set(name, spread)
    }
  }
  return { at, columns, edited: unionOf(first.edited, second.edited) }
}

/** Columns nothing was read of are all the same, as long as they need to be. */
let nothing = new Float64Array(0)
const nothingOf = (length: number): Float64Array => {
  if (nothing.length < length) nothing = new Float64Array(length * 2).fill(Number.NaN)
  return nothing.subarray(0, length)
}

/** Where an instant stands among others in their order. */
const placeOf = (at: Float64Array, instant: number): number => {
  let [low, high] = [0, at.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (at[middle]! < instant) low = middle + 1
    else high = middle
  }
  return low
}

const joined = (before: Part, inside: Part, after: Part): ChannelReadings.ChannelReadings => {
  const parts = [before, inside, after]
  const length = before.at.length + inside.at.length + after.at.length
  const join = (of: (part: Part) => Float64Array | undefined): Float64Array => {
    const column = new Float64Array(length).fill(Number.NaN)
    let offset = 0
    for (const part of parts) {
      const values = of(part)
      if (values !== undefined) column.set(values, offset)
      offset += part.at.length
    }
    return column
  }
  const column = (name: Column): Float64Array =>
    inside.columns.has(name) ? join(({ columns }) => columns.get(name)) : nothingOf(length)
  const at = join((part) => part.at)
  const edited = new Uint8Array(length)
  for (const part of parts) for (const instant of part.edited) edited[placeOf(at, instant)] = 1
  return {
    at,
    edited,
    importWh: column("importWh"),
    exportWh: column("exportWh"),
    importDeltaWh: column("importDeltaWh"),
    exportDeltaWh: column("exportDeltaWh"),
    since: column("since"),
    powerW: column("powerW")
  }
}

const millis = (value: Row[string] | undefined): number =>
  value instanceof Date ? value.getTime() : Number.NaN

const fetchedOf = (
  task: Task.Task,
  row: Row,
  { high, low, most }: { readonly high: number; readonly low: number; readonly most: number }
): Fetched => {
  const { kind, newest } = task.channel
  const [reach, context] = [Task.reachOf(task), Task.contextOf(task)]
  const befores = kind.bases.map(({ columns }, i) => partOf(row, `before${i}`, columns, true))
  const afters = kind.bases.map(({ columns }, i) => partOf(row, `after${i}`, columns))
  const isShort = (parts: ReadonlyArray<Part>, side: string) =>
    parts.some(({ at }, i) => at.length < context || Number(row[`reached_${side}${i}`]) < reach)
  const isAll = (parts: ReadonlyArray<Part>) => parts.every(({ at }) => at.length < context)
  const seesBegin = Task.isFarthest(task) || (task.first !== null && low <= task.first)
  const seesEnd = Task.isFarthest(task) || newest < high
  const inside = partOf(row, "inside", kind.columns)
  const isOver = !task.isCut && inside.at.length > most
  const isShortAfter = isShort(afters, "after")
  return {
    lo: millis(row["lo"]),
    hi: millis(row["hi"]),
    wholeHi: millis(row["whole_hi"]),
    isEmpty: row["is_empty"] === true,
    readings: isOver ? undefined : joined(together(befores), inside, together(afters)),
    isShortBefore: !seesBegin && isShort(befores, "before"),
    isShortAfter: !seesEnd && isShortAfter,
    isAllBefore: seesBegin && isAll(befores),
    isAllAfter: seesEnd && isAll(afters)
  }
}

/** Reads what the tasks of one wave need, in their order. */
export const fetchReadings = (
  sql: SqlClient.SqlClient,
  wave: ReadonlyArray<Task.Task>,
  finalBefore: number
): Effect.Effect<ReadonlyArray<() => Fetched>, SqlError.SqlError> => {
  const first = wave[0]
  if (first === undefined) return Effect.succeed([])
  const bounds = wave.map(Task.boundsOf)
  const low = bounds.reduce((least, bound) => Math.min(least, bound.low), Infinity)
  const high = bounds.reduce((most, bound) => Math.max(most, bound.high), -Infinity)
  const most = wave.reduce((inside, task) => Math.max(inside, Task.insideOf(task)), 0)
  // Not prepared, because only a plan for these bounds leaves out the days outside them.
  const rows = sql.unsafe<Row>(readingsQuery(first.channel.kind, first.isCut), [
    Parameters.numbers(wave.map(({ channel }) => channel.key)),
    Parameters.instants(wave.map(({ since }) => since)),
    Parameters.instants(wave.map(({ until }) => until)),
    Parameters.instants(wave.map(({ lo }) => lo)),
    PgTypes.int4(Task.reachOf(first)),
    PgTypes.int4(Task.contextOf(first)),
    PgTypes.int4(most),
    PgTypes.timestamptz(low),
    PgTypes.timestamptz(high),
    PgTypes.timestamptz(finalBefore)
  ]).unprepared
  return Effect.map(rows, (found) => {
    const byPlace = new Map(found.map((row) => [Number(row["place"]), row]))
    return wave.map((task, i) => () => fetchedOf(task, byPlace.get(i + 1) ?? {}, { high, low, most }))
  })
}
