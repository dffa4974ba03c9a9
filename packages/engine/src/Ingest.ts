import {
  type AppendOutcome,
  type Device,
  type DeviceId,
  type DeviceReading,
  DeviceStore,
  Instant,
  NotFound,
  type Principal,
  type Quarantined,
  type QuarantineReason,
  QuarantineStore,
  ReadingBus,
  ReadingStore,
  type Rejection,
  type StorageError,
  type Submission,
  type Submitted,
  type TenantId
} from "@wattkit/core"
import { Array as Arr, Context, Effect, Layer } from "effect"
import { requireDevice, requireScope } from "./authorise.ts"
import { Busy } from "./Busy.ts"
import type { Forbidden } from "./Forbidden.ts"
import { Budgets, ingestBudget } from "./ingest/Budgets.ts"
import { Directory } from "./ingest/Directory.ts"
import { GroupCommit, usualGroupLimits } from "./ingest/GroupCommit.ts"
import { quarantineIdOf } from "./quarantine/quarantineId.ts"

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

/** What an instant is turned away for: clocks that were never set, and clocks that are ahead. */
export const clockFault = (
  at: Instant.Instant,
  now: Instant.Instant,
  tolerance: ClockTolerance = clockTolerance
): { readonly reason: "too_old" | "future"; readonly message: string } | undefined => {
  if (at < tolerance.oldest) return { reason: "too_old", message: "is before 2000; the clock was never set" }
  if (at <= now + tolerance.aheadMs) return undefined
  const seconds = Math.round((at - now) / 1000)
  return { reason: "future", message: `is ${seconds} s in the future; check the clock of the device` }
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

/** A reading that is kept in quarantine, and how that is answered. */
interface SetAside {
  readonly row: Submitted
  readonly reason: QuarantineReason
  readonly message: string
}

const rejectionOf = ({ message, reason, row }: SetAside): Rejection => ({
  index: row.index,
  field: "at",
  reason,
  message: `${message}; it is kept in quarantine`
})

/** So many readings are put into quarantine at once. */
const quarantineBatch = 1_000

/** Keeps readings in quarantine. */
const makeSetAside = Effect.map(QuarantineStore, (quarantine) =>
  Effect.fnUntraced(function* (
    { id, tenantId }: Device,
    aside: ReadonlyArray<SetAside>,
    receivedAt: Instant.Instant
  ) {
    for (const batch of Arr.chunksOf(aside, quarantineBatch)) {
      const kept = batch.map(async ({ reason, row }): Promise<Quarantined> => {
        const reading = { ...row.reading, deviceId: id }
        const key = await quarantineIdOf(tenantId, reading, reason)
        return { id: key, tenantId, reading, reason, receivedAt, settled: null }
      })
      yield* quarantine.add(yield* Effect.promise(() => Promise.all(kept)))
    }
  })
)

/** Stores and publishes readings, and answers what the store would not take. */
const makeStoreAll = Effect.gen(function* () {
  const store = yield* ReadingStore
  const bus = yield* ReadingBus
  const group = new GroupCommit(store, usualGroupLimits, yield* Effect.context<never>())
  const commit = (tenantId: TenantId, readings: ReadonlyArray<DeviceReading>) =>
    Effect.callback<ReadonlyArray<AppendOutcome>, StorageError | Busy>((resume) =>
      group.offer(tenantId, readings, resume)
    )
  return Effect.fnUntraced(function* (device: Device, sound: ReadonlyArray<Submitted>) {
    const { id, locationId, tenantId } = device
    const readings = sound.map((row): DeviceReading => ({ ...row.reading, deviceId: id }))
    const { maxBatch } = store.capabilities
    const outcomes =
      readings.length <= maxBatch
        ? yield* commit(tenantId, readings)
        : Arr.flatten(
            yield* Effect.forEach(Arr.chunksOf(readings, maxBatch), (batch) => commit(tenantId, batch))
          )
    if (outcomes.includes("unknown_device")) return yield* new NotFound({ what: "device", id })
    const news = readings.filter((_, i) => outcomes[i] === "accepted")
    if (news.length > 0) yield* bus.publish({ tenantId, locationId, readings: news })
    const aside = sound.flatMap((row, i): ReadonlyArray<SetAside> => {
      const reason = reasonOf(outcomes[i])
      return reason === undefined ? [] : [{ row, reason, message: storedMessages[reason] }]
    })
    // A reading that was corrected before it came is stored beside its correction, and changes nothing.
    const accepted = news.length + count(outcomes, "superseded")
    return { accepted, duplicates: count(outcomes, "duplicate"), aside }
  })
})

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
    const storeAll = yield* makeStoreAll
    const setAside = yield* makeSetAside

    const ingest = Effect.fnUntraced(function* (
      principal: Principal,
      deviceId: DeviceId,
      submission: Submission.Submission
    ) {
      yield* requireScope(principal, "ingest")
      yield* requireDevice(principal, deviceId)
      const now = yield* Instant.now
      const device = yield* directory.get(principal.tenantId, deviceId, now)
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
      const nothing = { accepted: 0, duplicates: 0, aside: [] }
      const { aside, ...stored } = sound.length === 0 ? nothing : yield* storeAll(device, sound)
      const all = [...ahead, ...aside]
      // Only what is kept is acknowledged, also of what was not stored.
      yield* setAside(device, all, now)
      for (const one of all) rejected.push(rejectionOf(one))
      rejected.sort((a, b) => a.index - b.index)
      return { ...stored, rejected }
    })

    return Ingest.of({ ingest })
  })
