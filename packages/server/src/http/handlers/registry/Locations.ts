import { Api, CurrentPrincipal, LocationMemberView, LocationView } from "@wattkit/api"
import { LocationId } from "@wattkit/core"
import { Registry } from "@wattkit/engine"
import { Effect, Schema } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "../../answer.ts"
import { ifMatchOf } from "../../edge/ifMatch.ts"
import { answerPage } from "../page.ts"
import { placeKeys } from "./placeKeys.ts"

const ifLocation = ifMatchOf(LocationView)
const ifMembers = ifMatchOf(Schema.Array(LocationMemberView))

/** Answers for locations. */
export const layer = HttpApiBuilder.group(
  Api,
  "locations",
  Effect.fn(function* (handlers) {
    const registry = yield* Registry
    return handlers.handleAll({
      list: Effect.fnUntraced(function* ({ query }) {
        const principal = yield* CurrentPrincipal
        const { kind, name, sort = "id" } = query
        const where = kind === undefined ? undefined : (location: { kind: string }) => location.kind === kind
        return yield* answerPage(query, placeKeys(sort, LocationId), (page) =>
          registry.locations(principal, { ...page, sort, name, where })
        )
      }),
      create: Effect.fnUntraced(function* ({ payload }) {
        const principal = yield* CurrentPrincipal
        // The tenant of a verified credential is there; that it is not would be our mistake.
        const made = registry.createLocation(principal, payload).pipe(Effect.catchTag("NotFound", Effect.die))
        return yield* answer(made)
      }),
      get: Effect.fnUntraced(function* ({ params }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(registry.location(principal, params.id))
      }),
      update: Effect.fnUntraced(function* ({ params, payload, request }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(registry.updateLocation(principal, params.id, payload, ifLocation(request)))
      }),
      remove: Effect.fnUntraced(function* ({ params, request }) {
        const principal = yield* CurrentPrincipal
        const removed = registry.removeLocation(principal, params.id, ifLocation(request))
        return yield* answer(Effect.as(removed, { id: params.id }))
      }),
      members: Effect.fnUntraced(function* ({ params }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(registry.members(principal, params.id))
      }),
      setMembers: Effect.fnUntraced(function* ({ params, payload, request }) {
        const principal = yield* CurrentPrincipal
        const { members } = payload
        return yield* answer(registry.setMembers(principal, params.id, members, ifMembers(request)))
      })
    })
  })
)
