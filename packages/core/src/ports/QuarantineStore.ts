import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { DeviceId, TenantId } from "../model/ids.ts"
import type { Quarantined } from "../model/Quarantined.ts"
import { KeptDecisions, settledBy } from "../memory/KeptDecisions.ts"
import type { Instant } from "../time/Instant.ts"
import { DeviceStore } from "./DeviceStore.ts"
import * as Page from "./Page.ts"
import type { StorageError } from "./StorageError.ts"

/** Keeps the readings that wait for a decision. */
export interface QuarantineStore {
  /**
   * Keeps readings; one whose id is there already, or whose device the tenant does not have, changes nothing.
   */
  readonly add: (quarantined: ReadonlyArray<Quarantined>) => Effect.Effect<void, StorageError>
  /** By id, those after `after`; of one device when it is given; those that wait only when `waiting`. */
  readonly list: (
    tenantId: TenantId,
    page: {
      readonly after?: string | undefined
      readonly limit: number
      readonly deviceId?: DeviceId | undefined
      readonly waiting: boolean
    }
  ) => Effect.Effect<ReadonlyArray<Quarantined>, StorageError>
  /** Those of the ids that are there, in the order of their ids. */
  readonly get: (
    tenantId: TenantId,
    ids: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyArray<Quarantined>, StorageError>
  /** Writes down what became of readings; one that is settled stays as it is. */
  readonly settle: (
    tenantId: TenantId,
    ids: ReadonlyArray<string>,
    settled: NonNullable<Quarantined["settled"]>
  ) => Effect.Effect<void, StorageError>
  /** Gives up what was settled before an instant, so many at most; answers how many. What waits stays. */
  readonly forget: (settledBefore: Instant, limit: number) => Effect.Effect<number, StorageError>
}

/** The key of the QuarantineStore service. */
export const QuarantineStore = Context.Service<QuarantineStore>("@wattkit/core/QuarantineStore")

/** Keeps the readings that wait in memory, until the process ends. */
export const layerMemory: Layer.Layer<QuarantineStore, never, DeviceStore | KeptDecisions> = Layer.effect(
  QuarantineStore,
  Effect.gen(function* () {
    const devices = yield* DeviceStore
    const tenants = new Map<TenantId, Map<string, Quarantined>>()
    const decisions = yield* KeptDecisions
    decisions.set("quarantine", settledBy(tenants))
    const of = (tenantId: TenantId): Map<string, Quarantined> => tenants.get(tenantId) ?? new Map()
    return {
      add: (quarantined) =>
        Effect.forEach(
          quarantined,
          Effect.fnUntraced(function* (one) {
            const isKnown = yield* Effect.isSuccess(devices.get(one.tenantId, one.reading.deviceId))
            const kept = of(one.tenantId)
            if (isKnown && !kept.has(one.id)) tenants.set(one.tenantId, kept.set(one.id, one))
          }),
          { discard: true }
        ),
      list: (tenantId, { deviceId, waiting, ...page }) =>
        Effect.sync(() =>
          Page.take(
            [...of(tenantId).values()].filter(
              ({ reading, settled }) =>
                (deviceId === undefined || reading.deviceId === deviceId) && !(waiting && settled !== null)
            ),
            page
          )
        ),
      get: (tenantId, ids) =>
        Effect.sync(() => [...new Set(ids)].sort().flatMap((id) => of(tenantId).get(id) ?? [])),
      settle: (tenantId, ids, settled) =>
        Effect.sync(() => {
          const kept = of(tenantId)
          for (const id of ids) {
            const one = kept.get(id)
            if (one !== undefined && one.settled === null) kept.set(id, { ...one, settled })
          }
        }),
      forget: (settledBefore, limit) =>
        Effect.sync(() => {
          const old = [...tenants.values()]
            .flatMap((kept) => [...kept.values()].map((one) => ({ kept, one })))
            .filter(({ one }) => one.settled !== null && one.settled.at < settledBefore)
            .slice(0, limit)
          for (const { kept, one } of old) kept.delete(one.id)
          return old.length
        })
    }
  })
)
