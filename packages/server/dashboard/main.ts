import "@wattkit/elements/define"
import { createClient, isWattkitError, type Me } from "@wattkit/client"
import { createSession } from "@wattkit/client/session"
import * as Board from "./Board.ts"
import { baseUrl } from "./page/address.ts"
import { elementById } from "./page/elementById.ts"
import { problemOf } from "./page/problemOf.ts"
import * as Bearer from "./signIn/Bearer.ts"
import * as Gate from "./signIn/Gate.ts"
import * as Key from "./signIn/Key.ts"
import * as Link from "./signIn/links/Link.ts"
import { screenOf } from "./signIn/links/screenOf.ts"
import { screens } from "./signIn/screens.ts"
import { tokenStorage } from "./signIn/tokenStorage.ts"
import * as Theme from "./Theme.ts"
import * as Views from "./Views.ts"

// Servers below different paths of one host are not to take each other's tokens for their own.
const name = `wattkit ${new URL(baseUrl).pathname}`
let close: (() => void) | undefined
let bearer: Bearer.Bearer | undefined

/** Goes back to where somebody came in and says why; what comes twice, as from several calls, counts once. */
const leave = (why: string, who = bearer): void => {
  if (close === undefined || who === undefined) return
  close()
  close = bearer = undefined
  Key.forget()
  for (const dialog of document.querySelectorAll("dialog")) dialog.close()
  Gate.show(screens[who.session === undefined ? "key" : "password"](gate), why)
}

const session = createSession({ baseUrl, name, storage: tokenStorage(name) })

const bearerOf = (key: string | undefined): Bearer.Bearer =>
  key === undefined ? Bearer.ofPerson(baseUrl, session, leave) : Bearer.ofKey(baseUrl, key)

const whoIs = async ({ client, session }: Bearer.Bearer): Promise<[Me | undefined, string]> => {
  if (session === undefined) return [undefined, ""]
  const [me, tenants] = await Promise.all([client.me.get(), client.me.tenants()])
  return [me, tenants.find(({ id }) => id === me.tenantId)?.name ?? ""]
}

const enter = async (who: Bearer.Bearer): Promise<void> => {
  bearer = who
  close = () => {}
  try {
    const [me, whose] = await whoIs(who)
    // Signed out while it was asked.
    if (bearer !== who) return
    Gate.close()
    const views = Views.open({ baseUrl, bearer: who, me, whose, leave })
    const closeBoard = Board.open(who.client, {
      onUnauthorized: () => leave(who.overWords),
      onName: views.name
    })
    close = () => {
      views.close()
      closeBoard()
    }
  } catch (error) {
    if (bearer !== who) return
    if (isWattkitError(error, "UNAUTHORIZED")) return leave(who.overWords)
    Gate.show({
      title: "Not now",
      words: problemOf(error),
      ways: [
        ["Try again", () => void enter(who)],
        ["Sign out", () => void signOut()]
      ]
    })
  }
}

const gate: Gate.Gate = {
  baseUrl,
  session,
  client: createClient({ baseUrl, timeoutMs: 15_000 }),
  show: Gate.show,
  go: async (place, news = "") => {
    // Who left a link aside is perhaps signed in.
    if (place === "password" && news === "" && (await session.isSignedIn())) void start()
    else Gate.show(screens[place](gate), news)
  },
  enter: (key) => {
    if (key === undefined) Key.forget()
    else Key.keep(key)
    return enter(bearerOf(key))
  }
}

const signOut = async (): Promise<void> => {
  const who = bearer
  // What the page asks from now on is refused, which is no news.
  bearer = undefined
  const problem = await who?.signOut().catch(problemOf)
  leave(problem === undefined ? "" : `You are signed out here. The server could not be told: ${problem}`, who)
}

const start = async (): Promise<void> => {
  const link = Link.find()
  if (link !== undefined) return Gate.show(screenOf(gate, link))
  const key = Key.find()
  if (key !== undefined || (await session.isSignedIn())) return enter(bearerOf(key))
  Gate.show(screens.password(gate))
}

Theme.install(elementById("theme", HTMLButtonElement), elementById("theme-name", HTMLElement))
elementById("sign-out", HTMLButtonElement).addEventListener("click", signOut)

// A link of another message, opened in this tab, changes the fragment alone.
addEventListener("hashchange", () => {
  if (Link.isInAddress()) location.reload()
})
void start()
