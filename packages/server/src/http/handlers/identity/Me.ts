import { Api, CurrentPrincipal, MeView } from "@wattkit/api"
import { Preferences } from "@wattkit/core"
import { Identity, type Me } from "@wattkit/engine"
import { Effect, Redacted } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "../../answer.ts"
import { ifMatchOf } from "../../edge/ifMatch.ts"
import { makeVisitor } from "./visitor.ts"

const viewOf = ({ createdAt, email, hasSecondFactor, id, name, role, tenantId }: Me) => ({
  id,
  email,
  name,
  createdAt,
  hasSecondFactor,
  tenantId,
  role
})

const ifView = ifMatchOf(MeView)
const ifPreferences = ifMatchOf(Preferences)

/** Answers for what is a person's own. */
export const layer = HttpApiBuilder.group(
  Api,
  "me",
  Effect.fn(function* (handlers) {
    const identity = yield* Identity
    const visitorOf = yield* makeVisitor
    return handlers.handleAll({
      get: Effect.fnUntraced(function* () {
        return yield* answer(Effect.map(identity.me(yield* CurrentPrincipal), viewOf))
      }),
      update: Effect.fnUntraced(function* ({ payload, request }) {
        const principal = yield* CurrentPrincipal
        const isSame = ifView(request)
        const isExpected = isSame === undefined ? undefined : (me: Me) => isSame(viewOf(me))
        return yield* answer(Effect.map(identity.rename(principal, payload.name, isExpected), viewOf))
      }),
      erase: Effect.fnUntraced(function* ({ payload }) {
        const principal = yield* CurrentPrincipal
        const { ip } = yield* visitorOf
        const begun = identity.eraseMe(principal, Redacted.make(payload.password), ip)
        return yield* answer(Effect.map(begun, (eraseAt) => ({ eraseAt })))
      }),
      changePassword: Effect.fnUntraced(function* ({ payload }) {
        const principal = yield* CurrentPrincipal
        const { ip } = yield* visitorOf
        const passwords = { current: Redacted.make(payload.current), next: Redacted.make(payload.next) }
        return yield* answer(Effect.as(identity.changePassword(principal, passwords, ip), null))
      }),
      preferences: Effect.fnUntraced(function* () {
        return yield* answer(identity.preferences(yield* CurrentPrincipal))
      }),
      prefer: Effect.fnUntraced(function* ({ payload, request }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(identity.prefer(principal, payload, ifPreferences(request)))
      }),
      tenants: Effect.fnUntraced(function* () {
        const all = identity.tenants(yield* CurrentPrincipal)
        return yield* answer(
          Effect.map(all, (own) =>
            own.map(({ membership, tenant }) => ({ id: tenant.id, name: tenant.name, role: membership.role }))
          )
        )
      }),
      enrolTotp: Effect.fnUntraced(function* ({ payload }) {
        const principal = yield* CurrentPrincipal
        const { ip } = yield* visitorOf
        return yield* answer(identity.enrolTotp(principal, Redacted.make(payload.password), ip))
      }),
      confirmTotp: Effect.fnUntraced(function* ({ payload }) {
        const confirmed = identity.confirmTotp(yield* CurrentPrincipal, payload.code)
        return yield* answer(Effect.map(confirmed, (recoveryCodes) => ({ recoveryCodes })))
      }),
      removeTotp: Effect.fnUntraced(function* ({ payload }) {
        const principal = yield* CurrentPrincipal
        const { ip } = yield* visitorOf
        return yield* answer(
          Effect.as(identity.removeTotp(principal, Redacted.make(payload.password), ip), null)
        )
      })
    })
  })
)
