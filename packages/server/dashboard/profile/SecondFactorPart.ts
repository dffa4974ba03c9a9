import type { Enrolment } from "@wattkit/client"
import { ask } from "../page/Dialog.ts"
import { passwordField } from "../page/Field.ts"
import { makeForm, textOf } from "../page/Form.ts"
import { type Content, make, makeButton } from "../page/make.ts"
import { makePart, type Part } from "../page/Part.ts"
import { shownOnce } from "../page/shownOnce.ts"
import { codeField } from "../signIn/CodeScreen.ts"
import type { Own } from "./Profile.ts"
import { wrongPassword } from "./proof.ts"

const inFours = (secret: string): string => secret.match(/.{1,4}/g)?.join(" ") ?? secret

/** Codes that nobody can see again, until somebody says that they are kept. */
const showCodes = (part: Part, codes: ReadonlyArray<string>, then: () => void): void =>
  part.show(
    make(
      "p",
      {},
      "Each of these codes lets you in once if the authenticator is lost. Keep them apart from it."
    ),
    make("p", {}, make("strong", {}, "They are shown this once.")),
    shownOnce("Recovery codes", codes.join("\n")),
    makeButton("I kept them", {}, then)
  )

const stepsOf = ({ secret, uri }: Enrolment): ReadonlyArray<Content> => [
  make("p", {}, "Type this secret into your authenticator, or open the link on the device it is on."),
  shownOnce("Secret of the authenticator", inFours(secret)),
  make("p", {}, make("a", { href: uri }, "Open in an authenticator"))
]

/** Sets up the authenticator that is asked for at sign-in, and takes it away. */
export const secondFactorPart = ({ bearer: { client }, me, signal }: Own): HTMLElement => {
  const part = makePart(
    "Second factor",
    "An authenticator on your phone shows a code that signing in asks for."
  )

  const setUp = async (): Promise<void> => {
    let enrolment: Enrolment | undefined
    await ask({
      title: "Set up an authenticator",
      fields: [passwordField()],
      press: "Go on",
      words: wrongPassword,
      onSubmit: async (answers) => {
        const body = { password: textOf(answers, "password") }
        enrolment = await client.me.enrolTotp({ body }, { signal, retries: 0 })
      }
    })
    if (enrolment !== undefined) confirm(enrolment)
  }

  const confirm = (enrolment: Enrolment): void => {
    const { element } = makeForm({
      fields: [codeField("Six digits that the authenticator shows now.")],
      press: "Turn on",
      beside: [makeButton("Cancel", { class: "quiet" }, () => show(false))],
      onSubmit: async (answers) => {
        const body = { code: textOf(answers, "code").trim() }
        const { recoveryCodes } = await client.me.confirmTotp({ body }, { signal, retries: 0 })
        part.tell("Signing in asks for a code from now on.")
        showCodes(part, recoveryCodes, () => show(true))
      }
    })
    part.show(...stepsOf(enrolment), element)
    element.querySelector("input")?.focus()
  }

  const remove = async (): Promise<void> => {
    const isGone = await ask({
      title: "Turn off the second factor",
      about: [make("p", { class: "small" }, "Your recovery codes are worth nothing then.")],
      fields: [passwordField()],
      press: "Turn off",
      isDangerous: true,
      words: wrongPassword,
      onSubmit: async (answers) => {
        const body = { password: textOf(answers, "password") }
        await client.me.removeTotp({ body }, { signal, retries: 0 })
      }
    })
    if (!isGone) return
    part.tell("Signing in asks for the password alone.")
    show(false)
  }

  const show = (isOn: boolean): void =>
    part.show(
      make("p", {}, isOn ? "It is on." : "It is off."),
      isOn
        ? makeButton("Turn off", { class: "plainly" }, remove)
        : makeButton("Set up", { class: "plainly" }, setUp)
    )
  show(me.hasSecondFactor)
  return part.element
}
