import { Api, CurrentPrincipal, TariffAssignmentView, TariffView } from "@wattkit/api"
import { type KeptTariff, TariffId } from "@wattkit/core"
import { Tariffs } from "@wattkit/engine"
import { Effect, Option, Schema } from "effect"
import type { HttpServerRequest } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "../../answer.ts"
import { ifMatchOf } from "../../edge/ifMatch.ts"
import { answerPage } from "../page.ts"

const readId = (text: string) => Option.getOrUndefined(Schema.decodeUnknownOption(TariffId)(text))
const keys = { read: readId, write: (entry: { readonly id: string }) => entry.id }

const ifView = ifMatchOf(TariffView)
const ifAssignments = ifMatchOf(Schema.Array(TariffAssignmentView))

/** What is kept was JSON when it came. */
const shown = (tariff: KeptTariff) => ({
  ...tariff,
  definition: tariff.definition as typeof TariffView.Type.definition
})

const ifTariff = (request: HttpServerRequest.HttpServerRequest) => {
  const isExpected = ifView(request)
  return isExpected === undefined ? undefined : (tariff: KeptTariff) => isExpected(shown(tariff))
}

/** Answers for tariffs. */
export const layer = HttpApiBuilder.group(
  Api,
  "tariffs",
  Effect.fn(function* (handlers) {
    const tariffs = yield* Tariffs
    return handlers.handleAll({
      list: Effect.fnUntraced(function* ({ query }) {
        const principal = yield* CurrentPrincipal
        return yield* answerPage(query, keys, (page) => tariffs.list(principal, page))
      }),
      create: Effect.fnUntraced(function* ({ payload }) {
        const principal = yield* CurrentPrincipal
        // The tenant of a verified credential is there; that it is not would be our mistake.
        const made = Effect.catchTag(tariffs.create(principal, payload), "NotFound", Effect.die)
        return yield* answer(Effect.map(made, shown))
      }),
      check: Effect.fnUntraced(function* ({ payload }) {
        const principal = yield* CurrentPrincipal
        const checked = tariffs.check(principal, payload.definition)
        return yield* answer(Effect.map(checked, (faults) => ({ isValid: faults.length === 0, faults })))
      }),
      get: Effect.fnUntraced(function* ({ params }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(Effect.map(tariffs.get(principal, params.id), shown))
      }),
      update: Effect.fnUntraced(function* ({ params, payload, request }) {
        const principal = yield* CurrentPrincipal
        const updated = tariffs.update(principal, params.id, payload.definition, ifTariff(request))
        return yield* answer(Effect.map(updated, shown))
      }),
      remove: Effect.fnUntraced(function* ({ params, request }) {
        const principal = yield* CurrentPrincipal
        const removed = tariffs.remove(principal, params.id, ifTariff(request))
        return yield* answer(Effect.as(removed, { id: params.id }))
      }),
      assignments: Effect.fnUntraced(function* ({ params }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(tariffs.assignments(principal, params.id))
      }),
      assign: Effect.fnUntraced(function* ({ params, payload, request }) {
        const principal = yield* CurrentPrincipal
        const { assignments } = payload
        return yield* answer(tariffs.assign(principal, params.id, assignments, ifAssignments(request)))
      })
    })
  })
)
