import { passwordField } from "../page/Field.ts"
import { makeForm, textOf } from "../page/Form.ts"
import { make } from "../page/make.ts"
import { makePart } from "../page/Part.ts"
import type { Own } from "./Profile.ts"
import { wrongPassword } from "./proof.ts"

/** Changes the password. */
export const passwordPart = ({ bearer, me, signal }: Own, onChanged: () => Promise<unknown>): HTMLElement => {
  const part = makePart("Password", "A new one ends your sessions everywhere else.")
  const fields = [
    passwordField("Password now", { name: "current" }),
    passwordField("New password", { isNew: true, name: "password" })
  ]
  const { element } = makeForm({
    fields,
    press: "Change the password",
    isQuiet: true,
    words: wrongPassword,
    onSubmit: async (answers) => {
      const body = { current: textOf(answers, "current"), next: textOf(answers, "password") }
      await bearer.client.me.changePassword({ body }, { signal, retries: 0 })
      element.reset()
      await onChanged()
      part.tell("Your password is changed.")
    }
  })
  // What keeps passwords for people has to know whose this is.
  element.prepend(make("input", { name: "email", value: me.email, autocomplete: "username", hidden: true }))
  part.show(element)
  return part.element
}
