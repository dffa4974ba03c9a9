import { Api, CurrentPrincipal, defaultLimit } from "@wattkit/api"
import type { Consent } from "@wattkit/core"
import { Personal } from "@wattkit/engine"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "../../answer.ts"

const viewOf = ({ at, isGiven, subject, version }: Consent) => ({ subject, version, isGiven, at })

/** Answers for what people agreed to. */
export const layer = HttpApiBuilder.group(
  Api,
  "personal",
  Effect.fn(function* (handlers) {
    const personal = yield* Personal
    return handlers.handleAll({
      consents: Effect.fnUntraced(function* ({ query }) {
        const { limit = defaultLimit, subject } = query
        const found = personal.consents(yield* CurrentPrincipal, { limit, subject })
        return yield* answer(Effect.map(found, (all) => all.map(viewOf)))
      }),
      consent: Effect.fnUntraced(function* ({ payload }) {
        return yield* answer(Effect.map(personal.consent(yield* CurrentPrincipal, payload), viewOf))
      })
    })
  })
)
