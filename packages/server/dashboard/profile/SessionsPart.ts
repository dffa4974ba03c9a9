import type { OwnTenant, Session } from "@wattkit/client"
import { make, makeButton } from "../page/make.ts"
import { agoOf, momentOf } from "../page/moments.ts"
import { list, listItem, makePart } from "../page/Part.ts"
import { agentWords } from "./agentWords.ts"
import type { Own } from "./Profile.ts"

/** Where somebody is signed in, and what looks once more. */
export const sessionsPart = (
  { bearer: { client }, signal }: Own,
  tenants: ReadonlyArray<OwnTenant>
): { readonly element: HTMLElement; readonly refresh: () => Promise<undefined> } => {
  const everywhere = makeButton("Sign out everywhere else", { class: "quiet" }, () =>
    part.perform(async () => {
      const { ended } = await client.sessions.endOthers()
      await refresh()
      return ended === 1 ? "1 session was ended." : `${ended} sessions were ended.`
    })
  )
  const part = makePart("Where you are signed in", "", everywhere)

  const end = (session: Session): Promise<void> =>
    part.perform(async () => {
      await client.sessions.end({ id: session.id })
      await refresh()
      return `${agentWords(session.agent)} is signed out.`
    })

  const itemOf = (session: Session): HTMLLIElement => {
    const { agent, createdAt, isThis, tenantId, usedAt } = session
    const program = agentWords(agent)
    const tenant = tenants.length > 1 ? tenants.find(({ id }) => id === tenantId)?.name : undefined
    const about = [tenant, `since ${momentOf(createdAt)}`, isThis ? undefined : `used ${agoOf(usedAt)}`]
    const press = makeButton(
      "Sign out",
      { class: "plainly", "aria-label": `Sign out ${program}, since ${momentOf(createdAt)}` },
      () => end(session)
    )
    return listItem(
      [
        make("strong", {}, program),
        make("p", { class: "small" }, about.filter((one) => one !== undefined).join(" · "))
      ],
      [isThis ? make("span", { class: "small" }, "This one") : press]
    )
  }

  const refresh = async (): Promise<undefined> => {
    const sessions = await client.sessions.list({}, { signal })
    everywhere.hidden = sessions.length < 2
    part.show(list(sessions.map(itemOf)))
    return undefined
  }
  void part.perform(refresh)
  return { element: part.element, refresh }
}
