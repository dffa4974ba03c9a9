import { emailField } from "../page/Field.ts"
import { makeForm, textOf } from "../page/Form.ts"
import type { Gate, Screen } from "./Gate.ts"

const sent = (gate: Gate, email: string): Screen => ({
  title: "Look into your mail",
  words: `If ${email} is known here, a message is on its way. Its link works once, within 30 minutes.`,
  ways: [
    ["Back to the sign-in", () => gate.go("password")],
    ["Nothing came: send it again", () => gate.go("forgot")]
  ]
})

/** Asks where to send a link to choose a new password. */
export const forgotScreen = (gate: Gate): Screen => ({
  title: "Choose a new password",
  words: "We send you a link for it.",
  form: makeForm({
    fields: [emailField()],
    press: "Send the link",
    onSubmit: async (answers) => {
      const email = textOf(answers, "email").trim()
      await gate.client.auth.forgotPassword({ body: { email } }, { retries: 0 })
      gate.show(sent(gate, email))
    }
  }),
  ways: [["Back to the sign-in", () => gate.go("password")]]
})
