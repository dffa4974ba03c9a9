import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Reading, ReadingFromWire } from "../Reading.ts"
import { plainReading } from "./plainReading.ts"
import { violations } from "../violations.ts"

/**
 * Why a reading was not stored, in a word. Readings that are `future`, `conflict` or `expired` are kept in
 * quarantine; those that are `malformed` or `too_old` are not kept at all.
 */
export type RejectionReason = "malformed" | "too_old" | "future" | "conflict" | "expired"

/** A reading that was not stored: which of the submission, which field of it, and why. */
export interface Rejection {
  readonly index: number
  readonly field: string
  readonly reason: RejectionReason
  readonly message: string
}

/** A reading together with its place in what was sent. */
export interface Submitted {
  readonly index: number
  readonly reading: Reading
}

/** What somebody sent: the readings that can be read, and the rejection of each that cannot. */
export interface Submission {
  readonly readings: ReadonlyArray<Submitted>
  readonly rejected: ReadonlyArray<Rejection>
}

const decodeRow = Schema.decodeUnknownResult(ReadingFromWire, { errors: "all", onExcessProperty: "error" })

const rowsOf = (body: unknown): ReadonlyArray<unknown> => {
  if (Array.isArray(body)) return body
  const listed = typeof body === "object" && body !== null && "readings" in body ? body.readings : undefined
  return Array.isArray(listed) ? listed : [body]
}

/**
 * Reads the native form: one reading, a list of them, or a list under `readings`.
 *
 * Each reading is judged alone, so that one malformed reading never costs its neighbours.
 */
export const decode = (body: unknown): Submission => {
  const readings: Array<Submitted> = []
  const rejected: Array<Rejection> = []
  rowsOf(body).forEach((row, index) => {
    const plain = plainReading(row)
    if (plain !== undefined) return readings.push({ index, reading: plain })
    const decoded = decodeRow(row)
    if (Result.isSuccess(decoded)) return readings.push({ index, reading: decoded.success })
    for (const { field, reason } of violations(decoded.failure.issue)) {
      rejected.push({ index, field, reason: "malformed", message: reason })
    }
  })
  return { readings, rejected }
}
