import type { ChannelName, DeviceId, TimeZone } from "@wattkit/core"
import {
  cellsOf,
  type Column,
  columnsOf,
  CsvReader,
  type Dialect,
  dialectOf,
  LocalTimes,
  type LocalTimesState,
  NdjsonReader,
  type Place,
  recordEnd,
  type RowReader,
  type RowSink
} from "@wattkit/transport-http"
import { Effect, Result } from "effect"
import { StartError } from "../../StartError.ts"

/** How a file is to be read, as far as somebody said it. */
export interface Reading {
  readonly format: "csv" | "ndjson" | undefined
  readonly columns: Readonly<Record<string, string>>
  readonly decimal: Dialect["decimal"] | undefined
  readonly separator: Dialect["separator"] | undefined
  readonly zone: TimeZone.TimeZone | undefined
  readonly deviceId: DeviceId | undefined
  readonly channel: ChannelName | undefined
}

/** A file whose first bytes were understood. */
export interface Understood {
  /** Says to a person how the file is read. */
  readonly description: string
  /** Where its first row begins. */
  readonly from: Place
  readonly make: (from: Place, localTimes: LocalTimesState, sink: RowSink) => RowReader
  /** Asked after the reading: times that occurred twice, and what tells the next reader how to go on. */
  readonly localTimes: () => LocalTimes | undefined
}

const byName = (path: string): Reading["format"] => {
  const name = path.toLowerCase().replace(/\.gz$/, "")
  if (/\.(ndjson|jsonl)$/.test(name)) return "ndjson"
  return /\.(csv|tsv|txt)$/.test(name) ? "csv" : undefined
}

const markLength = (head: Uint8Array): number =>
  head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0

const names = { ",": "commas", ";": "semicolons", "\t": "tabs" } as const

const describe = (columns: ReadonlyArray<Column>, { decimal, separator }: Dialect, zone?: string): string => {
  const unused = columns.filter(({ kind }) => kind === "unused").map(({ header }) => `"${header}"`)
  const parts = [`CSV with ${names[separator]} and a decimal ${decimal}`]
  if (zone !== undefined) parts.push(`times without offset are of ${zone}`)
  if (unused.length > 0) parts.push(`not used: ${unused.slice(0, 8).join(", ")}`)
  return parts.join("; ")
}

const headerOf = (path: string, head: Uint8Array) => {
  const begin = markLength(head)
  // The separator is not known yet; no other byte than a quote after one of them opens a quote.
  const record = [44, 59, 9]
    .map((separator) => recordEnd(head, begin, separator, true))
    .reduce((one, other) => ((other?.next ?? 0) > (one?.next ?? 0) ? other : one))
  const bytes = head.subarray(begin, record?.end ?? begin)
  if (bytes.length === 0) return Effect.fail(new StartError({ message: `${path} is empty.` }))
  return Effect.try({
    try: () => ({
      text: new TextDecoder("utf-8", { fatal: true }).decode(bytes),
      from: { offset: record?.next ?? 0, line: 1 + (record?.lines ?? 1) }
    }),
    catch: () =>
      new StartError({
        message:
          `${path} does not begin with a header in UTF-8; change it first, as with ` +
          `"iconv -f WINDOWS-1252 -t UTF-8".`
      })
  })
}

const understandCsv = Effect.fnUntraced(function* (path: string, head: Uint8Array, given: Reading) {
  const { from, text } = yield* headerOf(path, head)
  const guess = dialectOf(text)
  const separator = given.separator ?? guess.separator
  const decimal = given.decimal ?? (separator === ";" ? "comma" : "point")
  const dialect = { separator, decimal }
  const cells = cellsOf(text, separator)
  const columns = typeof cells === "string" ? undefined : columnsOf(cells, given.columns)
  if (columns === undefined || Result.isFailure(columns)) {
    const why = columns === undefined ? `the header ${String(cells)}` : columns.failure.message
    return yield* new StartError({ message: `${path}: ${why}.` })
  }
  let localTimes: LocalTimes | undefined
  const understood: Understood = {
    description: describe(columns.success, dialect, given.zone),
    from,
    make: (place, state, sink) => {
      localTimes = given.zone === undefined ? undefined : new LocalTimes(given.zone, state)
      const defaults = { deviceId: given.deviceId, channel: given.channel }
      return new CsvReader({ columns: columns.success, dialect, defaults, localTimes, from: place }, sink)
    },
    localTimes: () => localTimes
  }
  return understood
})

/** Understands a file by its name, its first bytes and what was said of it. */
export const understand = Effect.fnUntraced(function* (path: string, head: Uint8Array, given: Reading) {
  const first = head[markLength(head)]
  const format = given.format ?? byName(path) ?? (first === 123 ? "ndjson" : "csv")
  if (format === "csv") return yield* understandCsv(path, head, given)
  const isForCsv = Object.keys(given.columns).length > 0 || given.zone !== undefined
  if (isForCsv || given.decimal !== undefined || given.separator !== undefined) {
    const message = `${path} is NDJSON; --columns, --zone, --decimal and --separator are for CSV.`
    return yield* new StartError({ message })
  }
  const defaults = { deviceId: given.deviceId, channel: given.channel }
  const understood: Understood = {
    description: "NDJSON",
    from: { offset: markLength(head), line: 1 },
    make: (from, _, sink) => new NdjsonReader({ defaults, from }, sink),
    localTimes: () => undefined
  }
  return understood
})
