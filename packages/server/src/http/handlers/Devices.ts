import { Api, CurrentPrincipal } from "@wattkit/api"
import { DeviceId, Instant } from "@wattkit/core"
import { Registry } from "@wattkit/engine"
import { Effect, Option, Redacted, Schema } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "../answer.ts"
import { answerPage, invalid } from "./page.ts"

const readId = (text: string) => Option.getOrUndefined(Schema.decodeUnknownOption(DeviceId)(text))
const keys = { read: readId, write: (entry: { readonly id: string }) => entry.id }

const monthMs = 30 * 86_400_000

/** Answers for devices. */
export const layer = HttpApiBuilder.group(
  Api,
  "devices",
  Effect.fn(function* (handlers) {
    const registry = yield* Registry
    return handlers.handleAll({
      list: Effect.fnUntraced(function* ({ params, query }) {
        const principal = yield* CurrentPrincipal
        return yield* answerPage(query, keys, (page) => registry.devices(principal, params.locationId, page))
      }),
      register: Effect.fnUntraced(function* ({ params, payload }) {
        const principal = yield* CurrentPrincipal
        const registered = Effect.map(
          registry.registerDevice(principal, params.locationId, payload),
          ({ credential, device }) => ({ device, credential: Redacted.value(credential) })
        )
        return yield* answer(registered)
      }),
      get: Effect.fnUntraced(function* ({ params }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(registry.device(principal, params.id))
      }),
      statusHistory: Effect.fnUntraced(function* ({ params, query }) {
        const principal = yield* CurrentPrincipal
        const now = yield* Instant.now
        const { from = Instant.plus(now, -monthMs), to = now } = query
        const found = Effect.gen(function* () {
          if (to < from) return yield* invalid("to", "must not be before from")
          const history = yield* registry.statusHistory(principal, params.id, { start: from, end: to })
          return history.map(({ at, status }) => ({ at, status }))
        })
        return yield* answer(found)
      })
    })
  })
)
