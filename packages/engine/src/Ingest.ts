import type { QuarantineStore } from "@wattkit/core"
import {
  type AppendOutcome,
  type Device,
  type DeviceId,
  type DeviceReading,
  DeviceStore,
  Instant,
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
import { reaches } from "./access/Access.ts"
import { requireScope } from "./authorise.ts"
import { Busy } from "./Busy.ts"
import type { Forbidden } from "./Forbidden.ts"
import { Budgets, ingestBudget } from "./ingest/Budgets.ts"
import { Directory } from "./ingest/Directory.ts"
import { GroupCommit, usualGroupLimits } from "./ingest/GroupCommit.ts"
import { type ClockTolerance, clockFault, clockTolerance } from "./ingest/clockFault.ts"
import type { IngestResult } from "./ingest/IngestResult.ts"
import { makePlain, type Settled } from "./ingest/plain.ts"
import { makeSetAside, rejectionOf, type SetAside, type SetReadingsAside } from "./ingest/setAside.ts"
import { makeTell } from "./ingest/tell.ts"

/**
 * The one way in: authorise, validate, store, acknowledge, publish.
 *
 * It succeeds only after the store has, and it publishes only what was accepted, so nobody ever sees a
 * reading that a crash could take back. A reading that cannot be stored with the others, because its clock is
 * ahead, because another one is stored in its place or because its time was given up, is kept in quarantine
 * before it is answered.
 */
export class Ingest extends Context.Service<
  Ingest,
  {
    readonly ingest: (
      principal: Principal,
      deviceId: DeviceId,
      submission: Submission.Submission
    ) => Effect.Effect<IngestResult, Forbidden | NotFound | StorageError | Busy>
    /**
     * The same for what leaves no question, without an effect around it: `settle` is called once, later.
     * False when something has to be asked first; then nothing was done, and `ingest` does it.
     */
    readonly ingestPlain: (
      principal: Principal,
      deviceId: DeviceId,
      submission: Submission.Submission,
      settle: (settled: Settled) => void
    ) => boolean
  }
>()("@wattkit/engine/Ingest") {
  /** Ingest with the given tolerance for clocks. */
  static readonly layerWith = (
    tolerance: ClockTolerance
  ): Layer.Layer<Ingest, never, ReadingStore | QuarantineStore | DeviceStore | ReadingBus> =>
    Layer.effect(Ingest, make(tolerance))

  /** Ingest with the tolerance everybody starts with. */
  static readonly layer = Layer.suspend(() => Ingest.layerWith(clockTolerance))
}

/** Why the store did not take a reading, as far as it was kept in quarantine instead. */
const reasonOf = (outcome: AppendOutcome | undefined): "conflict" | "expired" | undefined =>
  outcome === "conflict" || outcome === "expired" ? outcome : undefined

const storedMessages: { readonly [reason in "conflict" | "expired"]: string } = {
  conflict: "another reading of this channel at this instant is stored and was kept",
  expired: "readings of this time were already given up"
}

const count = (outcomes: ReadonlyArray<AppendOutcome>, wanted: AppendOutcome): number =>
  outcomes.reduce((sum, outcome) => (outcome === wanted ? sum + 1 : sum), 0)

/** What is done when the store has answered. */
const makeComplete = (setAside: SetReadingsAside) =>
  Effect.fnUntraced(function* (
    device: Device,
    sound: ReadonlyArray<Submitted>,
    outcomes: ReadonlyArray<AppendOutcome>
  ) {
    if (outcomes.includes("unknown_device")) return yield* new NotFound({ what: "device", id: device.id })
    const aside = sound.flatMap((row, i): ReadonlyArray<SetAside> => {
      const reason = reasonOf(outcomes[i])
      return reason === undefined ? [] : [{ row, reason, message: storedMessages[reason] }]
    })
    // Only what is kept is acknowledged, also of what was not stored.
    yield* setAside(device, aside, yield* Instant.now)
    // A reading that was corrected before it came is stored beside its correction, and changes nothing.
    const accepted = count(outcomes, "accepted") + count(outcomes, "superseded")
    const rejected: ReadonlyArray<Rejection> = aside.map(rejectionOf)
    return { accepted, duplicates: count(outcomes, "duplicate"), rejected }
  })

/** Commits readings of a device, so many at a time as the store takes. */
const makeCommit = (group: GroupCommit, maxBatch: number) => {
  const commit = (place: Device, readings: ReadonlyArray<DeviceReading>) =>
    Effect.callback<ReadonlyArray<AppendOutcome>, StorageError | Busy>((resume) =>
      group.offer({ place, readings }, resume)
    )
  return (device: Device, readings: ReadonlyArray<DeviceReading>) => {
    if (readings.length === 0) return Effect.succeed([])
    if (readings.length <= maxBatch) return commit(device, readings)
    const batches = Arr.chunksOf(readings, maxBatch)
    return Effect.map(
      Effect.forEach(batches, (batch) => commit(device, batch)),
      Arr.flatten
    )
  }
}

const overBudget = (retryAfterMs: number) =>
  Effect.fail(
    new Busy({
      reason: "budget",
      retryAfterMs,
      message: `more readings than this device or its tenant may send; go on in ${retryAfterMs} ms`
    })
  )

const make = (tolerance: ClockTolerance) =>
  Effect.gen(function* () {
    const directory = new Directory(yield* DeviceStore)
    const budgets = new Budgets(yield* ingestBudget)
    const store = yield* ReadingStore
    const context = yield* Effect.context<never>()
    const run = Effect.runCallbackWith(context)
    const group = new GroupCommit(store, usualGroupLimits, context, makeTell(yield* ReadingBus, run))
    const commit = makeCommit(group, store.capabilities.maxBatch)
    const setAside = yield* makeSetAside
    const complete = makeComplete(setAside)

    const ingest = Effect.fnUntraced(function* (
      principal: Principal,
      deviceId: DeviceId,
      submission: Submission.Submission
    ) {
      yield* requireScope(principal, "ingest")
      const now = yield* Instant.now
      const device = yield* directory.get(principal.tenantId, deviceId, now)
      if (!reaches(principal, device)) return yield* new NotFound({ what: "device", id: deviceId })
      const retryAfterMs = budgets.spend(device.tenantId, deviceId, submission.readings.length, now)
      if (retryAfterMs > 0) return yield* overBudget(retryAfterMs)
      const rejected = [...submission.rejected]
      const ahead: Array<SetAside> = []
      const sound = submission.readings.filter((row) => {
        const fault = clockFault(row.reading.at, now, tolerance)
        if (fault?.reason === "future") ahead.push({ row, reason: "future", message: fault.message })
        else if (fault !== undefined) rejected.push({ index: row.index, field: "at", ...fault })
        return fault === undefined
      })
      const readings = sound.map((row): DeviceReading => ({ ...row.reading, deviceId }))
      const stored = yield* complete(device, sound, yield* commit(device, readings))
      yield* setAside(device, ahead, now)
      rejected.push(...stored.rejected, ...ahead.map(rejectionOf))
      rejected.sort((a, b) => a.index - b.index)
      return { ...stored, rejected }
    })

    const clock = yield* Clock.Clock
    const ingestPlain = makePlain({ directory, budgets, group, tolerance, complete, clock, run })
    return Ingest.of({ ingest, ingestPlain })
  })
