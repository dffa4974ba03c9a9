import { emailField, passwordField } from "../../page/Field.ts"
import { makeForm, textOf } from "../../page/Form.ts"
import { signInAfter } from "../signIn.ts"
import type { Gate, Screen } from "../Gate.ts"
import { isSpent, spentScreen } from "./spentLink.ts"

const spent = (gate: Gate): Screen =>
  spentScreen("If you still need a new password, have another link sent.", [
    ["Send a new link", () => gate.go("forgot")],
    ["Go to the sign-in", () => gate.go("password")]
  ])

/** Sets a new password by the link that was sent for it, and signs in with it. */
export const resetScreen = (gate: Gate, secret: string): Screen => ({
  title: "Choose a new password",
  words: "It ends all your sessions, and begins a new one here.",
  form: makeForm({
    fields: [emailField(), passwordField("New password", { isNew: true })],
    press: "Set and sign in",
    onSubmit: async (answers) => {
      const password = textOf(answers, "password")
      try {
        await gate.client.auth.resetPassword({ body: { secret, password } }, { retries: 0 })
      } catch (error) {
        if (isSpent(error)) return gate.show(spent(gate))
        throw error
      }
      await signInAfter(gate, { email: textOf(answers, "email"), password }, "Your new password is set.")
    }
  }),
  ways: [["Go to the sign-in", () => gate.go("password")]]
})
