import { isWattkitError } from "@wattkit/client"
import { emailField, passwordField, textField } from "../../page/Field.ts"
import { type Form, makeForm, textOf } from "../../page/Form.ts"
import { signInAfter } from "../signIn.ts"
import type { Gate, Screen } from "../Gate.ts"
import { isSpent, spentScreen } from "./spentLink.ts"

const spent = (gate: Gate): Screen =>
  spentScreen("If you accepted before, sign in. If not, ask whoever invited you to send it again.", [
    ["Go to the sign-in", () => gate.go("password")]
  ])

const done = "You accepted the invitation."

/** Accepts; answers whether the link worked. */
const accept = async (
  gate: Gate,
  body: { readonly secret: string; readonly password?: string; readonly name?: string }
): Promise<boolean> => {
  try {
    await gate.client.auth.acceptInvitation({ body }, { retries: 0 })
    return true
  } catch (error) {
    if (!isSpent(error)) throw error
    gate.show(spent(gate))
    return false
  }
}

/** For somebody who has a password here, which a link changes nothing of. */
const knownScreen = (gate: Gate, secret: string): Screen => ({
  title: "Accept the invitation",
  words: "Your name and your password stay as they are.",
  form: makeForm({
    fields: [],
    press: "Accept",
    words: (error) =>
      isWattkitError(error, "VALIDATION_ERROR")
        ? "You have no confirmed password here yet. Go back and choose one."
        : undefined,
    onSubmit: async () => {
      if (await accept(gate, { secret })) gate.go("password", `${done} Sign in as you always do.`)
    }
  }),
  ways: [["Choose a password", () => gate.show(invitationScreen(gate, secret))]]
})

const newcomerForm = (gate: Gate, secret: string): Form =>
  makeForm({
    fields: [
      textField("name", "Your name", { autocomplete: "name", maxlength: "100" }),
      emailField("E-mail address", {}, "The one the invitation came to."),
      passwordField("Password", { isNew: true })
    ],
    press: "Accept and sign in",
    onSubmit: async (answers) => {
      const password = textOf(answers, "password")
      const body = { secret, password, name: textOf(answers, "name").trim() }
      if (await accept(gate, body))
        await signInAfter(gate, { email: textOf(answers, "email"), password }, done)
    }
  })

/** Accepts an invitation by its link: somebody new chooses a password with it. */
export const invitationScreen = (gate: Gate, secret: string): Screen => ({
  title: "You are invited to wattkit",
  words: "Say what you are called, and choose a password.",
  form: newcomerForm(gate, secret),
  ways: [["I have a password here already", () => gate.show(knownScreen(gate, secret))]]
})
