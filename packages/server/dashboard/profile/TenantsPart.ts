import { isWattkitError, type OwnTenant } from "@wattkit/client"
import type { SignIn } from "@wattkit/client/session"
import { ask } from "../page/Dialog.ts"
import { passwordField } from "../page/Field.ts"
import { textOf } from "../page/Form.ts"
import { make, makeButton } from "../page/make.ts"
import { list, listItem, makePart } from "../page/Part.ts"
import { roleWords } from "../page/roles.ts"
import { codeField, codeHint } from "../signIn/CodeScreen.ts"
import type { Own } from "./Profile.ts"

const wrongPassword = (error: unknown): string | undefined =>
  isWattkitError(error, "UNAUTHORIZED") ? "The password is wrong." : undefined

const wrongCode = (error: unknown): string | undefined =>
  isWattkitError(error, "UNAUTHORIZED")
    ? "This code is wrong, or was used before. Wait for the next one."
    : undefined

/** Signs in to another tenant, and then out of the one before: a session belongs to one. */
const enterTenant = async ({ bearer, me }: Own, { id, name }: OwnTenant): Promise<boolean> => {
  const { session } = bearer
  if (session === undefined) return false
  const before = (await bearer.client.sessions.list()).find(({ isThis }) => isThis)
  let answer: SignIn | undefined
  const title = `Enter ${name}`
  const isRight = await ask({
    title,
    about: [make("p", { class: "small" }, "Another tenant is entered by signing in to it.")],
    fields: [passwordField()],
    press: "Enter",
    words: wrongPassword,
    onSubmit: async (answers) => {
      const shown = { email: me.email, password: textOf(answers, "password"), tenantId: id }
      answer = await session.login(shown, { retries: 0 })
    }
  })
  if (!isRight || answer === undefined) return false
  const { confirm } = answer.kind === "second_factor" ? answer : {}
  const isIn =
    confirm === undefined ||
    (await ask({
      title,
      fields: [codeField(codeHint)],
      press: "Enter",
      words: wrongCode,
      onSubmit: (answers) => confirm(textOf(answers, "code"), { retries: 0 })
    }))
  if (!isIn) return false
  if (before !== undefined) await bearer.client.sessions.end({ id: before.id }).catch(() => undefined)
  return true
}

/** The tenants somebody may enter. */
export const tenantsPart = (own: Own, tenants: ReadonlyArray<OwnTenant>): HTMLElement => {
  const part = makePart("Your tenants", "You see and change what belongs to the one you are in.")
  const enter = (tenant: OwnTenant): Promise<void> =>
    part.perform(async () => {
      // Everything on the page is of the tenant before.
      if (await enterTenant(own, tenant)) location.reload()
      return undefined
    })
  const items = tenants.map((tenant) => {
    const { id, name, role } = tenant
    const isHere = id === own.me.tenantId
    const press = makeButton("Enter", { class: "plainly", "aria-label": `Enter ${name}` }, () =>
      enter(tenant)
    )
    return listItem(
      [make("strong", {}, name), make("p", { class: "small" }, roleWords[role])],
      [isHere ? make("span", { class: "small" }, "You are here") : press]
    )
  })
  part.show(list(items))
  return part.element
}
