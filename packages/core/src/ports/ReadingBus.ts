import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { LocationId, TenantId } from "../model/ids.ts"
import type { DeviceReading } from "../model/Reading.ts"

/** Readings of one location that were stored just now. */
export interface StoredReadings {
  readonly tenantId: TenantId
  readonly locationId: LocationId
  readonly readings: ReadonlyArray<DeviceReading>
}

/**
 * Carries readings that are stored to whoever shows them.
 *
 * It carries news, not records: a listener that is away misses what is published, and asks the
 * `ReadingStore` when it is back. `publish` never waits for a listener and never fails; a listener is called
 * at once, in the order of publication, and must return quickly.
 */
export interface ReadingBus {
  readonly publish: (news: StoredReadings) => Effect.Effect<void>
  /** Calls `listener` for every publication of the tenant until the scope closes. */
  readonly listen: (
    tenantId: TenantId,
    listener: (news: StoredReadings) => void
  ) => Effect.Effect<void, never, Scope.Scope>
}

/** The key of the ReadingBus service. */
export const ReadingBus = Context.Service<ReadingBus>("@wattkit/core/ReadingBus")

/** Carries news inside this process. */
export const layerMemory: Layer.Layer<ReadingBus> = Layer.sync(ReadingBus, () => {
  const listeners = new Map<TenantId, Set<(news: StoredReadings) => void>>()
  return {
    publish: (news) =>
      Effect.sync(() => {
        for (const listener of listeners.get(news.tenantId) ?? []) listener(news)
      }),
    listen: (tenantId, listener) =>
      Effect.acquireRelease(
        Effect.sync(() => {
          const known = listeners.get(tenantId) ?? new Set()
          listeners.set(tenantId, known.add(listener))
        }),
        () =>
          Effect.sync(() => {
            const known = listeners.get(tenantId)
            known?.delete(listener)
            if (known?.size === 0) listeners.delete(tenantId)
          })
      )
  }
})
