import { type LocationDraft, type LocationId, LocationStore, type Principal } from "@wattkit/core"
import { Effect } from "effect"
import type { Access } from "../../access/Access.ts"
import { Audit } from "../../audit/Audit.ts"
import { requireScope } from "../../authorise.ts"

/** Of what a caller says, exactly what a location is made of. */
export const saidOf = (said: LocationDraft): LocationDraft => {
  const { address, areaM2, currency, kind, name, occupants, zone } = said
  return {
    name,
    kind,
    zone,
    currency,
    ...(address === undefined ? {} : { address }),
    ...(areaM2 === undefined ? {} : { areaM2 }),
    ...(occupants === undefined ? {} : { occupants })
  }
}

/** Makes what every deed with locations needs. */
export const makeTools = Effect.fnUntraced(function* (access: Access) {
  return {
    store: yield* LocationStore,
    audit: yield* Audit,
    reach: (principal: Principal, id: LocationId, scope: "read" | "manage") =>
      Effect.andThen(requireScope(principal, scope), access.reachLocation(principal, id))
  }
})

/** What every deed with locations needs. */
export type LocationTools = Effect.Success<ReturnType<typeof makeTools>>
