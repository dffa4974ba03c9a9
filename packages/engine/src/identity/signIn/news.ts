import type { SessionId } from "@wattkit/core"
import type { NotificationDraft } from "../../notifications/Notifications.ts"

type Said = Pick<NotificationDraft, "kind" | "title" | "text" | "data">

/**
 * What people are told of their own sign-in. None of it repeats what somebody sent: whoever signs in with a
 * stolen password chooses what their program calls itself.
 */
export const newSignIn = (sessionId: SessionId): Said => ({
  kind: "new_sign_in",
  title: "A new sign-in",
  text: "Somebody signed in with your password. If it was not you, change it, and end your other sessions.",
  data: { sessionId }
})

/** The password is another one now. */
export const newPassword: Said = {
  kind: "password_changed",
  title: "Your password was changed",
  text: "Your other sessions were ended. If it was not you, choose a new password by a message."
}
