import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { TenantId, UserId } from "../../model/ids.ts"
import { usualNotificationPreferences } from "../../model/work/Notification.ts"
import { NotFound } from "../../ports/registryErrors.ts"
import { TenantStore } from "../../ports/TenantStore.ts"
import { NotificationStore } from "../../ports/work/NotificationStore.ts"
import { KeptIdentity } from "../identity/KeptIdentity.ts"

const make = Effect.gen(function* () {
  const { notificationPreferences, notifications, users } = yield* KeptIdentity
  const tenants = yield* TenantStore
  const own = (tenantId: TenantId, userId: UserId) =>
    [...notifications.values()].filter((one) => one.tenantId === tenantId && one.userId === userId)
  const preferencesOf = (id: UserId) => notificationPreferences.get(id) ?? usualNotificationPreferences
  return {
    add: Effect.fnUntraced(function* (notification) {
      const { id, tenantId, userId } = notification
      if (!users.has(userId) || !(yield* Effect.isSuccess(tenants.get(tenantId)))) return false
      if (notifications.has(id)) return false
      notifications.set(id, notification)
      return true
    }),
    list: (tenantId, userId, { before, isUnreadOnly, limit }) =>
      Effect.sync(() =>
        own(tenantId, userId)
          .filter(({ id }) => before === undefined || id < before)
          .filter(({ readAt }) => isUnreadOnly !== true || readAt === null)
          .sort((a, b) => (a.id > b.id ? -1 : 1))
          .slice(0, limit)
      ),
    unread: (tenantId, userId) =>
      Effect.sync(() => own(tenantId, userId).filter(({ readAt }) => readAt === null).length),
    read: (tenantId, userId, id, at) =>
      Effect.suspend(() => {
        const found = own(tenantId, userId).find((one) => one.id === id)
        if (found === undefined) return Effect.fail(new NotFound({ what: "notification", id }))
        const read = { ...found, readAt: found.readAt ?? at }
        notifications.set(id, read)
        return Effect.succeed(read)
      }),
    readAll: (tenantId, userId, at) =>
      Effect.sync(() => {
        const some = own(tenantId, userId).filter(({ readAt }) => readAt === null)
        for (const one of some) notifications.set(one.id, { ...one, readAt: at })
        return some.length
      }),
    preferences: (userId) => Effect.sync(() => preferencesOf(userId)),
    prefer: (userId, before, next) =>
      Effect.sync(() => {
        const isSame = JSON.stringify(preferencesOf(userId)) === JSON.stringify(before)
        if (!users.has(userId) || !isSame) return false
        notificationPreferences.set(userId, next)
        return true
      }),
    forget: (before, limit) =>
      Effect.sync(() => {
        const old = [...notifications.values()]
          .filter(({ createdAt }) => createdAt < before)
          .sort((a, b) => a.createdAt - b.createdAt)
          .slice(0, limit)
        for (const { id } of old) notifications.delete(id)
        return old.length
      })
  } satisfies NotificationStore as NotificationStore
})

/** Keeps notifications in memory, until the process ends. */
export const layer: Layer.Layer<NotificationStore, never, KeptIdentity | TenantStore> = Layer.effect(
  NotificationStore,
  make
)
