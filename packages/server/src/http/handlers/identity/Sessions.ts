import { Api, CurrentPrincipal } from "@wattkit/api"
import { Identity, type SeenSession } from "@wattkit/engine"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "../../answer.ts"

const viewOf = ({ agent, createdAt, expiresAt, id, isThis, tenantId, usedAt }: SeenSession) => ({
  id,
  tenantId,
  createdAt,
  usedAt,
  expiresAt,
  agent,
  isThis
})

/** Answers for sessions. */
export const layer = HttpApiBuilder.group(
  Api,
  "sessions",
  Effect.fn(function* (handlers) {
    const identity = yield* Identity
    return handlers.handleAll({
      list: Effect.fnUntraced(function* () {
        const principal = yield* CurrentPrincipal
        return yield* answer(Effect.map(identity.sessions(principal), (all) => all.map(viewOf)))
      }),
      endOthers: Effect.fnUntraced(function* () {
        const principal = yield* CurrentPrincipal
        return yield* answer(Effect.map(identity.endOthers(principal), (ended) => ({ ended })))
      }),
      end: Effect.fnUntraced(function* ({ params }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(Effect.as(identity.endSession(principal, params.id), null))
      }),
      logout: Effect.fnUntraced(function* () {
        const principal = yield* CurrentPrincipal
        return yield* answer(Effect.as(identity.logout(principal), null))
      })
    })
  })
)
