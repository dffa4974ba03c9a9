import type {
  DeviceId,
  NotFound,
  Principal,
  Rejection,
  StorageError,
  Submission,
  Submitted
} from "@wattkit/core"
import { Effect } from "effect"
import type { Busy } from "../Busy.ts"
import { Forbidden } from "../Forbidden.ts"
import type { Ingest } from "../Ingest.ts"
import { type Fault, isRefused, type Row } from "./Row.ts"

/** What became of rows. A fault stands with the row it is about. */
export interface Stored {
  readonly accepted: number
  readonly duplicates: number
  /** The indices are those of the rows. */
  readonly rejected: ReadonlyArray<Rejection>
  readonly faults: ReadonlyArray<{ readonly row: Row; readonly fault: Fault }>
}

export const nothingStored: Stored = { accepted: 0, duplicates: 0, rejected: [], faults: [] }

const faultOf = (row: Row, reason: Fault["reason"], detail: string): Stored["faults"][number] => {
  const { format, receivedAt, subject } = row
  return { row, fault: { reason, detail, format, subject, receivedAt } }
}

/** What is neither stored nor in quarantine would be lost. */
const isLost = ({ reason }: Rejection): boolean => reason === "malformed" || reason === "too_old"

const submissionOf = (rows: ReadonlyArray<Row>, places: ReadonlyArray<number>): Submission.Submission => {
  const readings: Array<Submitted> = []
  const rejected: Array<Rejection> = []
  for (const index of places) {
    const reading = rows[index]?.reading
    if (reading === undefined) continue
    if (isRefused(reading)) rejected.push({ index, reason: "malformed", ...reading })
    else readings.push({ index, reading })
  }
  return { readings, rejected }
}

const byDevice = (rows: ReadonlyArray<Row>): ReadonlyMap<DeviceId, ReadonlyArray<number>> => {
  const found = new Map<DeviceId, Array<number>>()
  rows.forEach(({ deviceId }, place) => {
    const own = found.get(deviceId)
    if (own === undefined) found.set(deviceId, [place])
    else own.push(place)
  })
  return found
}

/** What a sender is told: who is held to locations does not learn which device a subject speaks for. */
const toldOf = ({ locations }: Principal, row: Row | undefined, error: NotFound): Forbidden | NotFound =>
  row === undefined || row.subject === null || locations === null
    ? error
    : new Forbidden({ message: `${row.subject} of the format ${row.format} speaks for another device` })

/** Makes what hands rows to Ingest, device by device, and tells what of them would be lost. */
export const makeStoreRows = (ingest: Ingest["Service"]) => {
  const ofDevice = Effect.fnUntraced(function* (
    principal: Principal,
    deviceId: DeviceId,
    rows: ReadonlyArray<Row>,
    places: ReadonlyArray<number>
  ): Effect.fn.Return<Stored, Forbidden | NotFound | StorageError | Busy> {
    const result = yield* ingest.ingest(principal, deviceId, submissionOf(rows, places))
    const faults = result.rejected.flatMap((rejection) => {
      const row = rows[rejection.index]
      if (row === undefined || !isLost(rejection)) return []
      return [faultOf(row, "rejected", `${rejection.field} ${rejection.message}`)]
    })
    return { ...result, faults }
  })

  const missing = (rows: ReadonlyArray<Row>, places: ReadonlyArray<number>): Stored => ({
    ...nothingStored,
    faults: places.flatMap((place) => {
      const row = rows[place]
      if (row === undefined) return []
      return [faultOf(row, "unbound", `there is no device ${row.deviceId}; register it and replay`)]
    })
  })

  /**
   * What is of a device that is not there becomes a fault, unless `toTell`: then the sender is told, after
   * everything else was stored.
   */
  return Effect.fnUntraced(function* (
    principal: Principal,
    rows: ReadonlyArray<Row>,
    { toTell }: { readonly toTell: boolean }
  ) {
    let stored = nothingStored
    let untold: Forbidden | NotFound | undefined
    for (const [deviceId, places] of byDevice(rows)) {
      const one = yield* Effect.catchTag(ofDevice(principal, deviceId, rows, places), "NotFound", (error) => {
        if (toTell) untold ??= toldOf(principal, rows[places[0] ?? 0], error)
        return Effect.succeed(missing(rows, places))
      })
      stored = {
        accepted: stored.accepted + one.accepted,
        duplicates: stored.duplicates + one.duplicates,
        rejected: [...stored.rejected, ...one.rejected],
        faults: [...stored.faults, ...one.faults]
      }
    }
    if (untold !== undefined) return yield* Effect.fail(untold)
    return stored
  })
}
