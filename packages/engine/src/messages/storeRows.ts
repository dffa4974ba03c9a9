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
import type { Forbidden } from "../Forbidden.ts"
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

  /** A device that somebody else spoke of may be registered yet; one that speaks itself is told. */
  const missing = (principal: Principal, rows: ReadonlyArray<Row>, places: ReadonlyArray<number>) => {
    const detail = (id: DeviceId) => `there is no device ${id}; register it and replay`
    return (error: NotFound): Effect.Effect<Stored, NotFound> =>
      principal.deviceId !== null
        ? Effect.fail(error)
        : Effect.succeed({
            ...nothingStored,
            faults: places.flatMap((place) => {
              const row = rows[place]
              return row === undefined ? [] : [faultOf(row, "unbound", detail(row.deviceId))]
            })
          })
  }

  return Effect.fnUntraced(function* (principal: Principal, rows: ReadonlyArray<Row>) {
    let stored = nothingStored
    for (const [deviceId, places] of byDevice(rows)) {
      const one = yield* Effect.catchTag(
        ofDevice(principal, deviceId, rows, places),
        "NotFound",
        missing(principal, rows, places)
      )
      stored = {
        accepted: stored.accepted + one.accepted,
        duplicates: stored.duplicates + one.duplicates,
        rejected: [...stored.rejected, ...one.rejected],
        faults: [...stored.faults, ...one.faults]
      }
    }
    return stored
  })
}
