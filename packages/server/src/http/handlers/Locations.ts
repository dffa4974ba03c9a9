import { Api, CurrentPrincipal } from "@wattkit/api"
import { LocationId } from "@wattkit/core"
import { Registry } from "@wattkit/engine"
import { Effect, Option, Schema } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "../answer.ts"
import { answerPage } from "./page.ts"

const readId = (text: string) => Option.getOrUndefined(Schema.decodeUnknownOption(LocationId)(text))
const keys = { read: readId, write: (entry: { readonly id: string }) => entry.id }

/** Answers for locations. */
export const layer = HttpApiBuilder.group(
  Api,
  "locations",
  Effect.fn(function* (handlers) {
    const registry = yield* Registry
    return handlers.handleAll({
      list: Effect.fnUntraced(function* ({ query }) {
        const principal = yield* CurrentPrincipal
        return yield* answerPage(query, keys, (page) => registry.locations(principal, page))
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
      })
    })
  })
)
