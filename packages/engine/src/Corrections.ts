import {
  type ChannelName,
  type Correction,
  type CorrectionOutcome,
  type Device,
  type DeviceId,
  type DeviceReading,
  type DeviceStore,
  Instant,
  type Interval,
  type LocationStore,
  NotFound,
  type Principal,
  type Reading,
  ReadingBus,
  type ReadingIdentity,
  ReadingStore,
  type Rejection,
  type Revision,
  type StorageError
} from "@wattkit/core"
import { Array as Arr, Context, Effect, Layer } from "effect"
import { makeAccess } from "./access/Access.ts"
import { requireScope } from "./authorise.ts"
import type { Forbidden } from "./Forbidden.ts"
import { clockFault } from "./ingest/clockFault.ts"
import { Invalid } from "./Invalid.ts"

/** What readings of a device shall say instead, decided together. */
export interface CorrectionDraft {
  readonly reason: string
  /** When it was decided; now when it is left out. Said again with the same instant it changes nothing. */
  readonly madeAt?: Instant.Instant | undefined
  /** What counts from now on; a reading that was not there is added. */
  readonly readings: ReadonlyArray<Reading>
  /** Readings that shall count no more. */
  readonly strikeOut: ReadonlyArray<{ readonly channel: ChannelName; readonly at: Instant.Instant }>
}

/** What became of corrections. All of it is stored as durably as the store declares. */
export interface CorrectionResult {
  /** Readings that say something else now, or nothing. */
  readonly revised: number
  /** Readings that were not there. */
  readonly accepted: number
  /** Corrections a later one stands above; they are kept as revisions. */
  readonly superseded: number
  readonly duplicates: number
  readonly rejected: ReadonlyArray<Rejection>
}

/** So many readings are struck out by one request. */
export const mostStruckOut = 10_000

type Failure = Forbidden | NotFound | StorageError

/** Changes what devices said, and keeps what they said: nothing is overwritten and nothing deleted. */
export class Corrections extends Context.Service<
  Corrections,
  {
    readonly correct: (
      principal: Principal,
      deviceId: DeviceId,
      draft: CorrectionDraft
    ) => Effect.Effect<CorrectionResult, Failure | Invalid>
    /** Strikes out the readings of a channel within an interval and answers how many there were. */
    readonly strikeOut: (
      principal: Principal,
      query: {
        readonly deviceId: DeviceId
        readonly channel: ChannelName
        readonly within: Interval.Interval
        readonly reason: string
      }
    ) => Effect.Effect<{ readonly struckOut: number }, Failure | Invalid>
    /** Every version of one reading, oldest first; the last one counts. */
    readonly revisions: (
      principal: Principal,
      identity: ReadingIdentity
    ) => Effect.Effect<ReadonlyArray<Revision>, Failure>
  }
>()("@wattkit/engine/Corrections") {
  static readonly layer: Layer.Layer<
    Corrections,
    never,
    ReadingStore | ReadingBus | DeviceStore | LocationStore
  > = Layer.suspend(() => Layer.effect(Corrections, make))
}

/** A correction with its place in the request. */
interface Placed {
  readonly index: number
  readonly field: string
  readonly correction: Correction
}

const expired = { reason: "expired", message: "readings of this time were already given up" } as const
const rivalled = {
  reason: "conflict",
  message: "another correction of this reading was made at the same instant"
} as const

const placedOf = (
  by: string,
  deviceId: DeviceId,
  { readings, reason, strikeOut }: CorrectionDraft,
  madeAt: Instant.Instant
): ReadonlyArray<Placed> => {
  const provenance = { deviceId, by, reason, madeAt }
  return [
    ...readings.map((reading, index) => ({
      index,
      field: `readings[${index}].at`,
      correction: { ...provenance, channel: reading.channel, at: reading.at, reading }
    })),
    ...strikeOut.map(({ at, channel }, index) => ({
      index,
      field: `strikeOut[${index}].at`,
      correction: { ...provenance, channel, at, reading: null }
    }))
  ]
}

const rejectionsOf = (
  placed: ReadonlyArray<Placed>,
  outcomes: ReadonlyArray<CorrectionOutcome>
): ReadonlyArray<Rejection> =>
  placed.flatMap(({ field, index }, i): ReadonlyArray<Rejection> => {
    const outcome = outcomes[i]
    if (outcome === "expired") return [{ index, field, ...expired }]
    return outcome === "conflict" ? [{ index, field, ...rivalled }] : []
  })

const resultOf = (
  outcomes: ReadonlyArray<CorrectionOutcome>,
  rejected: ReadonlyArray<Rejection>
): CorrectionResult => {
  const count = (wanted: CorrectionOutcome) => outcomes.filter((outcome) => outcome === wanted).length
  return {
    revised: count("revised"),
    accepted: count("accepted"),
    superseded: count("superseded"),
    duplicates: count("duplicate"),
    rejected
  }
}

/** The moments at which decisions are made. */
const makeMoments = () => {
  let last = 0
  /** Of two decisions in one millisecond the second one shall count, so each gets an instant of its own. */
  const next = Effect.map(Instant.now, (now) => {
    last = Math.max(now, last + 1)
    return last as Instant.Instant
  })
  const given = Effect.fnUntraced(function* (madeAt: Instant.Instant) {
    if (madeAt > (yield* Instant.now)) {
      // A decision dated ahead would stand above everything decided until then.
      return yield* new Invalid({ field: "madeAt", reason: "must not be in the future" })
    }
    last = Math.max(last, madeAt)
    return madeAt
  })
  return { next, given }
}

/** Stores corrections of one device, and publishes what counts now. */
const makeWrite = Effect.gen(function* () {
  const store = yield* ReadingStore
  const bus = yield* ReadingBus
  return Effect.fnUntraced(function* (device: Device, corrections: ReadonlyArray<Correction>) {
    const { id, locationId, tenantId } = device
    const batches = Arr.chunksOf(corrections, store.capabilities.maxBatch)
    const outcomes = Arr.flatten(yield* Effect.forEach(batches, (batch) => store.correct(tenantId, batch)))
    if (outcomes.includes("unknown_device")) return yield* new NotFound({ what: "device", id })
    const readings = corrections.flatMap(({ reading }, i): ReadonlyArray<DeviceReading> => {
      const counts = outcomes[i] === "revised" || outcomes[i] === "accepted"
      return counts && reading !== null ? [{ ...reading, deviceId: id }] : []
    })
    if (readings.length > 0) yield* bus.publish({ tenantId, locationId, readings })
    return outcomes
  })
})

const make = Effect.gen(function* () {
  const store = yield* ReadingStore
  const { reachDevice } = yield* makeAccess
  const write = yield* makeWrite
  const moments = makeMoments()

  const reach = Effect.fnUntraced(function* (
    principal: Principal,
    deviceId: DeviceId,
    scope: "read" | "correct"
  ) {
    yield* requireScope(principal, scope)
    return yield* reachDevice(principal, deviceId)
  })

  return Corrections.of({
    correct: Effect.fn("Corrections.correct")(function* (principal, deviceId, draft) {
      const device = yield* reach(principal, deviceId, "correct")
      const now = yield* Instant.now
      const madeAt = yield* draft.madeAt === undefined ? moments.next : moments.given(draft.madeAt)
      const faults: Array<Rejection> = []
      const sound = placedOf(principal.by.id, deviceId, draft, madeAt).filter((placed) => {
        const fault = clockFault(placed.correction.at, now)
        if (fault !== undefined) faults.push({ index: placed.index, field: placed.field, ...fault })
        return fault === undefined
      })
      const corrections = sound.map(({ correction }) => correction)
      const outcomes = yield* write(device, corrections)
      return resultOf(outcomes, [...faults, ...rejectionsOf(sound, outcomes)])
    }),

    strikeOut: Effect.fn("Corrections.strikeOut")(function* (principal, { reason, ...query }) {
      const device = yield* reach(principal, query.deviceId, "correct")
      const found = yield* store.page(principal.tenantId, { ...query, limit: mostStruckOut + 1 })
      if (found.length > mostStruckOut) {
        const words = `bounds more than ${mostStruckOut} readings; strike them out in smaller parts`
        return yield* new Invalid({ field: "to", reason: words })
      }
      const draft = { reason, readings: [], strikeOut: found }
      const placed = placedOf(principal.by.id, query.deviceId, draft, yield* moments.next)
      const corrections = placed.map(({ correction }) => correction)
      const outcomes = yield* write(device, corrections)
      return { struckOut: outcomes.filter((outcome) => outcome === "revised").length }
    }),

    revisions: Effect.fn("Corrections.revisions")(function* (principal, identity) {
      yield* reach(principal, identity.deviceId, "read")
      return yield* store.revisions(principal.tenantId, identity)
    })
  })
})
