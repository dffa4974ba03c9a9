import type { ChannelName, DeviceId, DeviceReading } from "@wattkit/core"
import { columnsOf } from "../csv/columns.ts"
import { CsvReader } from "../csv/CsvReader.ts"
import { dialectOf } from "../csv/dialect.ts"
import { cellsOf, longestRecord, recordEnd } from "../csv/records.ts"
import * as Result from "effect/Result"
import { Malformed, PayloadTooLarge } from "../errors.ts"
import { NdjsonReader } from "../ndjson/NdjsonReader.ts"
import type { RowFault, RowReader, RowSink } from "../Row.ts"

/** How much of a body of rows is read. What was read before a bound was met may be stored. */
export interface RowsLimits {
  /** Bytes as they arrive, and after decompression. */
  readonly bytes: number
  readonly inflatedBytes: number
  /** Also of lines, so that empty ones cost no more. */
  readonly rows: number
  /** Rows that are no readings; a body with more of them is meant for somebody else. */
  readonly faulty: number
}

/** What everybody starts with. None of it is ever in memory at once. */
export const rowsLimits: RowsLimits = {
  bytes: 100 * 1024 * 1024,
  inflatedBytes: 500 * 1024 * 1024,
  rows: 1_000_000,
  faulty: 1_000
}

/** How to read a body of rows. */
export interface RowsOptions {
  readonly format: "csv" | "ndjson"
  readonly isGzipped: boolean
  /** The device of rows that name none. */
  readonly deviceId?: DeviceId | undefined
  readonly channel?: ChannelName | undefined
  readonly limits?: RowsLimits | undefined
}

/** A reading or a fault, with the place of its row among all, from 0, and its line, from 1. */
export interface RowPlace {
  readonly index: number
  readonly line: number
}

/** Some rows of a body, in their order. */
export interface RowBatch {
  readonly readings: ReadonlyArray<RowPlace & { readonly reading: DeviceReading }>
  readonly faults: ReadonlyArray<RowPlace & RowFault>
}

/** So many rows make a batch. */
const batchSize = 1_000

const refused = (reason: string) =>
  new Malformed({ message: `the body ${reason}`, details: [{ field: "", reason }] })

const tooLarge = (what: string) =>
  new PayloadTooLarge({
    message: `the body ${what}; send it in smaller parts, the same rows again do no harm`
  })

async function* bounded(chunks: AsyncIterable<Uint8Array>, most: number, words: string) {
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > most) throw tooLarge(`${words} ${most} bytes`)
    yield chunk
  }
}

const isOurs = (cause: unknown) => cause instanceof Malformed || cause instanceof PayloadTooLarge

/** Unfolds gzip as it comes. */
async function* inflated(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  let failure: unknown
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: async (controller) => {
      try {
        const { done, value } = await iterator.next()
        if (done === true) controller.close()
        else controller.enqueue(new Uint8Array(value))
      } catch (cause) {
        failure = cause
        controller.error(cause)
      }
    }
  })
  const reader = source.pipeThrough(new DecompressionStream("gzip")).getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } catch {
    throw failure ?? refused("is not a complete gzip stream")
  } finally {
    await reader.cancel().catch(() => undefined)
    await iterator.return?.().catch(() => undefined)
  }
}

/** Collects what a reader finds until it is taken. */
class Collected implements RowSink {
  readonly #limits: RowsLimits
  #readings: Array<RowPlace & { readonly reading: DeviceReading }> = []
  #faults: Array<RowPlace & RowFault> = []
  #index = 0
  #faulty = 0

  constructor(limits: RowsLimits) {
    this.#limits = limits
  }

  get count(): number {
    return this.#index
  }

  get isFull(): boolean {
    return this.#readings.length >= batchSize
  }

  reading(reading: DeviceReading, line: number): void {
    this.#readings.push({ index: this.#next(), line, reading })
  }

  faults(faults: ReadonlyArray<RowFault>, line: number): void {
    const index = this.#next()
    if (++this.#faulty > this.#limits.faulty) {
      throw refused(`has more than ${this.#limits.faulty} rows that are no readings; this is line ${line}`)
    }
    for (const fault of faults) this.#faults.push({ ...fault, index, line })
  }

  take(): RowBatch {
    const batch = { readings: this.#readings, faults: this.#faults }
    this.#readings = []
    this.#faults = []
    return batch
  }

  #next(): number {
    if (this.#index >= this.#limits.rows) throw tooLarge(`has more than ${this.#limits.rows} rows`)
    return this.#index++
  }
}

const markLength = (bytes: Uint8Array): number =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0

const joined = (one: Uint8Array, other: Uint8Array): Uint8Array => {
  if (one.length === 0) return other
  const both = new Uint8Array(one.length + other.length)
  both.set(one)
  both.set(other, one.length)
  return both
}

/** Makes the reader once the header is whole; undefined while it is not. */
const csvReaderOf = (bytes: Uint8Array, isLast: boolean, options: RowsOptions, sink: RowSink) => {
  const record = recordEnd(bytes, 0, -1, isLast)
  if ((record?.end ?? bytes.length) >= longestRecord) throw refused("has a header that is too long")
  if (record === undefined) return undefined
  let text: string
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, record.end))
  } catch {
    throw refused("has a header that is not valid UTF-8")
  }
  const dialect = dialectOf(text)
  const cells = cellsOf(text, dialect.separator)
  if (typeof cells === "string") throw refused(`has a header that ${cells}`)
  const columns = columnsOf(cells)
  if (Result.isFailure(columns)) throw refused(`cannot be read: ${columns.failure.message}`)
  const defaults = { deviceId: options.deviceId, channel: options.channel }
  const from = { offset: record.next, line: 1 + record.lines }
  const reader = new CsvReader({ columns: columns.success, dialect, defaults, from, advice: "http" }, sink)
  return { reader, rest: bytes.subarray(record.next) }
}

/** A reader that makes itself of the first bytes. */
class Beginning {
  readonly #options: RowsOptions
  readonly #sink: RowSink
  #bytes: Uint8Array = new Uint8Array(0)
  #reader: RowReader | undefined

  constructor(options: RowsOptions, sink: RowSink) {
    this.#options = options
    this.#sink = sink
  }

  push(chunk: Uint8Array, isLast: boolean): void {
    if (this.#reader === undefined) this.#begin(joined(this.#bytes, chunk), isLast)
    else this.#reader.push(chunk)
    if (isLast) this.#reader?.end()
    const { rows } = this.#options.limits ?? rowsLimits
    // A row may have line breaks in it, but not on average.
    if ((this.#reader?.place().line ?? 0) > 2 * rows) throw tooLarge(`has more than ${2 * rows} lines`)
  }

  #begin(bytes: Uint8Array, isLast: boolean): void {
    this.#bytes = bytes
    if (bytes.length < 3 && !isLast) return
    const whole = bytes.subarray(markLength(bytes))
    if (whole.length === 0) return
    const { channel, deviceId, format } = this.#options
    const made =
      format === "csv"
        ? csvReaderOf(whole, isLast, this.#options, this.#sink)
        : {
            reader: new NdjsonReader(
              { defaults: { deviceId, channel }, from: { offset: 0, line: 1 } },
              this.#sink
            ),
            rest: whole
          }
    if (made === undefined) return
    this.#reader = made.reader
    this.#bytes = new Uint8Array(0)
    this.#reader.push(made.rest)
  }
}

/** So much is read at once, so that a batch is not much larger than it is meant to be. */
const pieceBytes = 64 * 1024

/**
 * Reads a body of rows as it comes, batch by batch: the next is read when the one before was taken, so that a
 * sender waits for the store. It throws `Malformed` and `PayloadTooLarge`; what was given out before counts.
 */
export async function* readRows(
  chunks: AsyncIterable<Uint8Array>,
  options: RowsOptions
): AsyncGenerator<RowBatch> {
  const limits = options.limits ?? rowsLimits
  const sink = new Collected(limits)
  const beginning = new Beginning(options, sink)
  const arrived = bounded(chunks, limits.bytes, "is larger than")
  const bytes = options.isGzipped
    ? bounded(inflated(arrived), limits.inflatedBytes, "unfolds to more than")
    : arrived
  let size = 0
  try {
    for await (const chunk of bytes) {
      size += chunk.length
      for (let from = 0; from < chunk.length; from += pieceBytes) {
        beginning.push(chunk.subarray(from, from + pieceBytes), false)
        if (sink.isFull) yield sink.take()
      }
    }
  } catch (cause) {
    if (isOurs(cause)) throw cause
    throw refused("broke off")
  }
  beginning.push(new Uint8Array(0), true)
  if (size === 0) throw refused("is empty")
  const last = sink.take()
  if (last.readings.length > 0 || last.faults.length > 0) yield last
}
