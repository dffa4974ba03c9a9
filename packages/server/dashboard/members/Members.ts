import type { Location, User, UserStatistics } from "@wattkit/client"
import { make, makeButton } from "../page/make.ts"
import { list, listItem, makePart } from "../page/Part.ts"
import { roleWords } from "../page/roles.ts"
import type { Viewer } from "../Views.ts"
import { changeMember } from "./changeMember.ts"
import { invite } from "./invite.ts"

const pageSize = 50

const statusWords: { readonly [status in User["status"]]: string | undefined } = {
  active: undefined,
  invited: "invited, has not come yet",
  disabled: "kept out"
}

const whereOf = ({ locations, role }: User, names: ReadonlyMap<string, string>): string => {
  if (role === "admin") return "everywhere"
  if (locations.length === 0) return "nowhere yet"
  return locations.map((id) => names.get(id) ?? id).join(", ")
}

const countWords = ({ disabled, invited, members, signedInWithin30Days }: UserStatistics): string =>
  [
    members === 1 ? "1 member" : `${members} members`,
    invited === 0 ? undefined : `${invited} invited`,
    disabled === 0 ? undefined : `${disabled} kept out`,
    `${signedInWithin30Days} signed in within 30 days`
  ]
    .filter((one) => one !== undefined)
    .join(" · ")

/** All locations there are, as members are given them by name. */
const allLocations = async ({ bearer, signal }: Viewer): Promise<ReadonlyArray<Location>> => {
  const all: Array<Location> = []
  for await (const one of bearer.client.locations.list({ limit: 500 }, { signal })) all.push(one)
  return all
}

/** Shows the members of the tenant to whoever administers it. */
export const open = async (page: HTMLElement, viewer: Viewer): Promise<void> => {
  const { bearer, me, signal } = viewer
  const { client } = bearer
  const locations = await allLocations(viewer)
  const names = new Map(locations.map(({ id, name }) => [id, name]))
  const begin = makeButton("Invite somebody", { class: "quiet" }, () =>
    part.perform(async () => refreshed(await invite(client, locations)))
  )
  const part = makePart("Who belongs here", "", begin)
  const counts = make("p", { class: "small" })
  let shown: ReadonlyArray<User> = []

  const itemOf = (user: User): HTMLLIElement => {
    const about = [user.email, roleWords[user.role], whereOf(user, names), statusWords[user.status]]
    const isMe = user.id === me?.id
    const press = makeButton("Change", { class: "plainly", "aria-label": `Change ${user.name}` }, () =>
      part.perform(async () => refreshed(await changeMember(client, user, locations)))
    )
    return listItem(
      [
        make("strong", {}, user.name),
        isMe ? make("span", { class: "small" }, " (you)") : undefined,
        make("p", { class: "small" }, about.filter((one) => one !== undefined).join(" · "))
      ],
      [press]
    )
  }

  const more = async (cursor?: string): Promise<undefined> => {
    const { items, nextCursor } = await client.users.list({ limit: pageSize, cursor }, { signal })
    shown = cursor === undefined ? items : [...shown, ...items]
    const next =
      nextCursor === undefined
        ? undefined
        : makeButton("Show more", { class: "plainly" }, () => part.perform(() => more(nextCursor)))
    counts.textContent = countWords(await client.users.statistics({}, { signal }))
    part.show(counts, list(shown.map(itemOf)), next)
    return undefined
  }

  const refreshed = async (news: string | undefined): Promise<string | undefined> => {
    if (news !== undefined) await more()
    return news
  }
  page.replaceChildren(part.element)
  await part.perform(() => more())
}
