import type { Rejection as WireRejection } from "@wattkit/api"
import type { DeviceId, NotFound, Principal, Rejection, StorageError, Submitted } from "@wattkit/core"
import { type Busy, Forbidden, type Ingest, type IngestResult } from "@wattkit/engine"
import {
  Malformed,
  PayloadTooLarge,
  readRows,
  type RowBatch,
  type RowsOptions
} from "@wattkit/transport-http"
import { Effect, Stream } from "effect"

type WireError = Malformed | PayloadTooLarge
type Failure = Forbidden | NotFound | StorageError | Busy

/** What became of all rows. */
interface Total {
  accepted: number
  duplicates: number
  rejected: Array<WireRejection>
}

/** The most that is said of a body in which nothing could be read. */
const mostDetails = 100
/** Readings that wait for a decision are told one by one, as long as there are not too many. */
const mostRejected = 100_000
/** So many devices of one batch are stored at a time. */
const devicesAtOnce = 8

const wireErrorOf = (cause: unknown): WireError => {
  if (cause instanceof Malformed || cause instanceof PayloadTooLarge) return cause
  throw cause
}

const byDevice = ({ readings }: RowBatch): ReadonlyMap<DeviceId, ReadonlyArray<Submitted>> => {
  const devices = new Map<DeviceId, Array<Submitted>>()
  for (const { index, reading } of readings) {
    const { deviceId, ...plain } = reading
    const rows = devices.get(deviceId)
    if (rows === undefined) devices.set(deviceId, [{ index, reading: plain }])
    else rows.push({ index, reading: plain })
  }
  return devices
}

const rejectedAs = (rows: ReadonlyArray<Submitted>, message: string): IngestResult => ({
  accepted: 0,
  duplicates: 0,
  rejected: rows.map(({ index }) => ({ index, field: "device", reason: "malformed", message }))
})

/** Nothing at all could be read: the same answer as to JSON of which nothing can be read. */
const hopeless = ({ rejected }: Total): Malformed =>
  new Malformed({
    message: "no reading in the body can be read",
    details: rejected.slice(0, mostDetails).map(({ field, index, message }) => ({
      field: field === "" ? `[${index}]` : `[${index}].${field}`,
      reason: message
    }))
  })

/** How rows are read, and whether lines are told. */
export type TakeOptions = RowsOptions & { readonly saysLines: boolean }

type TakeRows = (
  ingest: Ingest["Service"],
  principal: Principal,
  chunks: AsyncIterable<Uint8Array>,
  options: TakeOptions
) => Effect.Effect<IngestResult, Failure | WireError>

/**
 * Stores rows as they come, batch by batch. With a device of the address every row is of that device; without
 * one each row names its own, and those of devices that are not there are rejected.
 *
 * A failure half way leaves what was stored before; the same rows again are duplicates.
 */
export const takeRows: TakeRows = Effect.fnUntraced(function* (ingest, principal, chunks, options) {
  const { deviceId, saysLines } = options
  const total: Total = { accepted: 0, duplicates: 0, rejected: [] }
  let sound = 0

  if (!principal.scopes.includes("ingest")) {
    return yield* new Forbidden({ message: 'this credential lacks the scope "ingest"' })
  }
  // Who may not, or speaks of a device that is not there, is told before anything is read.
  if (deviceId !== undefined) yield* ingest.ingest(principal, deviceId, { readings: [], rejected: [] })

  const store = ([id, readings]: readonly [DeviceId, ReadonlyArray<Submitted>]) => {
    if (deviceId !== undefined && id !== deviceId) {
      return Effect.succeed(rejectedAs(readings, "must be the device of the address, or be left out"))
    }
    const stored = ingest.ingest(principal, id, { readings, rejected: [] })
    return deviceId === undefined
      ? Effect.catchTag(stored, "NotFound", ({ message }) => Effect.succeed(rejectedAs(readings, message)))
      : stored
  }

  const add = (rejections: ReadonlyArray<Rejection>, lines: ReadonlyMap<number, number>) => {
    for (const one of rejections) {
      const line = saysLines ? lines.get(one.index) : undefined
      total.rejected.push(line === undefined ? one : { ...one, line })
    }
  }

  const take = Effect.fnUntraced(function* (batch: RowBatch) {
    sound += batch.readings.length
    const lines = new Map([...batch.readings, ...batch.faults].map(({ index, line }) => [index, line]))
    add(
      batch.faults.map(({ field, index, message }) => ({ index, field, reason: "malformed", message })),
      lines
    )
    const results = yield* Effect.forEach(byDevice(batch), store, { concurrency: devicesAtOnce })
    for (const { accepted, duplicates, rejected } of results) {
      total.accepted += accepted
      total.duplicates += duplicates
      add(rejected, lines)
    }
    if (total.rejected.length > mostRejected) {
      const reason = `has more than ${mostRejected} rows that cannot be stored`
      return yield* new Malformed({ message: `the body ${reason}`, details: [{ field: "", reason }] })
    }
  })

  yield* Stream.runForEach(Stream.fromAsyncIterable(readRows(chunks, options), wireErrorOf), take)
  total.rejected.sort((a, b) => a.index - b.index)
  return sound === 0 && total.rejected.length > 0 ? yield* hopeless(total) : total
})
