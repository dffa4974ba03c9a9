import { textField } from "../page/Field.ts"
import { makeForm, textOf } from "../page/Form.ts"
import { make } from "../page/make.ts"
import { dayOf } from "../page/moments.ts"
import { makePart } from "../page/Part.ts"
import { roleWords } from "../page/roles.ts"
import type { Own } from "./Profile.ts"

/** Who somebody is, and what they want to be called. */
export const namePart = ({ bearer, me, signal }: Own): HTMLElement => {
  const part = makePart("You")
  const { element } = makeForm({
    fields: [
      textField("name", "Name", {
        value: me.name,
        autocomplete: "name",
        maxlength: "100"
      })
    ],
    press: "Save",
    isQuiet: true,
    onSubmit: async (answers) => {
      const { name } = await bearer.client.me.update(
        { body: { name: textOf(answers, "name").trim() } },
        { signal }
      )
      part.tell(`You are called ${name} now.`)
    }
  })
  const facts = [
    ["E-mail address", me.email],
    ["Role", roleWords[me.role]],
    ["Registered", dayOf(me.createdAt)]
  ] as const
  const pairs = facts.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])
  part.show(make("dl", { class: "facts" }, ...pairs), element)
  return part.element
}
