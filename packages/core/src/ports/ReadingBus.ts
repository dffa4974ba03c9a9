import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { LocationId, TenantId } from "../model/ids.ts"
import type { DeviceReading } from "../model/Reading.ts"
import type { DeviceStatus } from "./DeviceStatusStore.ts"

/** Readings of one location that were stored just now, and statuses of its devices that changed. */
export interface StoredReadings {
  readonly tenantId: TenantId
  readonly locationId: LocationId
  readonly readings: ReadonlyArray<DeviceReading>
  readonly statuses?: ReadonlyArray<DeviceStatus>
}

/**
 * Carries readings that are stored to whoever shows them.
 *
 * It carries news, not records: a listener that is away misses what is published, and asks the
 * `ReadingStore` when it is back. `publish` never fails: a listener is called at once, in the order of
 * publication, must return quickly, and when it throws nobody else notices. News of another process come a
 * moment later, in the order in which it published them.
 */
export interface ReadingBus {
  readonly publish: (news: StoredReadings) => Effect.Effect<void>
  /**
   * Calls `listener` for every publication of the tenant until the scope closes, and `onGap` when news may
   * have been lost on their way: then what is shown has to be asked for anew.
   */
  readonly listen: (
    tenantId: TenantId,
    listener: (news: StoredReadings) => void,
    onGap?: () => void
  ) => Effect.Effect<unknown, never, Scope.Scope>
}

/** The key of the ReadingBus service. */
export const ReadingBus = Context.Service<ReadingBus>("@wattkit/core/ReadingBus")

/** Carries news inside this process, where none are lost. */
export const layerMemory: Layer.Layer<ReadingBus> = Layer.sync(ReadingBus, () => {
  // Each listening is an object of its own: the same function may listen twice.
  const listening = new Map<TenantId, Set<{ readonly tell: (news: StoredReadings) => void }>>()
  return {
    publish: (news) =>
      Effect.suspend(() => {
        const others = listening.get(news.tenantId)
        // Who begins to listen while the others are told is told of the next.
        return Effect.forEach(
          [...(others ?? [])],
          (one) =>
            Effect.catchCause(
              Effect.sync(() => others?.has(one) === true && one.tell(news)),
              (cause) => Effect.logError(cause)
            ),
          { discard: true }
        )
      }),
    listen: (tenantId, tell) =>
      Effect.acquireRelease(
        Effect.sync(() => {
          const one = { tell }
          const others = listening.get(tenantId) ?? new Set()
          listening.set(tenantId, others.add(one))
          return one
        }),
        (one) =>
          Effect.sync(() => {
            const others = listening.get(tenantId)
            others?.delete(one)
            if (others?.size === 0) listening.delete(tenantId)
          })
      )
  }
})
