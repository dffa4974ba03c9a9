import type { MadeApiKey, NewApiKey } from "@wattkit/client"
import { ask } from "../page/Dialog.ts"
import { choiceField, textField, ticksField } from "../page/Field.ts"
import { textOf } from "../page/Form.ts"
import type { Role } from "../page/roles.ts"
import type { Own } from "./Profile.ts"

type Scope = NewApiKey["scopes"][number]

const scopeWords: { readonly [scope in Scope]: string } = {
  read: "see readings, usage, devices and locations",
  ingest: "send readings",
  correct: "correct readings, settle what waits",
  manage: "make and change locations, devices and tariffs",
  administer: "decide who may do what"
}

/** What the roles may do, and so the keys of those who have them. */
const scopesOf: { readonly [role in Role]: ReadonlyArray<Scope> } = {
  user: ["read", "ingest"],
  facility_manager: ["read", "ingest", "correct", "manage"],
  admin: ["read", "ingest", "correct", "manage", "administer"]
}

const lives = [
  ["90", "in 90 days"],
  ["30", "in 30 days"],
  ["365", "in a year"],
  ["", "never"]
] as const

const expiryOf = (days: string): string | null =>
  days === "" ? null : new Date(Date.now() + Number(days) * 86_400_000).toISOString()

/** Asks what a key shall be able to do, and makes it; undefined when nobody wanted to. */
export const makeKey = async ({ bearer, me, signal }: Own): Promise<MadeApiKey | undefined> => {
  const { items } = await bearer.client.locations.list({ limit: 500 }, { signal })
  const isOneOfMany = items.length > 1
  const places = items.map(({ id, name }) => [id, name, false] as const)
  const scopes = scopesOf[me.role].map((scope) => [scope, scopeWords[scope], scope === "read"] as const)
  let made: MadeApiKey | undefined
  await ask({
    title: "Make a key",
    fields: [
      textField("name", "Name", { maxlength: "100", autocomplete: "off" }, "Such as the program it is for."),
      ticksField("scopes", "It may", scopes),
      ...(isOneOfMany ? [ticksField("locations", "At", places, "With none ticked, at all of yours.")] : []),
      choiceField("expiresAt", "It expires", lives)
    ],
    press: "Make",
    onSubmit: async (answers) => {
      const chosen = answers.getAll("scopes") as ReadonlyArray<Scope>
      if (chosen.length === 0) throw new Error("say what the key may do")
      const locations = answers.getAll("locations").map(String)
      const body: NewApiKey = {
        name: textOf(answers, "name").trim(),
        scopes: chosen,
        locations: locations.length === 0 ? null : locations,
        expiresAt: expiryOf(textOf(answers, "expiresAt"))
      }
      made = await bearer.client.apiKeys.create({ body }, { signal })
    }
  })
  return made
}
