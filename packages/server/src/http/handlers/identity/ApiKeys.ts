import { Api, CurrentPrincipal } from "@wattkit/api"
import { type ApiKey, ApiKeyId } from "@wattkit/core"
import { ApiKeys, type MadeKey } from "@wattkit/engine"
import { Effect, Option, Redacted, Schema } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "../../answer.ts"
import { answerPage } from "../page.ts"

const readId = (text: string) => Option.getOrUndefined(Schema.decodeUnknownOption(ApiKeyId)(text))
const keys = { read: readId, write: (entry: { readonly id: string }) => entry.id }

/** Everything but the digest: of it a secret could at least be recognised. */
const viewOf = ({ digest: _, tenantId: __, ...shown }: ApiKey) => shown

const madeOf = ({ key, secret }: MadeKey) => ({ apiKey: viewOf(key), secret: Redacted.value(secret) })

/** Answers for keys. */
export const layer = HttpApiBuilder.group(
  Api,
  "apiKeys",
  Effect.fn(function* (handlers) {
    const apiKeys = yield* ApiKeys
    return handlers.handleAll({
      list: Effect.fnUntraced(function* ({ query }) {
        const principal = yield* CurrentPrincipal
        const { deviceId, show, userId } = query
        return yield* answerPage(query, keys, (page) =>
          Effect.map(apiKeys.list(principal, { ...page, deviceId, userId, isAll: show === "all" }), (found) =>
            found.map(viewOf)
          )
        )
      }),
      create: Effect.fnUntraced(function* ({ payload }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(Effect.map(apiKeys.create(principal, payload), madeOf))
      }),
      get: Effect.fnUntraced(function* ({ params }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(Effect.map(apiKeys.get(principal, params.id), viewOf))
      }),
      revoke: Effect.fnUntraced(function* ({ params }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(Effect.as(apiKeys.revoke(principal, params.id), { id: params.id }))
      }),
      rotate: Effect.fnUntraced(function* ({ params, payload }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(Effect.map(apiKeys.rotate(principal, params.id, payload.overlapMinutes), madeOf))
      })
    })
  })
)
