import { type DeviceReading, mainChannel, type QuantityName, quantities } from "@wattkit/core"
import { Ids, instantIn, joined, numberIn } from "../plainBytes.ts"
import { type Draft, least, most, setSince, type Place, type RowReader, type RowSink } from "../Row.ts"
import type { Column } from "./columns.ts"
import { type CsvOptions, CsvRow } from "./CsvRow.ts"
import { recordEnd } from "./records.ts"

const op = { device: 0, channel: 1, at: 2, since: 3, quantity: 4, extra: 5, empty: 6, unused: 7 } as const
const opcodes: { readonly [kind in Column["kind"]]: number } = {
  device: op.device,
  channel: op.channel,
  at: op.at,
  since: op.since,
  quantity: op.quantity,
  extra: op.extra,
  extras: op.empty,
  unused: op.unused
}

/** The row is not plain, or not whole yet. */
const NOT_PLAIN = -1

/** A cell that nobody reads must still be one: no quotes, no bytes that may not be UTF-8. */
const isPlain = (bytes: Uint8Array, from: number, to: number): boolean => {
  for (let i = from; i < to; i++) if (bytes[i]! >= 128 || bytes[i] === 34) return false
  return true
}

const isReturn = (bytes: Uint8Array, at: number): boolean => bytes[at] === 13 && bytes[at + 1] === 10

/**
 * Reads the rows of a CSV file as its bytes come.
 *
 * A plain row, which is nearly every row of a large file, becomes a reading straight from its bytes. Any
 * other, and any that is wrong, is read as text and judged by the schema of readings.
 */
export class CsvReader implements RowReader {
  readonly #sink: RowSink
  readonly #options: CsvOptions
  readonly #row: CsvRow
  readonly #ids = new Ids()
  readonly #codes: ReadonlyArray<number>
  readonly #names: ReadonlyArray<QuantityName | "">
  readonly #least: ReadonlyArray<number>
  readonly #most: ReadonlyArray<number>
  readonly #separator: number
  readonly #point: number
  #bytes: Uint8Array = new Uint8Array(0)
  #offset: number
  #line: number
  #draft: Draft = { deviceId: "", at: 0, channel: "" }

  constructor(options: CsvOptions, sink: RowSink) {
    this.#sink = sink
    this.#options = options
    this.#row = new CsvRow(options)
    this.#codes = options.columns.map(({ kind }) => opcodes[kind])
    this.#names = options.columns.map((column) => (column.kind === "quantity" ? column.name : ""))
    const limit = (limits: ReadonlyArray<number>) =>
      this.#names.map((name) => (name === "" ? 0 : limits[quantities.indexOf(name)]!))
    this.#least = limit(least)
    this.#most = limit(most)
    this.#separator = options.dialect.separator.charCodeAt(0)
    this.#point = options.dialect.decimal === "comma" ? 44 : 46
    this.#offset = options.from.offset
    this.#line = options.from.line
  }

  push(chunk: Uint8Array): void {
    this.#bytes = joined(this.#bytes, chunk)
    this.#read(false)
  }

  end(): void {
    this.#read(true)
  }

  place(): Place {
    return { offset: this.#offset, line: this.#line }
  }

  #read(isLast: boolean): void {
    const bytes = this.#bytes
    const { localTimes, thoroughly } = this.#options
    let at = 0
    while (at < bytes.length) {
      const next = thoroughly === true ? NOT_PLAIN : this.#plain(bytes, at)
      if (next !== NOT_PLAIN) {
        const reading = this.#draft as DeviceReading
        localTimes?.note(reading.at, this.#channel)
        this.#sink.reading(reading, this.#line)
        this.#line++
        at = next
        continue
      }
      const record = recordEnd(bytes, at, this.#separator, isLast)
      if (record === undefined) break
      this.#row.judge(bytes.subarray(at, record.end), this.#line, this.#sink)
      this.#line += record.lines
      at = record.next
    }
    this.#offset += at
    this.#bytes = bytes.slice(at)
  }

  readonly #channel = (): string => `${this.#draft.deviceId} ${this.#draft.channel}`

  /** Reads the row that begins at `from` into the draft and answers where the next one begins. */
  #plain(bytes: Uint8Array, from: number): number {
    const { defaults, localTimes } = this.#options
    const codes = this.#codes
    const size = bytes.length
    const draft: Draft = {
      deviceId: defaults.deviceId ?? "",
      at: Number.NaN,
      channel: defaults.channel ?? mainChannel
    }
    this.#draft = draft
    let atFrom = 0
    let atTo = 0
    let since = Number.NaN
    let said = 0
    let at = from
    for (let i = 0; ; i++) {
      const start = at
      let byte = 10
      while (at < size && (byte = bytes[at]!) !== this.#separator && byte !== 10) at++
      if (at >= size) return NOT_PLAIN
      const end = byte === 10 && at > start && isReturn(bytes, at - 1) ? at - 1 : at
      const code = codes[i]
      if (code === undefined) return NOT_PLAIN
      if (end === start) {
        if (code <= op.at && code !== op.channel) return NOT_PLAIN
      } else if (code === op.quantity) {
        if (!this.#quantity(draft, i, bytes, start, end)) return NOT_PLAIN
        said++
      } else if (code === op.at) {
        atFrom = start
        atTo = end
      } else if (code === op.device || code === op.channel) {
        const id = this.#ids.find(bytes, start, end)
        if (id === undefined) return NOT_PLAIN
        if (code === op.device) draft.deviceId = id
        else draft.channel = id
      } else if (code === op.since) {
        since = instantIn(bytes, start, end)
        if (Number.isNaN(since)) return NOT_PLAIN
      } else if (code !== op.unused || !isPlain(bytes, start, end)) return NOT_PLAIN
      at++
      if (byte === 10) {
        if (i !== codes.length - 1) return NOT_PLAIN
        break
      }
    }
    draft.at = instantIn(bytes, atFrom, atTo)
    if (Number.isNaN(draft.at) && localTimes !== undefined) {
      draft.at = localTimes.read(bytes, atFrom, atTo, this.#channel)
    }
    if (said === 0 || draft.deviceId === "" || Number.isNaN(draft.at)) return NOT_PLAIN
    return Number.isNaN(since) || setSince(draft, since) ? at : NOT_PLAIN
  }

  #quantity(draft: Draft, i: number, bytes: Uint8Array, start: number, end: number): boolean {
    const value = numberIn(bytes, start, end, this.#point)
    const column = this.#options.columns[i]!
    const converted =
      column.kind === "quantity" && column.convert !== undefined ? column.convert(value) : value
    // NaN is within no limits either.
    if (!(converted >= this.#least[i]! && converted <= this.#most[i]!)) return false
    draft[this.#names[i] as QuantityName] = converted
    return true
  }
}
