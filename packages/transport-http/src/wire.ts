import { type Rejection, Submission, type Submitted } from "@wattkit/core"
import * as Effect from "effect/Effect"
import { Malformed, PayloadTooLarge, UnsupportedMediaType, type WireError } from "./errors.ts"
import { gunzip } from "./inflate.ts"
import * as JsonText from "./JsonText.ts"
import { type Limits, limits as defaults } from "./limits.ts"
import { plainSubmission } from "./plainSubmission.ts"

/** What the headers of a request say of its body. */
export interface BodyHeaders {
  readonly contentType?: string | undefined
  readonly contentEncoding?: string | undefined
}

/** How the readings stand in the body, which decides how a field of one is named. */
type Form = "one" | "list" | "readings" | "lines"

interface Rows {
  readonly form: Form
  readonly rows: ReadonlyArray<unknown>
  /** Lines that are not JSON; their places in `rows` hold nothing to decode. */
  readonly broken: ReadonlyMap<number, JsonText.Fault>
}

/** The most that is said of a body in which nothing could be read. */
const maxDetails = 100

const malformed = (field: string, reason: string) =>
  new Malformed({ message: `the body ${reason}`, details: [{ field, reason }] })

const formatOf = ({ contentType }: BodyHeaders): Effect.Effect<"json" | "ndjson", UnsupportedMediaType> => {
  const [type = "", ...parameters] = (contentType ?? "application/json")
    .toLowerCase()
    .split(";")
    .map((part) => part.trim())
  const charset = parameters
    .find((part) => part.startsWith("charset="))
    ?.slice(8)
    .replaceAll('"', "")
  if (charset !== undefined && charset !== "utf-8" && charset !== "utf8") {
    return Effect.fail(new UnsupportedMediaType({ message: "the charset must be utf-8" }))
  }
  if (type === "application/json") return Effect.succeed("json")
  if (type === "application/x-ndjson" || type === "application/ndjson") return Effect.succeed("ndjson")
  const message = "the content type must be application/json, application/x-ndjson or text/csv"
  return Effect.fail(new UnsupportedMediaType({ message }))
}

const unpack = (
  body: Uint8Array<ArrayBuffer>,
  { contentEncoding }: BodyHeaders,
  { inflatedBytes }: Limits
) => {
  const encoding = (contentEncoding ?? "identity").trim().toLowerCase()
  if (encoding === "identity" || encoding === "") return Effect.succeed(body)
  if (encoding === "gzip" || encoding === "x-gzip") return gunzip(body, inflatedBytes)
  return Effect.fail(new UnsupportedMediaType({ message: "the content encoding must be gzip or none" }))
}

const textOf = (bytes: Uint8Array): Effect.Effect<string, Malformed> =>
  Effect.try({
    try: () => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes),
    catch: () => malformed("", "is not valid UTF-8")
  }).pipe(
    Effect.filterOrFail(
      (text) => text.trim() !== "",
      () => malformed("", "is empty")
    )
  )

const describe = ({ position, reason }: JsonText.Fault): string => `${reason} (at character ${position})`

const jsonRows = (text: string, { depth }: Limits): Effect.Effect<Rows, Malformed> => {
  const fault = JsonText.check(text, depth)
  if (fault !== undefined) return Effect.fail(malformed(fault.field, describe(fault)))
  const body: unknown = JSON.parse(text)
  const broken = new Map<number, JsonText.Fault>()
  if (Array.isArray(body)) return Effect.succeed({ form: "list", rows: body, broken })
  const listed = typeof body === "object" && body !== null && "readings" in body ? body.readings : undefined
  return Effect.succeed(
    Array.isArray(listed) ? { form: "readings", rows: listed, broken } : { form: "one", rows: [body], broken }
  )
}

const lineRows = (text: string, { depth }: Limits): Rows => {
  const broken = new Map<number, JsonText.Fault>()
  const lines = text.split("\n").filter((line) => line.trim() !== "")
  const rows = lines.map((line, index): unknown => {
    const fault = JsonText.check(line, depth)
    if (fault === undefined) return JSON.parse(line)
    broken.set(index, fault)
    return undefined
  })
  return { form: "lines", rows, broken }
}

const fieldIn = (form: Form, { field, index }: Rejection): string => {
  if (form === "one") return field
  const row = `${form === "readings" ? "readings" : ""}[${index}]`
  return field === "" || field.startsWith("[") ? `${row}${field}` : `${row}.${field}`
}

/** Rows decoded before others get their turn, so that a large body does not hold up every other request. */
const turn = 1000

const judge = Effect.fnUntraced(function* ({ broken, rows }: Rows) {
  const readings: Array<Submitted> = []
  const rejected: Array<Rejection> = []
  for (let from = 0; from < rows.length; from += turn) {
    if (from > 0) yield* Effect.yieldNow
    const piece = Submission.decode(rows.slice(from, from + turn))
    for (const { index, reading } of piece.readings) readings.push({ index: from + index, reading })
    for (const rejection of piece.rejected) {
      const index = from + rejection.index
      const fault = broken.get(index)
      rejected.push(
        fault === undefined
          ? { ...rejection, index }
          : { ...rejection, index, field: fault.field, message: describe(fault) }
      )
    }
  }
  return { readings, rejected } satisfies Submission.Submission as Submission.Submission
})

/**
 * Turns the bytes of a request into what was submitted: JSON with one reading, a list or a list under
 * `readings`, or one JSON reading a line, plain or gzipped.
 *
 * Each reading is judged alone. It fails when nothing at all could be read; an empty list is read as such.
 */
export const decode = Effect.fnUntraced(function* (
  body: Uint8Array<ArrayBuffer>,
  headers: BodyHeaders = {},
  limits: Limits = defaults
): Effect.fn.Return<Submission.Submission, WireError> {
  if (body.length > limits.bytes) {
    const message = `the body is larger than ${limits.bytes} bytes; send it in smaller parts`
    return yield* new PayloadTooLarge({ message })
  }
  const format = yield* formatOf(headers)
  const text = yield* textOf(yield* unpack(body, headers, limits))
  const plain = format === "json" ? plainSubmission(text) : undefined
  if (plain !== undefined && plain.readings.length <= limits.readings) return plain
  const rows = format === "json" ? yield* jsonRows(text, limits) : lineRows(text, limits)
  if (rows.rows.length > limits.readings) {
    const message = `the body has more than ${limits.readings} readings; send it in smaller parts`
    return yield* new PayloadTooLarge({ message })
  }
  const submission = yield* judge(rows)
  if (submission.readings.length === 0 && submission.rejected.length > 0) {
    const details = submission.rejected
      .slice(0, maxDetails)
      .map((rejection) => ({ field: fieldIn(rows.form, rejection), reason: rejection.message }))
    return yield* new Malformed({ message: "no reading in the body can be read", details })
  }
  return submission
})

/**
 * Turns JSON with a list of readings of many devices, or a list under `readings`, into one reading a line.
 */
export const decodeMany = Effect.fnUntraced(function* (
  body: Uint8Array<ArrayBuffer>,
  headers: BodyHeaders = {},
  limits: Limits = defaults
): Effect.fn.Return<Uint8Array, WireError> {
  const text = yield* textOf(yield* unpack(body, headers, limits))
  const { form, rows } = yield* jsonRows(text, limits)
  if (form === "one") return yield* malformed("", "must be a list of readings, or have one under readings")
  if (rows.length > limits.readings) {
    const message = `the body has more than ${limits.readings} readings; send it in smaller parts`
    return yield* new PayloadTooLarge({ message })
  }
  return new TextEncoder().encode(rows.map((row) => `${JSON.stringify(row)}\n`).join(""))
})
