import {
  type KeptTariff,
  type LocationId,
  NotFound,
  type Principal,
  type Scope,
  type TariffId,
  TariffStore
} from "@wattkit/core"
import type { Tariff } from "@wattkit/tariff"
import { Effect } from "effect"
import { mayReach } from "../access/mayReach.ts"
import { Audit } from "../audit/Audit.ts"
import { requireScope } from "../authorise.ts"
import { Forbidden } from "../Forbidden.ts"

/** So many locations are read at once. */
const pageOf = 500

/** What of a tariff is worth writing down: which versions there are, and not each of their prices. */
export const told = ({ definition, name }: KeptTariff) => ({
  name,
  versions: (definition as Tariff).versions.map(({ id, validFrom }) => ({ id, validFrom }))
})

/** Tariffs are the tenant's; of a device nothing but its own is its business. */
export const admit = (principal: Principal, scope: Scope): Effect.Effect<void, Forbidden> =>
  principal.deviceId === null
    ? requireScope(principal, scope)
    : Effect.fail(new Forbidden({ message: "a device has no business with tariffs" }))

/** Makes what every deed with tariffs needs. */
export const makeTools = Effect.gen(function* () {
  const store = yield* TariffStore
  const audit = yield* Audit
  return {
    store,
    audit,
    there: Effect.fnUntraced(function* ({ tenantId }: Principal, id: TariffId) {
      const tariff = yield* store.get(tenantId, id)
      return tariff.removedAt === undefined ? tariff : yield* new NotFound({ what: "tariff", id })
    }),
    /** Whether a tariff is in force anywhere; only who reaches all of these places may do anything to it. */
    isAssigned: Effect.fnUntraced(function* (principal: Principal, id: TariffId) {
      let after: LocationId | undefined
      for (;;) {
        const query = { after, limit: pageOf }
        const page: ReadonlyArray<LocationId> = yield* store.assignedTo(principal.tenantId, id, query)
        if (page.some((place) => !mayReach(principal, place))) {
          return yield* new Forbidden({ message: "this tariff is in force at locations you do not reach" })
        }
        if (page.length < pageOf) return after !== undefined || page.length > 0
        after = page.at(-1)
      }
    })
  }
})

/** What every deed with tariffs needs. */
export type TariffTools = Effect.Success<typeof makeTools>
