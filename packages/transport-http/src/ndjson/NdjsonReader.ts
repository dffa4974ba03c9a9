import {
  type DeviceId,
  type DeviceReading,
  mainChannel,
  type QuantityName,
  quantities,
  Submission
} from "@wattkit/core"
import { isDeviceId } from "../deviceId.ts"
import * as JsonText from "../JsonText.ts"
import { limits } from "../limits.ts"
import { Ids, instantIn, joined, numberIn } from "../plainBytes.ts"
import {
  type Draft,
  least,
  most,
  type Place,
  type RowDefaults,
  type RowReader,
  type RowSink,
  setSince
} from "../Row.ts"

/** How to read a file of readings in the wire form, one a line, each with its `device`. */
export interface NdjsonOptions {
  readonly defaults: RowDefaults
  /** Where the rows begin. */
  readonly from: Place
  /** Reads every line as JSON, as a line that is not plain is read: what both ways say is the same. */
  readonly thoroughly?: boolean | undefined
}

/** The longest line that is read. */
const longestLine = 64 * 1024

/** The line is not plain, or not whole yet. */
const NOT_PLAIN = -1

const DEVICE = quantities.length
const AT = DEVICE + 1
const CHANNEL = DEVICE + 2
const SINCE = DEVICE + 3

/** The number of each field: that of a quantity is its place in `quantities`. */
const codes = new Map<string, number>([
  ...quantities.map((name, i) => [name, i] as const),
  ["device", DEVICE],
  ["at", AT],
  ["channel", CHANNEL],
  ["since", SINCE]
])

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

const afterSpace = (bytes: Uint8Array, at: number): number => {
  let next = at
  while (bytes[next] === 32) next++
  return next
}

/** Where the number that begins at `from` ends. */
const numberEnd = (bytes: Uint8Array, from: number): number => {
  let at = from
  while (bytes[at] !== undefined && bytes[at] !== 44 && bytes[at] !== 125 && bytes[at]! > 32) at++
  return at
}

/** JSON has no number that begins with a zero and goes on with a digit. */
const isJsonNumber = (bytes: Uint8Array, from: number, to: number): boolean => {
  const first = bytes[from] === 45 ? from + 1 : from
  return bytes[first] !== 48 || first + 1 === to || bytes[first + 1] === 46
}

const quoteAfter = (bytes: Uint8Array, from: number): number => {
  let at = from
  while (at < bytes.length && bytes[at] !== 34 && bytes[at] !== 92 && bytes[at] !== 10) at++
  return bytes[at] === 34 ? at : -1
}

/**
 * Reads the lines of a file as its bytes come.
 *
 * A plain line, which is nearly every line of a large file, becomes a reading straight from its bytes. Any
 * other, and any that is wrong, is read as JSON and judged by the schema of readings.
 */
export class NdjsonReader implements RowReader {
  readonly #sink: RowSink
  readonly #options: NdjsonOptions
  readonly #ids = new Ids()
  readonly #fields = new Ids()
  #bytes: Uint8Array = new Uint8Array(0)
  #offset: number
  #line: number
  #draft: Draft = { deviceId: "", at: 0, channel: "" }

  constructor(options: NdjsonOptions, sink: RowSink) {
    this.#options = options
    this.#sink = sink
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
    let at = 0
    while (at < bytes.length) {
      const next = this.#options.thoroughly === true ? NOT_PLAIN : this.#plain(bytes, at)
      if (next !== NOT_PLAIN) {
        this.#sink.reading(this.#draft as DeviceReading, this.#line)
        this.#line++
        at = next
        continue
      }
      const end = this.#lineEnd(bytes, at, isLast)
      if (end === -1) break
      this.#judge(bytes.subarray(at, end))
      if (bytes[end] === 10 || end === bytes.length) this.#line++
      at = Math.min(end + (bytes[end] === 10 ? 1 : 0), bytes.length)
    }
    this.#offset += at
    this.#bytes = bytes.slice(at)
  }

  #lineEnd(bytes: Uint8Array, from: number, isLast: boolean): number {
    const found = bytes.indexOf(10, from)
    const end = found === -1 ? bytes.length : found
    if (end - from > longestLine) return from + longestLine
    return found === -1 && !isLast ? -1 : end
  }

  /** Reads the line that begins at `from` into the draft and answers where the next one begins. */
  #plain(bytes: Uint8Array, from: number): number {
    const { defaults } = this.#options
    const draft: Draft = {
      deviceId: defaults.deviceId ?? "",
      at: Number.NaN,
      channel: defaults.channel ?? mainChannel
    }
    this.#draft = draft
    if (bytes[from] !== 123) return NOT_PLAIN
    let seen = 0
    let at = from
    do {
      const keyAt = afterSpace(bytes, at + 1)
      const keyEnd = bytes[keyAt] === 34 ? quoteAfter(bytes, keyAt + 1) : -1
      if (keyEnd === -1 || bytes[keyEnd + 1] !== 58) return NOT_PLAIN
      const code = codes.get(this.#fields.find(bytes, keyAt + 1, keyEnd) ?? "")
      if (code === undefined || (seen & (1 << code)) !== 0) return NOT_PLAIN
      seen |= 1 << code
      at = this.#value(draft, code, bytes, afterSpace(bytes, keyEnd + 2))
      if (at === NOT_PLAIN) return NOT_PLAIN
    } while (bytes[at] === 44)
    if (bytes[at] !== 125 || bytes[at + 1] !== 10) return NOT_PLAIN
    const hasQuantity = (seen & ((1 << quantities.length) - 1)) !== 0
    if (!hasQuantity || draft.deviceId === "" || Number.isNaN(draft.at)) return NOT_PLAIN
    if (draft.since !== undefined && !setSince(draft, draft.since)) return NOT_PLAIN
    return at + 2
  }

  /** Reads a value and answers where what follows it stands. */
  #value(draft: Draft, code: number, bytes: Uint8Array, from: number): number {
    if (code < DEVICE) {
      const end = numberEnd(bytes, from)
      if (!isJsonNumber(bytes, from, end)) return NOT_PLAIN
      const value = numberIn(bytes, from, end, 46)
      if (!(value >= least[code]! && value <= most[code]!)) return NOT_PLAIN
      draft[quantities[code] as QuantityName] = value
      return afterSpace(bytes, end)
    }
    const end = bytes[from] === 34 ? quoteAfter(bytes, from + 1) : -1
    if (end === -1) return NOT_PLAIN
    if (code === AT || code === SINCE) {
      const instant = bytes[from + 11] === 32 ? Number.NaN : instantIn(bytes, from + 1, end)
      if (Number.isNaN(instant)) return NOT_PLAIN
      draft[code === AT ? "at" : "since"] = instant
    } else {
      const id = this.#ids.find(bytes, from + 1, end)
      if (id === undefined) return NOT_PLAIN
      draft[code === DEVICE ? "deviceId" : "channel"] = id
    }
    return afterSpace(bytes, end + 1)
  }

  #judge(bytes: Uint8Array): void {
    const line = this.#line
    const refuse = (field: string, message: string) => this.#sink.faults([{ field, message }], line)
    if (bytes.length >= longestLine) return refuse("", "is too long for a line")
    let text: string
    try {
      text = utf8.decode(bytes)
    } catch {
      return refuse("", "is not valid UTF-8")
    }
    if (text.trim() === "") return
    const fault = JsonText.check(text, limits.depth)
    if (fault !== undefined) {
      return refuse(fault.field, `${fault.reason} (at character ${fault.position})`)
    }
    const row: unknown = JSON.parse(text)
    if (typeof row !== "object" || row === null || Array.isArray(row)) return refuse("", "must be an object")
    this.#judgeRow(row)
  }

  #judgeRow(row: object): void {
    const { defaults } = this.#options
    const { device = defaults.deviceId, ...rest } = row as { readonly device?: unknown }
    const channel = defaults.channel === undefined ? {} : { channel: defaults.channel }
    const { readings, rejected } = Submission.decode([{ ...channel, ...rest }])
    const faults = rejected.map(({ field, message }) => ({ field, message }))
    if (!isDeviceId(device)) {
      const message =
        device === undefined
          ? "is missing: the row names none, and none is given for all rows"
          : "must be 1 to 64 characters of A-Z a-z 0-9 . _ : -"
      faults.unshift({ field: "device", message })
    }
    const reading = readings[0]?.reading
    if (faults.length > 0 || reading === undefined) return this.#sink.faults(faults, this.#line)
    this.#sink.reading({ deviceId: device as DeviceId, ...reading }, this.#line)
  }
}
