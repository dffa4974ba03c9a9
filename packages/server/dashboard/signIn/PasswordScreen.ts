import { isWattkitError } from "@wattkit/client"
import { emailField, passwordField } from "../page/Field.ts"
import { makeForm, textOf } from "../page/Form.ts"
import { signIn } from "./signIn.ts"
import type { Gate, Screen } from "./Gate.ts"

/** Why somebody was not let in; who may not, though the password is right, is told why by the server. */
export const signInWords = (error: unknown): string | undefined =>
  isWattkitError(error, "UNAUTHORIZED") ? "The address or the password is wrong." : undefined

/** Asks for address and password. */
export const passwordScreen = (gate: Gate): Screen => ({
  title: "Sign in to wattkit",
  form: makeForm({
    fields: [emailField(), passwordField()],
    press: "Sign in",
    words: signInWords,
    onSubmit: (answers) =>
      signIn(gate, { email: textOf(answers, "email"), password: textOf(answers, "password") })
  }),
  ways: [
    ["Forgot your password?", () => gate.go("forgot")],
    ["Register", () => gate.go("register")],
    ["Use an access key", () => gate.go("key")]
  ]
})
