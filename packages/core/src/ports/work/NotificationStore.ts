import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { NotificationId, TenantId, UserId } from "../../model/ids.ts"
import type { Notification, NotificationPreferences } from "../../model/work/Notification.ts"
import type { Instant } from "../../time/Instant.ts"
import type { NotFound } from "../registryErrors.ts"
import type { StorageError } from "../StorageError.ts"

/** Which notifications of a person are asked for: the newest first, those older than `before`. */
export interface NotificationQuery {
  readonly before?: NotificationId | undefined
  readonly limit: number
  readonly isUnreadOnly?: boolean | undefined
}

/** Keeps what people are told, and how they want to be told. A person has them in each tenant apart. */
export interface NotificationStore {
  /** Adds one; false when it is there already, or the tenant or the person is not. */
  readonly add: (notification: Notification) => Effect.Effect<boolean, StorageError>
  readonly list: (
    tenantId: TenantId,
    userId: UserId,
    query: NotificationQuery
  ) => Effect.Effect<ReadonlyArray<Notification>, StorageError>
  /** How many were not read yet. */
  readonly unread: (tenantId: TenantId, userId: UserId) => Effect.Effect<number, StorageError>
  /** Notes that one was read; the instant of the first time stays. Somebody else's is not there. */
  readonly read: (
    tenantId: TenantId,
    userId: UserId,
    id: NotificationId,
    at: Instant
  ) => Effect.Effect<Notification, NotFound | StorageError>
  /** Notes that all were read, and answers how many were not before. */
  readonly readAll: (tenantId: TenantId, userId: UserId, at: Instant) => Effect.Effect<number, StorageError>
  /** How a person wants to be told, in every tenant; as usual when they never said it. */
  readonly preferences: (userId: UserId) => Effect.Effect<NotificationPreferences, StorageError>
  /** Says it anew, if it still is as `before`; false when it is not, or the person is not there. */
  readonly prefer: (
    userId: UserId,
    before: NotificationPreferences,
    next: NotificationPreferences
  ) => Effect.Effect<boolean, StorageError>
  /** Gives up so many that were made before an instant; answers how many. */
  readonly forget: (before: Instant, limit: number) => Effect.Effect<number, StorageError>
}

/** The key of the NotificationStore service. */
export const NotificationStore = Context.Service<NotificationStore>("@wattkit/core/NotificationStore")
