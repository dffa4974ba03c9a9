import {
  type Device,
  type DeviceId,
  type DeviceStore,
  Instant,
  LocalCalendar,
  LocationStore,
  type NotFound,
  type Principal,
  type Quarantined,
  type QuarantineReason,
  QuarantineStore,
  type ReadingBus,
  type ReadingStore,
  type StorageError,
  ZoneHistory
} from "@wattkit/core"
import { Context, Effect, Layer } from "effect"
import { makeAccess } from "../access/Access.ts"
import { makeVisible } from "../access/visible.ts"
import { requireScope } from "../authorise.ts"
import type { Corrections } from "../Corrections.ts"
import type { Forbidden } from "../Forbidden.ts"
import { type ClockSkew, clockSkewOf } from "./clockSkew.ts"
import { makeRelease, type ReleaseOutcome } from "./release.ts"

/** Which readings in quarantine: by their ids, or all that wait of a device. */
export type QuarantineChoice =
  | { readonly ids: ReadonlyArray<string> }
  | { readonly deviceId: DeviceId; readonly reason?: QuarantineReason | undefined }

/** A reading that still waits after its release was asked for, and why. */
export interface StillWaiting {
  readonly id: string
  readonly reason: Exclude<ReleaseOutcome, "released">
}

/** What became of the chosen readings. */
export interface ReleaseResult {
  readonly released: number
  readonly waiting: ReadonlyArray<StillWaiting>
  /** Whether more of the device wait than one request settles: ask again. */
  readonly hasMore: boolean
}

/** What the readings in quarantine tell of a device's clock. */
export interface ClockReport extends ClockSkew {
  /** `local_time_as_utc`: the device is ahead by the offset of its location. */
  readonly hint: "local_time_as_utc" | null
}

/** So many readings are settled by one request. */
export const mostSettled = 1_000
/** So many waiting readings of a device tell how its clock goes. */
const mostAsked = 1_000

type Failure = Forbidden | NotFound | StorageError

/** Readings that were not stored with the others and wait for a person. */
export class Quarantine extends Context.Service<
  Quarantine,
  {
    /** By id, that is by the instant they claim; those that wait only, or also what became of the others. */
    readonly list: (
      principal: Principal,
      page: {
        readonly after?: string | undefined
        readonly limit: number
        readonly deviceId?: DeviceId | undefined
        readonly waiting: boolean
      }
    ) => Effect.Effect<ReadonlyArray<Quarantined>, Failure>
    /**
     * Stores readings after all, each so many milliseconds later than it said. One that was kept because of a
     * conflict becomes a correction when it is not shifted. What was released stays here, with who did it.
     */
    readonly release: (
      principal: Principal,
      choice: QuarantineChoice,
      shiftMs: number
    ) => Effect.Effect<ReleaseResult, Failure>
    /** Gives readings up; they stay here, with who did it. Answers how many there were. */
    readonly drop: (
      principal: Principal,
      choice: QuarantineChoice
    ) => Effect.Effect<{ readonly dropped: number; readonly hasMore: boolean }, Failure>
    /** How far the clock of a device is off. */
    readonly clock: (principal: Principal, deviceId: DeviceId) => Effect.Effect<ClockReport, Failure>
  }
>()("@wattkit/engine/Quarantine") {
  static readonly layer: Layer.Layer<
    Quarantine,
    never,
    QuarantineStore | ReadingStore | ReadingBus | DeviceStore | LocationStore | Corrections
  > = Layer.suspend(() => Layer.effect(Quarantine, make))
}

const deviceIdOf = ({ reading }: Quarantined): DeviceId => reading.deviceId

/** Finds the waiting readings that somebody means, as far as the one who asks may settle them. */
const makeChosen = Effect.gen(function* () {
  const store = yield* QuarantineStore
  const { reachDevice } = yield* makeAccess
  const visible = yield* makeVisible

  const ofDevice = Effect.fnUntraced(function* (
    tenantId: Principal["tenantId"],
    deviceId: DeviceId,
    reason: QuarantineReason | undefined
  ) {
    const found: Array<Quarantined> = []
    let after: string | undefined
    while (found.length <= mostSettled) {
      const query = { after, limit: mostSettled, deviceId, waiting: true }
      const page: ReadonlyArray<Quarantined> = yield* store.list(tenantId, query)
      found.push(...page.filter((one) => reason === undefined || one.reason === reason))
      after = page.at(-1)?.id
      if (page.length < mostSettled) break
    }
    return { found: found.slice(0, mostSettled), hasMore: found.length > mostSettled }
  })

  return Effect.fnUntraced(function* (principal: Principal, choice: QuarantineChoice) {
    yield* requireScope(principal, "correct")
    const { tenantId } = principal
    if ("ids" in choice) {
      const found = yield* store.get(tenantId, choice.ids)
      const waiting = found.filter((one) => one.settled === null)
      return { found: yield* visible.among(principal, waiting, deviceIdOf), hasMore: false }
    }
    const { deviceId, reason } = choice
    yield* reachDevice(principal, deviceId)
    return yield* ofDevice(tenantId, deviceId, reason)
  })
})

const make = Effect.gen(function* () {
  const store = yield* QuarantineStore
  const locations = yield* LocationStore
  const { reachDevice } = yield* makeAccess
  const visible = yield* makeVisible
  const release = yield* makeRelease
  const chosen = yield* makeChosen

  const settle = Effect.fnUntraced(function* (
    principal: Principal,
    found: ReadonlyArray<Quarantined>,
    as: "released" | "dropped",
    shiftedMs: number
  ) {
    if (found.length === 0) return
    const ids = found.map(({ id }) => id)
    const at = yield* Instant.now
    yield* store.settle(principal.tenantId, ids, { at, by: principal.by.id, as, shiftedMs })
  })

  const hintOf = Effect.fnUntraced(function* ({ locationId, tenantId }: Device, { skewMs }: ClockSkew) {
    if (skewMs === null || skewMs === 0) return null
    const calendar = ZoneHistory.calendarOf(yield* locations.zones(tenantId, locationId))
    const offset = LocalCalendar.offsetAt(calendar, yield* Instant.now)
    return Math.abs(offset - skewMs) <= 2_000 ? ("local_time_as_utc" as const) : null
  })

  return Quarantine.of({
    list: Effect.fn("Quarantine.list")(function* (principal, page) {
      yield* requireScope(principal, "read")
      const deviceId = page.deviceId ?? principal.deviceId ?? undefined
      const list = (part: { readonly after?: string | undefined; readonly limit: number }) =>
        store.list(principal.tenantId, { ...part, deviceId, waiting: page.waiting })
      if (deviceId === undefined) {
        return yield* visible.page(principal, page, { list, deviceIdOf, cursorOf: ({ id }) => id })
      }
      yield* reachDevice(principal, deviceId)
      return yield* list(page)
    }),

    release: Effect.fn("Quarantine.release")(function* (principal, choice, shiftMs) {
      const { found, hasMore } = yield* chosen(principal, choice)
      const outcomes = yield* release(principal, found, shiftMs)
      const released = found.filter((_, i) => outcomes[i] === "released")
      // Stored first: should this end in between, the same is asked again and found to be there.
      yield* settle(principal, released, "released", shiftMs)
      const waiting = found.flatMap(({ id }, i): ReadonlyArray<StillWaiting> => {
        const outcome = outcomes[i]
        return outcome === undefined || outcome === "released" ? [] : [{ id, reason: outcome }]
      })
      return { released: released.length, waiting, hasMore }
    }),

    drop: Effect.fn("Quarantine.drop")(function* (principal, choice) {
      const { found, hasMore } = yield* chosen(principal, choice)
      yield* settle(principal, found, "dropped", 0)
      return { dropped: found.length, hasMore }
    }),

    clock: Effect.fn("Quarantine.clock")(function* (principal, deviceId) {
      yield* requireScope(principal, "read")
      const device = yield* reachDevice(principal, deviceId)
      const page = { limit: mostAsked, deviceId, waiting: true }
      const skew = clockSkewOf(yield* store.list(principal.tenantId, page))
      return { ...skew, hint: yield* hintOf(device, skew) }
    })
  })
})
