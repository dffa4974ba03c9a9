import * as Schema from "effect/Schema"
import type { Instant } from "../../time/Instant.ts"
import type { NotificationId, TenantId, UserId } from "../ids.ts"

/** What people are told of. */
export const NotificationKind = Schema.Literals(["new_sign_in", "password_changed", "export_ready"])
export type NotificationKind = typeof NotificationKind.Type

/** The ways a notification takes. */
export const Channel = Schema.Literals(["in_app", "email"])
export type Channel = typeof Channel.Type

/** Something a person is told in a tenant, kept until it is too old. */
export interface Notification {
  /** Sorts by when it was made; one that is added twice is there once. */
  readonly id: NotificationId
  readonly tenantId: TenantId
  readonly userId: UserId
  readonly kind: NotificationKind
  readonly title: string
  readonly text: string
  /** JSON for programs, such as the id of what it is about. */
  readonly data: { readonly [name: string]: Schema.Json }
  readonly createdAt: Instant
  readonly readAt: Instant | null
}

const channels = Schema.Array(Channel).check(
  Schema.isMaxLength(2, { message: "must have at most 2 entries" }),
  Schema.isUnique({ message: "must name a channel once" })
)

/**
 * The ways a person wants to be told, by kind. That a password was changed is not in it: whoever changed it
 * must not be able to keep that quiet.
 */
export const NotificationPreferences = Schema.Struct({ new_sign_in: channels, export_ready: channels })
export type NotificationPreferences = typeof NotificationPreferences.Type

/** How everybody is told who said nothing about it. */
export const usualNotificationPreferences: NotificationPreferences = {
  new_sign_in: ["in_app"],
  export_ready: ["in_app", "email"]
}

/** The ways something of a kind takes to a person. The message about a password is always sent besides. */
export const channelsFor = (
  preferences: NotificationPreferences,
  kind: NotificationKind
): ReadonlyArray<Channel> => (kind === "password_changed" ? ["in_app"] : preferences[kind])
