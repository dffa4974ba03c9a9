import type { Me } from "@wattkit/client"
import { elementById } from "./page/elementById.ts"
import { make } from "./page/make.ts"
import { problemOf } from "./page/problemOf.ts"
import type { Bearer } from "./signIn/Bearer.ts"

/** What a view knows of who looks at it. */
export interface Viewer {
  readonly baseUrl: string
  readonly bearer: Bearer
  /** Who signed in; undefined for a key. */
  readonly me: Me | undefined
  /** Ends what the view still asks for when it is left. */
  readonly signal: AbortSignal
  /** Shows the view once more from its beginning. */
  readonly again: () => void
  /** Goes back to the sign-in and says why. */
  readonly leave: (why: string) => void
}

interface View {
  readonly title: string
  /** Loaded when it is first looked at: whoever looks at the house alone does without. */
  readonly load: () => Promise<{ readonly open: (page: HTMLElement, viewer: Viewer) => Promise<void> }>
}

const views: ReadonlyMap<string, View> = new Map([
  ["profile", { title: "Profile", load: () => import("./profile/Profile.ts") }],
  ["members", { title: "Members", load: () => import("./members/Members.ts") }],
  ["log", { title: "Log", load: () => import("./log/Log.ts") }]
])

/** A server that was replaced meanwhile has these parts by other names. */
const notLoaded = (): never => {
  throw new Error("this part of the page could not be loaded; load the page anew")
}

const nameInAddress = (): string => /^#\/(\w+)/.exec(location.hash)?.[1] ?? "now"

/** Who looks, before it is known what at. */
export interface ViewsOptions extends Omit<Viewer, "again" | "signal"> {
  /** What stands beside the title of a view: whose it is. */
  readonly whose: string
}

/** What the page does with its views. */
export interface Views {
  /** Says what the location is called, which the page of now is called for. */
  readonly name: (location: string) => void
  readonly close: () => void
}

/** Which views are not for somebody. */
const hiddenFrom = ({ me }: ViewsOptions): ReadonlyArray<string> => {
  if (me === undefined) return ["profile"]
  return me.role === "admin" ? [] : ["members"]
}

const mark = (name: string, hidden: ReadonlyArray<string>): void => {
  for (const link of elementById("ways", HTMLElement).querySelectorAll("a")) {
    const view = link.dataset["view"]!
    link.hidden = hidden.includes(view)
    if (view === name) link.setAttribute("aria-current", "page")
    else link.removeAttribute("aria-current")
  }
}

/** Shows the view that the address names, and another when that changes. */
export const open = (options: ViewsOptions): Views => {
  const closing = new AbortController()
  const hidden = hiddenFrom(options)
  let showing = new AbortController()
  let place = "wattkit"
  let name = ""

  const fill = async (view: View, page: HTMLElement, signal: AbortSignal): Promise<void> => {
    try {
      const { open } = await view.load().catch(notLoaded)
      if (!signal.aborted) await open(page, { ...options, signal, again: show })
    } catch (error) {
      if (!signal.aborted) page.append(make("p", { class: "problem", role: "alert" }, problemOf(error)))
    }
  }

  const show = (): void => {
    showing.abort()
    showing = new AbortController()
    const asked = nameInAddress()
    const view = hidden.includes(asked) ? undefined : views.get(asked)
    name = view === undefined ? "now" : asked
    mark(name, hidden)
    const page = elementById("view", HTMLElement)
    page.replaceChildren()
    page.hidden = elementById("view-place", HTMLElement).hidden = view === undefined
    elementById("now", HTMLElement).hidden = elementById("place", HTMLElement).hidden = view !== undefined
    document.title = `${view?.title ?? place} – wattkit`
    if (view === undefined) return
    elementById("view-title", HTMLElement).textContent = view.title
    elementById("view-whose", HTMLElement).textContent = options.whose
    void fill(view, page, showing.signal)
  }

  const move = (): void => {
    const before = name
    show()
    // Whoever follows a link has come to another page, as far as they can tell.
    if (name === before) return
    elementById(name === "now" ? "location-name" : "view-title", HTMLElement).focus({ preventScroll: true })
    scrollTo(0, 0)
  }

  addEventListener("hashchange", move, { signal: closing.signal })
  show()
  return {
    name: (location) => {
      place = location
      if (name === "now") document.title = `${location} – wattkit`
    },
    close: () => {
      closing.abort()
      showing.abort()
      elementById("view", HTMLElement).replaceChildren()
    }
  }
}
