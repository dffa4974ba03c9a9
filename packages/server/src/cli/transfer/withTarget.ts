import { Effect } from "effect"
import * as HttpTarget from "./httpTarget.ts"
import { layerStores, nameOf, type PlaceFlags, placeOf, tenantOf } from "./place.ts"
import * as StorageTarget from "./storageTarget.ts"
import type { Target } from "./Target.ts"

/** Runs with the target that the flags name, which is let go of afterwards. */
export const withTarget = Effect.fnUntraced(function* <A, E>(
  given: PlaceFlags,
  use: (target: Target) => Effect.Effect<A, E>
) {
  const place = yield* placeOf(given)
  if (place.kind === "server") return yield* use(yield* HttpTarget.make(place.server))
  return yield* Effect.gen(function* () {
    const tenantId = yield* tenantOf(place.tenant)
    return yield* use(yield* StorageTarget.make(tenantId, nameOf(place.config)))
  }).pipe(Effect.provide(layerStores(place.config)))
})
