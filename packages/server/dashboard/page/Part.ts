import { isWattkitError } from "@wattkit/client"
import { freshId } from "./Field.ts"
import { type Content, make } from "./make.ts"
import { problemOf } from "./problemOf.ts"

/** A part of a page: a heading, what happened lately, and what it is about. */
export interface Part {
  readonly element: HTMLElement
  readonly tell: (news: string) => void
  /** Shows something in place of what stood there. */
  readonly show: (...content: ReadonlyArray<Content>) => void
  /** Does something and tells what came of it, also when that is a problem. */
  readonly perform: (what: () => Promise<string | undefined>) => Promise<void>
}

/** Makes a part; what is given last stands beside its heading. */
export const makePart = (title: string, words = "", ...beside: ReadonlyArray<Content>): Part => {
  const id = freshId()
  const heading = make("h2", { id, tabindex: "-1" }, title)
  const news = make("p", { class: "news", role: "status" })
  const body = make("div", { class: "body" })
  const about = words === "" ? undefined : make("p", { class: "small" }, words)
  const header = make("header", {}, heading, ...beside)
  const element = make("section", { class: "panel", "aria-labelledby": id }, header, about, news, body)
  const tell = (text: string): void => void (news.textContent = text)
  return {
    element,
    tell,
    show: (...content) => {
      const hadFocus = body.contains(document.activeElement)
      body.replaceChildren(...content.filter((one) => one !== undefined))
      // What was pressed is gone; the next Tab shall begin here and not at the top of the page.
      if (hadFocus) heading.focus({ preventScroll: true })
    },
    perform: async (what) => {
      try {
        tell((await what()) ?? "")
      } catch (error) {
        // A view that was left asks for nothing any more.
        if (!isWattkitError(error, "ABORTED")) tell(problemOf(error))
      }
      if (document.activeElement === document.body) heading.focus({ preventScroll: true })
    }
  }
}

/** One line of a list: what it is, and what may be done with it. */
export const listItem = (
  words: ReadonlyArray<Content>,
  presses: ReadonlyArray<Content> = []
): HTMLLIElement =>
  make(
    "li",
    {},
    make("div", {}, ...words),
    presses.length === 0 ? undefined : make("div", { class: "presses" }, ...presses)
  )

/** A list of such lines. */
export const list = (items: ReadonlyArray<HTMLLIElement>): HTMLUListElement => make("ul", {}, ...items)
