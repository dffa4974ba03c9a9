import { Api, CurrentPrincipal, UserView } from "@wattkit/api"
import { type Principal, type Session, UserId } from "@wattkit/core"
import { Members } from "@wattkit/engine"
import { Effect, Option, Schema } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "../../answer.ts"
import { ifMatchOf } from "../../edge/ifMatch.ts"
import { answerPage } from "../page.ts"

const readId = (text: string) => Option.getOrUndefined(Schema.decodeUnknownOption(UserId)(text))
const keys = { read: readId, write: (entry: { readonly id: string }) => entry.id }

const ifUser = ifMatchOf(UserView)

const sessionOf =
  ({ by }: Principal) =>
  ({ agent, createdAt, expiresAt, id, tenantId, usedAt }: Session) => {
    const isThis = by.kind === "user" && by.sessionId === id
    return { id, tenantId, createdAt, usedAt, expiresAt, agent, isThis }
  }

/** Answers for the members of a tenant. */
export const layer = HttpApiBuilder.group(
  Api,
  "users",
  Effect.fn(function* (handlers) {
    const members = yield* Members
    return handlers.handleAll({
      list: Effect.fnUntraced(function* ({ query }) {
        const principal = yield* CurrentPrincipal
        return yield* answerPage(query, keys, (page) => members.list(principal, page))
      }),
      invite: Effect.fnUntraced(function* ({ payload }) {
        const principal = yield* CurrentPrincipal
        const invited = members.invite(principal, payload).pipe(
          // The tenant and the person were there a moment ago; whoever repeats it finds out.
          Effect.catchTag("NotFound", Effect.die),
          Effect.map(({ isMailed, member }) => ({ user: member, isMailed }))
        )
        return yield* answer(invited)
      }),
      statistics: Effect.fnUntraced(function* () {
        const principal = yield* CurrentPrincipal
        return yield* answer(members.statistics(principal))
      }),
      get: Effect.fnUntraced(function* ({ params }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(members.get(principal, params.id))
      }),
      update: Effect.fnUntraced(function* ({ params, payload, request }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(members.change(principal, params.id, payload, ifUser(request)))
      }),
      remove: Effect.fnUntraced(function* ({ params, request }) {
        const principal = yield* CurrentPrincipal
        const removed = members.remove(principal, params.id, ifUser(request))
        return yield* answer(Effect.as(removed, { id: params.id }))
      }),
      sessions: Effect.fnUntraced(function* ({ params }) {
        const principal = yield* CurrentPrincipal
        const found = members.sessions(principal, params.id)
        return yield* answer(Effect.map(found, (all) => all.map(sessionOf(principal))))
      }),
      endSessions: Effect.fnUntraced(function* ({ params }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(Effect.map(members.endSessions(principal, params.id), (ended) => ({ ended })))
      })
    })
  })
)
