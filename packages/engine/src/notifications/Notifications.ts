import {
  channelsFor,
  Instant,
  Mailer,
  type NotFound,
  type Notification,
  NotificationId,
  type NotificationPreferences,
  type NotificationQuery,
  NotificationStore,
  type Principal,
  type StorageError,
  UserStore
} from "@wattkit/core"
import { Context, Effect, Layer } from "effect"
import { Changed } from "../Changed.ts"
import type { Forbidden } from "../Forbidden.ts"
import { mailOf } from "../identity/mails/MailText.ts"
import { signedOf } from "../identity/signIn/people.ts"
import { freshId } from "../registry/freshId.ts"

/** What a person is to be told; one of an id is told once. */
export interface NotificationDraft extends Pick<
  Notification,
  "tenantId" | "userId" | "kind" | "title" | "text"
> {
  readonly id?: NotificationId | undefined
  readonly data?: Notification["data"] | undefined
}

type Failure = Forbidden | StorageError

/** Tells people what they want to know, in the ways they want to be told. Only people have notifications. */
export class Notifications extends Context.Service<
  Notifications,
  {
    /**
     * Tells a person, in the application and by mail as they prefer it. A mail that cannot be sent is logged
     * and given up: what it says stands in the application too, unless its person wants it otherwise.
     */
    readonly notify: (draft: NotificationDraft) => Effect.Effect<void, StorageError>
    /** The newest first, of the tenant one is signed in to. */
    readonly list: (
      principal: Principal,
      query: NotificationQuery
    ) => Effect.Effect<ReadonlyArray<Notification>, Failure>
    readonly unread: (principal: Principal) => Effect.Effect<number, Failure>
    readonly read: (
      principal: Principal,
      id: NotificationId
    ) => Effect.Effect<Notification, Failure | NotFound>
    /** Answers how many were not read before. */
    readonly readAll: (principal: Principal) => Effect.Effect<number, Failure>
    readonly preferences: (principal: Principal) => Effect.Effect<NotificationPreferences, Failure>
    /** Says how one wants to be told; Changed when it is not as expected any more. */
    readonly prefer: (
      principal: Principal,
      next: NotificationPreferences,
      isExpected?: (known: NotificationPreferences) => boolean
    ) => Effect.Effect<NotificationPreferences, Failure | Changed>
  }
>()("@wattkit/engine/Notifications") {
  static readonly layer: Layer.Layer<Notifications, never, Mailer | NotificationStore | UserStore> =
    Layer.suspend(() => Layer.effect(Notifications, make))
}

const make = Effect.gen(function* () {
  const store = yield* NotificationStore
  const users = yield* UserStore
  const mailer = yield* Mailer

  const mail = Effect.fnUntraced(
    function* ({ text, title, userId }: NotificationDraft) {
      const { user } = yield* users.get(userId)
      yield* mailer.send(mailOf(user.email, { subject: title, before: [text], after: [] }))
    },
    // What a mail server says repeats whom it would not write to.
    Effect.catch((error) => Effect.logWarning("a notification could not be sent by mail", error._tag))
  )

  const notify = Effect.fn("Notifications.notify")(function* (draft: NotificationDraft) {
    const { data = {}, id, kind, tenantId, text, title, userId } = draft
    const channels = channelsFor(yield* store.preferences(userId), kind)
    const createdAt = yield* Instant.now
    const said = { tenantId, userId, kind, title, text, data, createdAt, readAt: null }
    const fresh = NotificationId.make(freshId("notification", createdAt))
    const isInApp = channels.includes("in_app")
    if (isInApp && !(yield* store.add({ id: id ?? fresh, ...said }))) return
    if (channels.includes("email")) yield* mail(draft)
  })

  const prefer = Effect.fn("Notifications.prefer")(function* (
    principal: Principal,
    next: NotificationPreferences,
    isExpected?: (known: NotificationPreferences) => boolean
  ) {
    const { userId } = yield* signedOf(principal)
    for (;;) {
      const known = yield* store.preferences(userId)
      if (isExpected !== undefined && !isExpected(known)) return yield* new Changed()
      if (yield* store.prefer(userId, known, next)) return next
    }
  })

  return Notifications.of({
    notify,
    prefer,
    list: Effect.fn("Notifications.list")(function* (principal, query) {
      const { tenantId, userId } = yield* signedOf(principal)
      return yield* store.list(tenantId, userId, query)
    }),
    unread: Effect.fn("Notifications.unread")(function* (principal) {
      const { tenantId, userId } = yield* signedOf(principal)
      return yield* store.unread(tenantId, userId)
    }),
    read: Effect.fn("Notifications.read")(function* (principal, id) {
      const { tenantId, userId } = yield* signedOf(principal)
      return yield* store.read(tenantId, userId, id, yield* Instant.now)
    }),
    readAll: Effect.fn("Notifications.readAll")(function* (principal) {
      const { tenantId, userId } = yield* signedOf(principal)
      return yield* store.readAll(tenantId, userId, yield* Instant.now)
    }),
    preferences: Effect.fn("Notifications.preferences")(function* (principal) {
      const { userId } = yield* signedOf(principal)
      return yield* store.preferences(userId)
    })
  })
})
