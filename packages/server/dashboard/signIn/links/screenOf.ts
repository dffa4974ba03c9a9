import { confirmScreen } from "./ConfirmScreen.ts"
import { forgotScreen } from "../ForgotScreen.ts"
import type { Gate, Screen } from "../Gate.ts"
import { invitationScreen } from "./InvitationScreen.ts"
import type { Link } from "./Link.ts"
import { resetScreen } from "./ResetScreen.ts"

/** What a link of a message leads to. */
export const screenOf = (gate: Gate, { kind, secret }: Link): Screen => {
  switch (kind) {
    case "verify-email":
      return confirmScreen(gate, secret)
    case "reset-password":
      return resetScreen(gate, secret)
    case "accept-invitation":
      return invitationScreen(gate, secret)
    case "forgot-password":
      return forgotScreen(gate)
  }
}
