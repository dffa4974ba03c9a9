import { type Client, isWattkitError, type Location, type User } from "@wattkit/client"
import { ask } from "../page/Dialog.ts"
import { ticksField } from "../page/Field.ts"
import { make, makeButton } from "../page/make.ts"
import { sendInvitation } from "./invite.ts"
import { rightsFields, rightsOf } from "./rights.ts"

/** Asks once more, and takes somebody out; answers what came of it. */
const takeOut = async (client: Client, { id, name }: User): Promise<string | undefined> => {
  const isOut = await ask({
    title: `Take ${name} out`,
    about: [make("p", { class: "small" }, "Their sessions and keys in this tenant end, for good.")],
    fields: [],
    press: "Take out",
    isDangerous: true,
    onSubmit: async () => void (await client.users.remove({ id }))
  })
  return isOut ? `${name} is no member any more.` : undefined
}

/** What else can be done with a member, beside changing what they are. */
const deedsOf = (
  client: Client,
  user: User
): ReadonlyArray<readonly [string, () => Promise<string | undefined>]> => {
  const { email, id, locations, name, role, status } = user
  const signOut = async (): Promise<string> => {
    const { ended } = await client.users.endSessions({ id })
    return `${name} is signed out; ${ended === 1 ? "1 session was" : `${ended} sessions were`} ended.`
  }
  return [
    status === "invited"
      ? ([
          "Send the invitation again",
          () => sendInvitation(client, { email, name, role, locations })
        ] as const)
      : (["Sign out everywhere", signOut] as const),
    ["Take out of the tenant…", () => takeOut(client, user)]
  ]
}

/** Asks what a member shall be; answers what came of it, or undefined when nothing was done. */
export const changeMember = async (
  client: Client,
  user: User,
  locations: ReadonlyArray<Location>
): Promise<string | undefined> => {
  const { data: fresh, headers } = await client.users.get({ id: user.id }).withResponse()
  const ifMatch = headers.get("etag") ?? undefined
  let news: string | undefined
  let deed: (() => Promise<string | undefined>) | undefined
  const presses = deedsOf(client, fresh).map(([words, perform]) =>
    makeButton(words, { class: "link" }, () => {
      deed = perform
      presses[0]?.closest("dialog")?.close()
    })
  )
  await ask({
    title: `Change ${fresh.name}`,
    about: [make("p", { class: "small" }, fresh.email)],
    below: [make("div", { class: "ways" }, ...presses)],
    fields: [
      ...rightsFields(locations, fresh),
      ticksField("isDisabled", "Access", [
        ["yes", "Keep out: they cannot sign in to this tenant", fresh.status === "disabled"]
      ])
    ],
    press: "Save",
    words: (error) =>
      isWattkitError(error, "CONFLICT")
        ? "The last administrator who can sign in has to stay one."
        : undefined,
    onSubmit: async (answers) => {
      const body = { ...rightsOf(answers), isDisabled: answers.has("isDisabled") }
      const changed = await client.users.update({ id: user.id, body }, { ifMatch })
      news = `${changed.name} is changed.`
    }
  })
  return deed === undefined ? news : deed()
}
