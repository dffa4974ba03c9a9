import type { Client, Location, NewUser } from "@wattkit/client"
import { ask } from "../page/Dialog.ts"
import { emailField, textField } from "../page/Field.ts"
import { textOf } from "../page/Form.ts"
import { rightsFields, rightsOf } from "./rights.ts"

/** Invites, also once more somebody who has not come; answers what came of it. */
export const sendInvitation = async (client: Client, body: NewUser): Promise<string> => {
  const { isMailed, user } = await client.users.invite({ body }, { retries: 0 })
  const what =
    user.status === "invited"
      ? `${user.name} is invited. The link in the message works for 7 days.`
      : `${user.name} was known here and is a member now.`
  return isMailed ? what : `${what} The message could not be sent: see whether the mail server is set up.`
}

/** Asks whom to invite; undefined when nobody was. */
export const invite = async (
  client: Client,
  locations: ReadonlyArray<Location>
): Promise<string | undefined> => {
  let news: string | undefined
  await ask({
    title: "Invite somebody",
    fields: [
      emailField("E-mail address", { autocomplete: "off" }),
      textField("name", "Name", { autocomplete: "off", maxlength: "100" }),
      ...rightsFields(locations, {
        role: "user",
        locations: locations.length === 1 ? [locations[0]!.id] : []
      })
    ],
    press: "Invite",
    onSubmit: async (answers) => {
      const [email, name] = [textOf(answers, "email").trim(), textOf(answers, "name").trim()]
      news = await sendInvitation(client, { email, name, ...rightsOf(answers) })
    }
  })
  return news
}
