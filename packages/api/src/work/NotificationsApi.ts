import { InstantFromString, NotificationId, NotificationKind, NotificationPreferences } from "@wattkit/core"
import * as Schema from "effect/Schema"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { Authorization } from "../Authorization.ts"
import { Envelope } from "../Envelope.ts"
import { NotFound, PreconditionFailed } from "../failures.ts"
import { pageQuery } from "../Page.ts"

/** Something somebody is told. */
export const NotificationView = Schema.Struct({
  id: NotificationId,
  kind: NotificationKind,
  title: Schema.String,
  text: Schema.String,
  /** For programs, such as the id of what it is about. */
  data: Schema.Record(Schema.String, Schema.Json),
  createdAt: InstantFromString,
  readAt: Schema.NullOr(InstantFromString)
}).annotate({ identifier: "Notification" })

/** How many were read now that were not before. */
export const ReadNotifications = Schema.Struct({ read: Schema.Int }).annotate({
  identifier: "ReadNotifications"
})

/** How many were not read yet. */
export const UnreadNotifications = Schema.Struct({ unread: Schema.Int }).annotate({
  identifier: "UnreadNotifications"
})

/** The ways of each kind. There are no others than these. */
export const NotificationPreferencesView = NotificationPreferences.annotate({
  identifier: "NotificationPreferences"
})

/** What people are told. */
export class NotificationsApi extends HttpApiGroup.make("notifications")
  .add(
    HttpApiEndpoint.get("list", "/v1/notifications", {
      query: {
        ...pageQuery,
        /** `unread` leaves out what was read. */
        show: Schema.optionalKey(Schema.Literals(["unread", "all"]))
      },
      success: Envelope(Schema.Array(NotificationView))
    }).annotate(OpenApi.Summary, "What you were told in this tenant, the newest first"),
    HttpApiEndpoint.get("unread", "/v1/notifications/unread", {
      success: Envelope(UnreadNotifications)
    }).annotate(OpenApi.Summary, "How much of it you have not read"),
    HttpApiEndpoint.put("read", "/v1/notifications/:id/read", {
      params: { id: NotificationId },
      success: Envelope(NotificationView),
      error: NotFound
    }).annotate(OpenApi.Summary, "Note that you read it"),
    HttpApiEndpoint.put("readAll", "/v1/notifications/read-all", {
      success: Envelope(ReadNotifications)
    }).annotate(OpenApi.Summary, "Note that you read everything"),
    HttpApiEndpoint.get("preferences", "/v1/notifications/preferences", {
      success: Envelope(NotificationPreferencesView)
    }).annotate(OpenApi.Summary, "The ways you are told, by kind"),
    HttpApiEndpoint.put("prefer", "/v1/notifications/preferences", {
      payload: NotificationPreferencesView,
      success: Envelope(NotificationPreferencesView),
      error: PreconditionFailed
    }).annotate(OpenApi.Summary, "Choose the ways you are told: in_app, email, both or none")
  )
  .annotate(HttpApi.PayloadParseOptions, { onExcessProperty: "error", errors: "all" })
  .middleware(Authorization)
  .annotate(OpenApi.Description, "What you are told. Only for people, not for keys.") {}
