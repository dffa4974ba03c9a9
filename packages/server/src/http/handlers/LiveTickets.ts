import { Api, CurrentPrincipal } from "@wattkit/api"
import type { Instant } from "@wattkit/core"
import { requireScope } from "@wattkit/engine"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Tickets } from "../../Tickets.ts"
import { answer } from "../answer.ts"

/** Gives out tickets for the live WebSocket. */
export const layer = HttpApiBuilder.group(
  Api,
  "live",
  Effect.fn(function* (handlers) {
    const tickets = yield* Tickets
    return handlers.handleAll({
      ticket: Effect.fnUntraced(function* () {
        const principal = yield* CurrentPrincipal
        const issued = Effect.andThen(requireScope(principal, "read"), tickets.issue(principal))
        return yield* answer(
          Effect.map(issued, ({ expiresAt, ticket }) => ({ ticket, expiresAt: expiresAt as Instant.Instant }))
        )
      })
    })
  })
)
