import {
  type AppendOutcome,
  type Device,
  type DeviceId,
  type DeviceReading,
  DeviceStore,
  NotFound,
  type Principal,
  ReadingBus,
  ReadingStore,
  type Rejection,
  type StorageError,
  type Submission,
  type Submitted
} from "@wattkit/core"
import { Array as Arr, Clock, Context, Effect, Layer } from "effect"
import { requireDevice, requireScope } from "./authorise.ts"
import type { Forbidden } from "./Forbidden.ts"

/** What became of a submission. What is accepted is stored as durably as the store declares. */
export interface IngestResult {
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: ReadonlyArray<Rejection>
}

/** How far a device's clock may be off before its reading is turned away. */
export interface ClockTolerance {
  readonly aheadMs: number
  /** The oldest instant a reading may carry; a clock that was never set says 1970. */
  readonly oldest: number
}

/** Five minutes ahead, and nothing before the year 2000. */
export const clockTolerance: ClockTolerance = { aheadMs: 5 * 60_000, oldest: Date.UTC(2000, 0, 1) }

/**
 * The one way in: authorise, validate, store, acknowledge, publish.
 *
 * It succeeds only after the store has, and it publishes only what was accepted, so nobody ever sees a
 * reading that a crash could take back.
 */
export class Ingest extends Context.Service<
  Ingest,
  {
    readonly ingest: (
      principal: Principal,
      deviceId: DeviceId,
      submission: Submission.Submission
    ) => Effect.Effect<IngestResult, Forbidden | NotFound | StorageError>
  }
>()("@wattkit/engine/Ingest") {
  /** Ingest with the given tolerance for clocks. */
  static readonly layerWith = (
    tolerance: ClockTolerance
  ): Layer.Layer<Ingest, never, ReadingStore | DeviceStore | ReadingBus> =>
    Layer.effect(Ingest, make(tolerance))

  /** Ingest with the tolerance everybody starts with. */
  static readonly layer = Layer.suspend(() => Ingest.layerWith(clockTolerance))
}

const judge = (row: Submitted, now: number, tolerance: ClockTolerance): Rejection | undefined => {
  const { at } = row.reading
  if (at > now + tolerance.aheadMs) {
    const message = `is ${Math.round((at - now) / 1000)} s in the future; check the clock of the device`
    return { index: row.index, field: "at", reason: "future", message }
  }
  if (at < tolerance.oldest) {
    return {
      index: row.index,
      field: "at",
      reason: "too_old",
      message: "is before 2000; the clock was never set"
    }
  }
  return undefined
}

const conflictOf = (row: Submitted): Rejection => ({
  index: row.index,
  field: "at",
  reason: "conflict",
  message: "another reading of this channel at this instant is stored and was kept"
})

const count = (outcomes: ReadonlyArray<AppendOutcome>, wanted: AppendOutcome): number =>
  outcomes.reduce((sum, outcome) => (outcome === wanted ? sum + 1 : sum), 0)

const make = (tolerance: ClockTolerance) =>
  Effect.gen(function* () {
    const store = yield* ReadingStore
    const devices = yield* DeviceStore
    const bus = yield* ReadingBus

    const appendAll = (device: Device, readings: ReadonlyArray<DeviceReading>) =>
      Effect.forEach(Arr.chunksOf(readings, store.capabilities.maxBatch), (batch) =>
        store.append(device.tenantId, batch)
      ).pipe(Effect.map(Arr.flatten))

    const ingest = Effect.fn("Ingest.ingest")(function* (
      principal: Principal,
      deviceId: DeviceId,
      submission: Submission.Submission
    ) {
      yield* requireScope(principal, "ingest")
      yield* requireDevice(principal, deviceId)
      const device = yield* devices.get(principal.tenantId, deviceId)
      const now = yield* Clock.currentTimeMillis
      const rejected = [...submission.rejected]
      const sound = submission.readings.filter((row) => {
        const rejection = judge(row, now, tolerance)
        if (rejection !== undefined) rejected.push(rejection)
        return rejection === undefined
      })
      if (sound.length === 0) return { accepted: 0, duplicates: 0, rejected }

      const readings = sound.map((row): DeviceReading => ({ ...row.reading, deviceId }))
      const outcomes = yield* appendAll(device, readings)
      if (outcomes.includes("unknown_device")) return yield* new NotFound({ what: "device", id: deviceId })

      const stored = readings.filter((_, i) => outcomes[i] === "accepted")
      if (stored.length > 0) {
        yield* bus.publish({ tenantId: device.tenantId, locationId: device.locationId, readings: stored })
      }
      sound.forEach((row, i) => {
        if (outcomes[i] === "conflict") rejected.push(conflictOf(row))
      })
      rejected.sort((a, b) => a.index - b.index)
      return { accepted: stored.length, duplicates: count(outcomes, "duplicate"), rejected }
    })

    return Ingest.of({ ingest })
  })
