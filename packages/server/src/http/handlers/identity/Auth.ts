import { Api } from "@wattkit/api"
import { Identity, KeyRing } from "@wattkit/engine"
import { Effect, Redacted } from "effect"
import { HttpEffect, HttpServerRequest, HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { answer, toFailure } from "../../answer.ts"
import { makeVisitor } from "./visitor.ts"

/**
 * A key is shown for five minutes before it signs, and by other processes than the one that made it a minute
 * later. Who keeps the keys for no longer than this knows each in time.
 */
const cacheable = "public, max-age=180"

const sayCacheable = Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) =>
  HttpEffect.appendPreResponseHandler((_, response) =>
    Effect.succeed(
      response.status === 200 ? HttpServerResponse.setHeader(response, "cache-control", cacheable) : response
    )
  ).pipe(Effect.provideService(HttpServerRequest.HttpServerRequest, request))
)

/** Answers for signing in. */
export const layer = HttpApiBuilder.group(
  Api,
  "auth",
  Effect.fn(function* (handlers) {
    const identity = yield* Identity
    const ring = yield* KeyRing
    const visitorOf = yield* makeVisitor
    return handlers.handleAll({
      register: ({ payload }) =>
        answer(Effect.as(identity.register({ ...payload, password: Redacted.make(payload.password) }), null)),
      verifyEmail: Effect.fnUntraced(function* ({ payload }) {
        const { ip } = yield* visitorOf
        const shown = { secret: payload.secret, password: Redacted.make(payload.password) }
        return yield* answer(Effect.as(identity.verifyEmail(shown, ip), null))
      }),
      login: Effect.fnUntraced(function* ({ payload }) {
        const { email, password, tenantId } = payload
        const visitor = yield* visitorOf
        const shown = { email, password: Redacted.make(password), tenantId }
        return yield* answer(
          Effect.map(identity.login(shown, visitor), (signed) =>
            signed.kind === "in" ? { kind: signed.kind, ...signed.tokens } : signed
          )
        )
      }),
      secondFactor: Effect.fnUntraced(function* ({ payload }) {
        const visitor = yield* visitorOf
        return yield* answer(identity.secondFactor(payload, visitor))
      }),
      refresh: ({ payload }) => answer(identity.refresh(payload.refreshToken)),
      forgotPassword: ({ payload }) => answer(Effect.as(identity.forgot(payload.email), null)),
      resetPassword: ({ payload }) =>
        answer(Effect.as(identity.reset(payload.secret, Redacted.make(payload.password)), null)),
      acceptInvitation: ({ payload }) => {
        const { name, password, secret } = payload
        const typed = password === undefined ? undefined : Redacted.make(password)
        return answer(Effect.as(identity.acceptInvitation({ secret, name, password: typed }), null))
      },
      token: ({ payload }) =>
        answer(identity.token({ ...payload, clientSecret: Redacted.make(payload.clientSecret) })),
      keys: Effect.fnUntraced(function* () {
        yield* sayCacheable
        return yield* Effect.catch(ring.publicKeys, toFailure)
      })
    })
  })
)
