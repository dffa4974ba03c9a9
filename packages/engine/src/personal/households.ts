import {
  type ApiKeyId,
  ApiKeyStore,
  type DeviceId,
  DeviceStore,
  erased,
  Instant,
  type Location,
  type LocationId,
  LocationStore,
  type Membership,
  MembershipStore,
  type Page,
  type TariffId,
  TariffStore,
  type TenantId,
  TenantStore,
  type UserId
} from "@wattkit/core"
import { Effect } from "effect"
import { everyPage } from "../registry/everyPage.ts"

/** Whether a location says something of those who live there. */
const isTelling = ({ address, areaM2, name, occupants }: Location): boolean =>
  name !== erased || [address, areaM2, occupants].some((said) => said !== undefined)

/** Makes what knows the tenants that one person is alone in, such as the household of somebody. */
export const makeHouseholds = Effect.gen(function* () {
  const memberships = yield* MembershipStore
  const tenants = yield* TenantStore
  const locations = yield* LocationStore
  const devices = yield* DeviceStore
  const tariffs = yield* TariffStore
  const keys = yield* ApiKeyStore

  /** The memberships of a person where nobody else is a member, not even one who is kept out. */
  const aloneIn = Effect.fnUntraced(function* (all: ReadonlyArray<Membership>) {
    return yield* Effect.filter(all, ({ tenantId }) =>
      Effect.map(memberships.ofTenant(tenantId, { limit: 2 }), ({ length }) => length === 1)
    )
  })

  /** Everything that was given a name, removed or not. */
  const thingsOf = Effect.fnUntraced(function* (tenantId: TenantId) {
    return {
      locations: yield* everyPage((page: Page<LocationId>) =>
        locations.list(tenantId, { ...page, withRemoved: true })
      ),
      devices: yield* everyPage((page: Page<DeviceId>) =>
        devices.list(tenantId, { ...page, withRemoved: true })
      ),
      tariffs: yield* everyPage((page: Page<TariffId>) =>
        tariffs.list(tenantId, { ...page, withRemoved: true })
      )
    }
  })

  /** What was changed meanwhile is looked at once more, until nothing is left to do. */
  const forgetNames = Effect.fnUntraced(function* (tenantId: TenantId) {
    for (;;) {
      const things = yield* thingsOf(tenantId)
      const replaced = yield* Effect.all([
        ...things.locations.filter(isTelling).map((one) => {
          const { address: _, areaM2: __, occupants: ___, ...rest } = one
          return locations.replace(one, { ...rest, name: erased })
        }),
        ...things.devices
          .filter(({ name }) => name !== erased)
          .map((one) => devices.replace(one, { ...one, name: erased })),
        ...things.tariffs
          .filter(({ name }) => name !== erased)
          .map((one) => tariffs.replace(one, { ...one, name: erased }))
      ])
      if (replaced.every((isDone) => isDone)) return
    }
  })

  /**
   * Lets a tenant say no more whose it was: names, addresses and who lives there go, and nothing is measured
   * any more, as no key of it works. What was measured stays, of nobody.
   */
  const forget = Effect.fnUntraced(
    function* (tenantId: TenantId) {
      const now = yield* Instant.now
      const all = yield* everyPage((page: Page<ApiKeyId>) => keys.list(tenantId, page))
      for (const { id } of all) yield* keys.revoke(tenantId, id, now)
      yield* forgetNames(tenantId)
      yield* tenants.rename(tenantId, erased)
    },
    Effect.catchTag("NotFound", Effect.die)
  )

  return { aloneIn, forget, ofUser: (id: UserId) => memberships.ofUser(id), tenants, thingsOf }
})
