import type { ApiKey } from "@wattkit/client"
import { ask, showOnce } from "../page/Dialog.ts"
import { make, makeButton } from "../page/make.ts"
import { agoOf, dayOf } from "../page/moments.ts"
import { list, listItem, makePart } from "../page/Part.ts"
import { shownOnce } from "../page/shownOnce.ts"
import { makeKey } from "./makeKey.ts"
import type { Own } from "./Profile.ts"

const aboutOf = ({ expiresAt, lastUsedAt, locations, prefix, scopes }: ApiKey): string =>
  [
    `${prefix}…`,
    scopes.join(", "),
    locations === null ? undefined : `${locations.length} of your locations`,
    lastUsedAt === null ? "never used" : `used ${agoOf(lastUsedAt)}`,
    expiresAt === null ? "does not expire" : `until ${dayOf(expiresAt)}`
  ]
    .filter((one) => one !== undefined)
    .join(" · ")

/** The keys somebody made for their programs. */
export const keysPart = (own: Own): HTMLElement => {
  const { bearer, me, signal } = own
  const { client } = bearer
  const begin = makeButton("Make a key", { class: "quiet" }, () =>
    part.perform(async () => {
      const made = await makeKey(own)
      if (made === undefined) return undefined
      await refresh()
      await showOnce(
        made.apiKey.name,
        make("p", {}, "Copy the key to where it is used. It is shown this once."),
        shownOnce("Key", made.secret)
      )
      return `${made.apiKey.name} was made.`
    })
  )
  const part = makePart("Your keys", "A program signs in with a key, and may do no more than you.", begin)

  const revoke = ({ id, name }: ApiKey): Promise<void> =>
    part.perform(async () => {
      const isRevoked = await ask({
        title: `Revoke ${name}`,
        about: [make("p", { class: "small" }, "What uses it stops working within a second, for good.")],
        fields: [],
        press: "Revoke",
        isDangerous: true,
        onSubmit: async () => void (await client.apiKeys.revoke({ id }))
      })
      if (!isRevoked) return undefined
      await refresh()
      return `${name} is revoked.`
    })

  const itemOf = (key: ApiKey): HTMLLIElement =>
    listItem(
      [make("strong", {}, key.name), make("p", { class: "small" }, aboutOf(key))],
      [makeButton("Revoke", { class: "plainly", "aria-label": `Revoke ${key.name}` }, () => revoke(key))]
    )

  const refresh = async (): Promise<undefined> => {
    const keys: Array<ApiKey> = []
    for await (const key of client.apiKeys.list({ userId: me.id, limit: 200 }, { signal })) keys.push(key)
    part.show(keys.length === 0 ? make("p", { class: "small" }, "You have none.") : list(keys.map(itemOf)))
    return undefined
  }
  void part.perform(refresh)
  return part.element
}
