import { ask } from "../page/Dialog.ts"
import { download } from "../page/download.ts"
import { passwordField } from "../page/Field.ts"
import { textOf } from "../page/Form.ts"
import { make, makeButton } from "../page/make.ts"
import { dayOf } from "../page/moments.ts"
import { makePart } from "../page/Part.ts"
import type { Own } from "./Profile.ts"
import { wrongPassword } from "./proof.ts"

/** What is kept of somebody: to take along, and to have erased. */
export const privacyPart = ({ baseUrl, bearer, leave, signal }: Own): HTMLElement => {
  const part = makePart("Your data", "Everything that is kept of you, to take along or to have erased.")

  const take = (): Promise<void> =>
    part.perform(
      async () => `${await download(`${baseUrl}/v1/users/me/export`, await bearer.token())} is saved.`
    )

  const erase = async (): Promise<void> => {
    let eraseAt = ""
    await ask({
      title: "Have everything of yours erased",
      about: [
        make(
          "p",
          {},
          "You are signed out everywhere now. In 30 days everything of yours is erased for good."
        ),
        make("p", {}, "Sign in before then, and nothing is erased.")
      ],
      fields: [passwordField()],
      press: "Have it erased",
      isDangerous: true,
      words: wrongPassword,
      onSubmit: async (answers) => {
        const body = { password: textOf(answers, "password") }
        const erasure = await bearer.client.me.erase({ body }, { signal, retries: 0 })
        eraseAt = erasure.eraseAt
      }
    })
    if (eraseAt === "") return
    // The server ended the session; what is left of it here goes too.
    leave(`Everything of yours will be erased on ${dayOf(eraseAt)}. Sign in before then to keep it.`)
    await bearer.signOut().catch(() => undefined)
  }

  part.show(
    make(
      "div",
      { class: "presses" },
      makeButton("Download everything", { class: "plainly" }, take),
      makeButton("Have it erased…", { class: "plainly" }, erase)
    )
  )
  return part.element
}
