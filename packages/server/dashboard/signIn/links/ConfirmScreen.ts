import { isWattkitError } from "@wattkit/client"
import { emailField, passwordField } from "../../page/Field.ts"
import { makeForm, textOf } from "../../page/Form.ts"
import { signInAfter } from "../signIn.ts"
import type { Gate, Screen } from "../Gate.ts"
import { isSpent, spentScreen } from "./spentLink.ts"

const spent = (gate: Gate): Screen =>
  spentScreen("Sign in: if your address still has to be confirmed, a new link is sent to you.", [
    ["Go to the sign-in", () => gate.go("password")]
  ])

const confirmWords = (error: unknown): string | undefined =>
  isWattkitError(error, "FORBIDDEN")
    ? "This is not the password the address was registered with. If you do not know it, choose a new one."
    : undefined

/** Confirms an address by the link that was sent to it, and the password it was registered with. */
export const confirmScreen = (gate: Gate, secret: string): Screen => ({
  title: "Confirm your address",
  words: "Sign in once with the password you chose, so that we know it was you who registered.",
  form: makeForm({
    fields: [emailField(), passwordField()],
    press: "Confirm and sign in",
    words: confirmWords,
    onSubmit: async (answers) => {
      const password = textOf(answers, "password")
      try {
        await gate.client.auth.verifyEmail({ body: { secret, password } }, { retries: 0 })
      } catch (error) {
        if (isSpent(error)) return gate.show(spent(gate))
        throw error
      }
      const email = textOf(answers, "email")
      await signInAfter(gate, { email, password }, "Your address is confirmed.")
    }
  }),
  ways: [["Choose a new password", () => gate.go("forgot")]]
})
