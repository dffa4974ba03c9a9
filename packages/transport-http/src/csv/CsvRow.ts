import {
  type ChannelName,
  type DeviceId,
  Instant,
  mainChannel,
  type Rejection,
  Submission
} from "@wattkit/core"
import { isDeviceId } from "../deviceId.ts"
import type { Place, RowDefaults, RowFault, RowSink } from "../Row.ts"
import type { Column } from "./columns.ts"
import { type Dialect, numberOf } from "./dialect.ts"
import { type LocalTimes, wallClockOf } from "./LocalTimes.ts"
import { cellsOf, longestRecord } from "./records.ts"

/** How to read the rows of a file whose header is known. */
export interface CsvOptions {
  readonly columns: ReadonlyArray<Column>
  readonly dialect: Dialect
  readonly defaults: RowDefaults
  /** For times without an offset; without it they are refused. */
  readonly localTimes?: LocalTimes | undefined
  /** Where the rows begin. */
  readonly from: Place
  /** Whom faults advise: somebody at a command line, as usual, or a program that sent the rows. */
  readonly advice?: "flags" | "http" | undefined
  /** Reads every row as text, as a row that is not plain is read: what both ways say is the same. */
  readonly thoroughly?: boolean | undefined
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** What to do about faults, by whom it is told. */
const advices = {
  flags: {
    decimal: " (see --decimal)",
    zone: "give the zone of such times with --zone, as Europe/Berlin"
  },
  http: { decimal: "", zone: "end it with Z or an offset, such as +01:00" }
} as const

/** A reading in the wire form, as far as a row says one. */
type Wire = Record<string, unknown>

const hasOffset = /([Zz]|[+-]\d\d:\d\d)$/

/** Reads one row as text, thoroughly, and judges it as any reading that is sent is judged. */
export class CsvRow {
  readonly #options: CsvOptions
  #deviceId = ""
  #wire: Wire = {}
  #faults: Array<RowFault> = []

  constructor(options: CsvOptions) {
    this.#options = options
  }

  get #advice() {
    return advices[this.#options.advice ?? "flags"]
  }

  /** Says to the sink what the bytes of one record are, which may be nothing when they are blank. */
  judge(bytes: Uint8Array, line: number, sink: RowSink): void {
    const { columns, defaults, dialect, localTimes } = this.#options
    if (bytes.length >= longestRecord) return this.#refuse("", "is too long for a row", line, sink)
    let text: string
    try {
      text = utf8.decode(bytes)
    } catch {
      return this.#refuse("", "is not valid UTF-8", line, sink)
    }
    const cells = cellsOf(text, dialect.separator)
    if (typeof cells === "string") return this.#refuse("", cells, line, sink)
    if (cells.every((cell) => cell.trim() === "")) return
    if (cells.length !== columns.length) {
      const message = `has ${cells.length} cells where the header has ${columns.length}`
      return this.#refuse("", message, line, sink)
    }
    this.#deviceId = defaults.deviceId ?? ""
    this.#wire = {}
    this.#faults = []
    columns.forEach((column, i) => this.#cell(column, cells[i]!.trim()))
    this.#wire["channel"] ??= defaults.channel ?? mainChannel
    columns.forEach((column, i) => this.#time(column, cells[i]!.trim()))
    if (!isDeviceId(this.#deviceId)) this.#faultOfDevice()
    const { readings, rejected } = Submission.decode([this.#wire])
    this.#keep(rejected)
    const reading = readings[0]?.reading
    if (this.#faults.length > 0 || reading === undefined) return sink.faults(this.#faults, line)
    localTimes?.note(reading.at, this.#channel)
    sink.reading({ deviceId: this.#deviceId as DeviceId, ...reading }, line)
  }

  readonly #channel = (): string => `${this.#deviceId} ${this.#wire["channel"] as ChannelName}`

  #refuse(field: string, message: string, line: number, sink: RowSink): void {
    sink.faults([{ field, message }], line)
  }

  #faultOfDevice(): void {
    const message =
      this.#deviceId === ""
        ? "is missing: the row names none, and none is given for all rows"
        : "must be 1 to 64 characters of A-Z a-z 0-9 . _ : -"
    this.#faults.push({ field: "device", message })
  }

  /** What the schema says of the row, unless the cell said it better. */
  #keep(rejected: ReadonlyArray<Rejection>): void {
    for (const { field, message } of rejected) {
      if (!this.#faults.some((fault) => fault.field === field)) this.#faults.push({ field, message })
    }
  }

  #cell(column: Column, cell: string): void {
    if (cell === "" || column.kind === "unused" || column.kind === "at" || column.kind === "since") return
    if (column.kind === "device") this.#deviceId = cell
    else if (column.kind === "channel") this.#wire["channel"] = cell
    else if (column.kind === "quantity") {
      this.#wire[column.name] = this.#number(cell, column.name, column.convert)
    } else if (column.kind === "extra") {
      this.#extra({ [column.name]: this.#number(cell, `extra.${column.name}`, undefined) })
    } else this.#extras(cell)
  }

  #extra(some: Readonly<Record<string, unknown>>): void {
    this.#wire["extra"] = { ...(this.#wire["extra"] as object | undefined), ...some }
  }

  #extras(cell: string): void {
    try {
      const parsed: unknown = JSON.parse(cell)
      if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed))
        return this.#extra({ ...parsed })
    } catch {
      // Said below, as for any other text that is no object.
    }
    this.#faults.push({ field: "extra", message: 'must be an object in JSON, such as {"flowLph":310}' })
  }

  #number(cell: string, field: string, convert: ((value: number) => number) | undefined): number | string {
    const { decimal } = this.#options.dialect
    const value = numberOf(cell, decimal)
    if (!Number.isNaN(value)) return convert === undefined ? value : convert(value)
    const isOther = !Number.isNaN(numberOf(cell, decimal === "comma" ? "point" : "comma"))
    const mark = `a decimal ${decimal}`
    const message = isOther
      ? `must be a number with ${mark}${this.#advice.decimal}`
      : `must be a number with ${mark}`
    this.#faults.push({ field, message: `${message}, without anything else` })
    return cell
  }

  #time(column: Column, cell: string): void {
    if ((column.kind !== "at" && column.kind !== "since") || cell === "") return
    const { localTimes } = this.#options
    const text = cell.length >= 19 && cell[10] === " " ? `${cell.slice(0, 10)}T${cell.slice(11)}` : cell
    this.#wire[column.kind] = text
    if (hasOffset.test(text)) return
    const wall = wallClockOf(cell)
    if (Number.isNaN(wall)) return
    if (localTimes === undefined) {
      const message = `has no offset; ${this.#advice.zone}`
      this.#faults.push({ field: column.kind, message })
      return
    }
    const instant = localTimes.instantAt(wall, this.#channel)
    if (!Number.isNaN(instant)) this.#wire[column.kind] = Instant.format(instant as Instant.Instant)
    else {
      const message =
        `is skipped by the clocks of ${localTimes.zone}; a file that keeps one offset all year ` +
        "needs a zone that does, such as Etc/GMT-1"
      this.#faults.push({ field: column.kind, message })
    }
  }
}
