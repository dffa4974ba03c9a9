import { PgTypes } from "@effect/sql-pg"
import {
  type Instant,
  NotFound,
  type Notification,
  type NotificationPreferences,
  NotificationStore,
  type TenantId,
  type UserId,
  usualNotificationPreferences
} from "@wattkit/core"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import * as AnyText from "../anyText.ts"
import { orStorageError } from "../storageError.ts"
import { acrossTenants, forTenant, forTenantOf } from "../tenancy/CurrentTenant.ts"
import { forgetNotifications } from "./forget.ts"

interface Row extends Pick<Notification, "id" | "kind" | "data"> {
  readonly title: string
  readonly body: string
  readonly created_at: Date
  readonly read_at: Date | null
}

const instant = (date: Date): Instant.Instant => date.getTime() as Instant.Instant

const toNotification = (tenantId: TenantId, userId: UserId, row: Row): Notification => ({
  id: row.id,
  tenantId,
  userId,
  kind: row.kind,
  title: AnyText.decode(row.title),
  text: AnyText.decode(row.body),
  data: row.data,
  createdAt: instant(row.created_at),
  readAt: row.read_at === null ? null : instant(row.read_at)
})

const columns = "id, kind, title, body, data, created_at, read_at"

/** The preferences of a row, in one order, with the usual ones where it says nothing. */
const preferencesOf = (said: Partial<NotificationPreferences> | undefined): NotificationPreferences => {
  const { export_ready, new_sign_in } = { ...usualNotificationPreferences, ...said }
  return { new_sign_in, export_ready }
}

const json = (preferences: NotificationPreferences): string => JSON.stringify(preferencesOf(preferences))

/** Makes what keeps how persons want to be told, who belong to no tenant. */
const makePreferring = (sql: SqlClient.SqlClient) =>
  ({
    preferences: Effect.fnUntraced(function* (userId) {
      const [row] = yield* sql<{ preferences: NotificationPreferences }>`SELECT preferences
        FROM notification_preferences WHERE user_key = (SELECT key FROM users WHERE id = ${userId})`
      return preferencesOf(row?.preferences)
    }, orStorageError),
    prefer: Effect.fnUntraced(function* (userId, before, next) {
      const isUsual = json(before) === json(usualNotificationPreferences)
      const rows = yield* sql`INSERT INTO notification_preferences AS n (user_key, preferences)
        SELECT key, ${json(next)}::text::json FROM users WHERE id = ${userId}
          AND (${isUsual}::boolean
            OR EXISTS (SELECT FROM notification_preferences WHERE user_key = users.key))
        FOR KEY SHARE
        ON CONFLICT (user_key) DO UPDATE SET preferences = excluded.preferences
          WHERE n.preferences::text = ${json(before)}
        RETURNING 1`
      return rows.length > 0
    }, orStorageError)
  }) satisfies Partial<NotificationStore>

const make = Effect.map(SqlClient.SqlClient, (sql): NotificationStore => {
  const own = (tenantId: TenantId, userId: UserId) =>
    sql`tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId})
      AND user_key = (SELECT key FROM users WHERE id = ${userId})`
  return {
    add: Effect.fnUntraced(
      function* ({ createdAt, data, id, kind, readAt, tenantId, text, title, userId }) {
        const rows = yield* sql`WITH person AS (SELECT key FROM users WHERE id = ${userId} FOR KEY SHARE)
          INSERT INTO notifications (tenant_key, user_key, id, kind, title, body, data, created_at, read_at)
          SELECT t.key, p.key, ${id}::text, ${kind}::text, ${AnyText.encode(title)}::text,
            ${AnyText.encode(text)}::text, ${JSON.stringify(data)}::text::json,
            ${PgTypes.timestamptz(createdAt)}, ${PgTypes.timestamptz(readAt)}
          FROM tenants t CROSS JOIN person p WHERE t.id = ${tenantId}
          ON CONFLICT DO NOTHING RETURNING 1`
        return rows.length > 0
      },
      forTenantOf,
      orStorageError
    ),
    list: Effect.fnUntraced(
      function* (tenantId, userId, { before, isUnreadOnly, limit }) {
        const older = before === undefined ? sql`` : sql`AND id < ${AnyText.encode(before)}`
        const unread = isUnreadOnly === true ? sql`AND read_at IS NULL` : sql``
        const rows = yield* sql<Row>`SELECT ${sql.literal(columns)} FROM notifications
          WHERE ${own(tenantId, userId)} ${older} ${unread} ORDER BY id DESC LIMIT ${limit}`
        return rows.map((row) => toNotification(tenantId, userId, row))
      },
      (effect, tenantId) => forTenant(effect, tenantId),
      orStorageError
    ),
    unread: Effect.fnUntraced(
      function* (tenantId, userId) {
        const [row] = yield* sql<{ count: number }>`SELECT count(*)::float8 AS count FROM notifications
          WHERE ${own(tenantId, userId)} AND read_at IS NULL`
        return row?.count ?? 0
      },
      (effect, tenantId) => forTenant(effect, tenantId),
      orStorageError
    ),
    read: Effect.fnUntraced(
      function* (tenantId, userId, id, at) {
        const [row] = yield* sql<Row>`UPDATE notifications
          SET read_at = coalesce(read_at, ${PgTypes.timestamptz(at)})
          WHERE ${own(tenantId, userId)} AND id = ${AnyText.encode(id)} RETURNING ${sql.literal(columns)}`
        if (row === undefined) return yield* new NotFound({ what: "notification", id })
        return toNotification(tenantId, userId, row)
      },
      (effect, tenantId) => forTenant(effect, tenantId),
      orStorageError
    ),
    readAll: Effect.fnUntraced(
      function* (tenantId, userId, at) {
        const rows = yield* sql`UPDATE notifications SET read_at = ${PgTypes.timestamptz(at)}
          WHERE ${own(tenantId, userId)} AND read_at IS NULL RETURNING 1`
        return rows.length
      },
      (effect, tenantId) => forTenant(effect, tenantId),
      orStorageError
    ),
    ...makePreferring(sql),
    forget: (before, limit) => orStorageError(acrossTenants(forgetNotifications(sql, before, limit)))
  }
})

/** Keeps notifications in PostgreSQL. */
export const layer: Layer.Layer<NotificationStore, never, SqlClient.SqlClient> = Layer.effect(
  NotificationStore,
  make
)
