import { Api, CurrentPrincipal, NotificationPreferencesView } from "@wattkit/api"
import { type Notification, NotificationId } from "@wattkit/core"
import { Notifications } from "@wattkit/engine"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "../../answer.ts"
import { ifMatchOf } from "../../edge/ifMatch.ts"
import { answerPage } from "../page.ts"

const keys = {
  read: (text: string) => (/^[A-Za-z0-9._:-]{1,64}$/.test(text) ? NotificationId.make(text) : undefined),
  write: ({ id }: { readonly id: string }) => id
}

const viewOf = ({ tenantId: _, userId: __, ...notification }: Notification) => notification

const ifPreferences = ifMatchOf(NotificationPreferencesView)

/** Answers for what people are told. */
export const layer = HttpApiBuilder.group(
  Api,
  "notifications",
  Effect.fn(function* (handlers) {
    const notifications = yield* Notifications
    return handlers.handleAll({
      list: Effect.fnUntraced(function* ({ query }) {
        const principal = yield* CurrentPrincipal
        const isUnreadOnly = query.show === "unread"
        return yield* answerPage(query, keys, ({ after: before, limit }) =>
          Effect.map(notifications.list(principal, { before, limit, isUnreadOnly }), (all) => all.map(viewOf))
        )
      }),
      unread: Effect.fnUntraced(function* () {
        const count = notifications.unread(yield* CurrentPrincipal)
        return yield* answer(Effect.map(count, (unread) => ({ unread })))
      }),
      read: Effect.fnUntraced(function* ({ params }) {
        return yield* answer(Effect.map(notifications.read(yield* CurrentPrincipal, params.id), viewOf))
      }),
      readAll: Effect.fnUntraced(function* () {
        const count = notifications.readAll(yield* CurrentPrincipal)
        return yield* answer(Effect.map(count, (read) => ({ read })))
      }),
      preferences: Effect.fnUntraced(function* () {
        return yield* answer(notifications.preferences(yield* CurrentPrincipal))
      }),
      prefer: Effect.fnUntraced(function* ({ payload, request }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(notifications.prefer(principal, payload, ifPreferences(request)))
      })
    })
  })
)
