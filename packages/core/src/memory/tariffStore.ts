import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Layer from "effect/Layer"
import { type LocationId, type OwnKey, ownKey, type TariffId, type TenantId } from "../model/ids.ts"
import { inOrder, type KeptTariff, type TariffAssignment } from "../model/KeptTariff.ts"
import { LocationStore } from "../ports/LocationStore.ts"
import * as Page from "../ports/Page.ts"
import { AlreadyExists, NotFound } from "../ports/registryErrors.ts"
import { TariffStore } from "../ports/tariffs/TariffStore.ts"
import { TenantStore } from "../ports/TenantStore.ts"

/** As it is after it was JSON, and nobody else's to change. */
const stored = (tariff: KeptTariff): KeptTariff => ({
  ...tariff,
  definition: JSON.parse(JSON.stringify(tariff.definition ?? null))
})

interface Assigned {
  readonly tenantId: TenantId
  readonly locationId: LocationId
  readonly assignments: ReadonlyArray<TariffAssignment>
}

const make = Effect.gen(function* () {
  const tenants = yield* TenantStore
  const places = yield* LocationStore
  const kept = new Map<OwnKey, KeptTariff>()
  const assigned = new Map<OwnKey, Assigned>()
  const of = (tenantId: TenantId, locationId: LocationId) =>
    assigned.get(ownKey(tenantId, locationId))?.assignments ?? []
  const get = (tenantId: TenantId, id: TariffId) =>
    Effect.suspend(() => {
      const tariff = kept.get(ownKey(tenantId, id))
      return tariff !== undefined ? Effect.succeed(tariff) : Effect.fail(new NotFound({ what: "tariff", id }))
    })
  return {
    add: Effect.fnUntraced(function* (tariff: KeptTariff) {
      yield* tenants.get(tariff.tenantId)
      const key = ownKey(tariff.tenantId, tariff.id)
      if (kept.has(key)) return yield* new AlreadyExists({ what: "tariff", id: tariff.id })
      kept.set(key, stored(tariff))
    }),
    get,
    list: (tenantId, page) =>
      Effect.sync(() =>
        Page.take(
          [...kept.values()].filter(
            (tariff) =>
              tariff.tenantId === tenantId && (page.withRemoved === true || tariff.removedAt === undefined)
          ),
          page
        )
      ),
    replace: (known, next) =>
      Effect.map(get(known.tenantId, known.id), (found) => {
        const isKnown = Equal.equals(found, stored(known))
        if (isKnown) kept.set(ownKey(next.tenantId, next.id), stored(next))
        return isKnown
      }),
    assignments: (tenantId, locationId) =>
      Effect.map(places.get(tenantId, locationId), () => of(tenantId, locationId)),
    assign: Effect.fnUntraced(function* (tenantId, locationId, known, next) {
      yield* places.get(tenantId, locationId)
      const before = of(tenantId, locationId)
      for (const { tariffId: id } of inOrder(next)) {
        const { removedAt } = yield* get(tenantId, id)
        const isNew = before.every(({ tariffId }) => tariffId !== id)
        if (removedAt !== undefined && isNew) return yield* new NotFound({ what: "tariff", id })
      }
      if (!Equal.equals(before, inOrder(known))) return false
      assigned.set(ownKey(tenantId, locationId), { tenantId, locationId, assignments: inOrder(next) })
      return true
    }),
    assignedTo: (tenantId, id, page) =>
      Effect.sync(() => {
        const where = [...assigned.values()].filter(
          (one) => one.tenantId === tenantId && one.assignments.some(({ tariffId }) => tariffId === id)
        )
        return Page.take(
          where.map(({ locationId }) => ({ id: locationId })),
          page
        ).map((place) => place.id)
      })
  } satisfies TariffStore
})

/** Keeps tariffs in memory, until the process ends. */
export const layer: Layer.Layer<TariffStore, never, LocationStore | TenantStore> = Layer.effect(
  TariffStore,
  make
)
