import { emailField, passwordField, textField } from "../page/Field.ts"
import { makeForm, textOf } from "../page/Form.ts"
import type { Gate, Screen } from "./Gate.ts"

const sent = (gate: Gate, email: string): Screen => ({
  title: "Look into your mail",
  words: `A message to ${email} is on its way. Open its link within 24 hours to confirm the address.`,
  ways: [["Back to the sign-in", () => gate.go("password")]]
})

/** Asks what has to be known of somebody new. */
export const registerScreen = (gate: Gate): Screen => ({
  title: "Register",
  form: makeForm({
    fields: [
      textField("name", "Your name", { autocomplete: "name", maxlength: "100" }),
      emailField(),
      passwordField("Password", { isNew: true }),
      textField(
        "tenantName",
        "Household or company",
        { required: false, autocomplete: "organization", maxlength: "100" },
        "May be left empty; it is called as you are then."
      )
    ],
    press: "Register",
    onSubmit: async (answers) => {
      const [name, email, tenantName] = ["name", "email", "tenantName"].map((field) =>
        textOf(answers, field).trim()
      ) as [string, string, string]
      const person = { name, email, password: textOf(answers, "password") }
      const body = tenantName === "" ? person : { ...person, tenantName }
      await gate.client.auth.register({ body }, { retries: 0 })
      gate.show(sent(gate, email))
    }
  }),
  ways: [["Sign in instead", () => gate.go("password")]]
})
