import type { Client } from "@wattkit/client"
import type { Session } from "@wattkit/client/session"
import { elementById } from "../page/elementById.ts"
import type { Form } from "../page/Form.ts"
import { make, makeButton } from "../page/make.ts"

/** One thing that is asked of who is not signed in. */
export interface Screen {
  readonly title: string
  readonly words?: string
  /** Without one, the words are all there is. */
  readonly form?: Form
  /** Where else one may go from here. */
  readonly ways?: ReadonlyArray<readonly [words: string, go: () => void]>
  readonly footnote?: string
}

/** The screens one comes to without a link. */
export type Place = "password" | "key" | "forgot" | "register"

/** What a screen leads to. */
export interface Gate {
  readonly baseUrl: string
  /** Asks without a credential. */
  readonly client: Client
  readonly session: Session
  /** Shows another screen, with news of what led there. */
  readonly show: (screen: Screen, news?: string) => void
  readonly go: (place: Place, news?: string) => void
  /** Lets in who shows a key, or somebody who is signed in. */
  readonly enter: (key?: string) => Promise<void>
}

/** Shows a screen in place of the page. */
export const show = ({ footnote, form, title, ways = [], words }: Screen, news = ""): void => {
  const page = elementById("gate", HTMLElement)
  const heading = elementById("gate-title", HTMLElement)
  heading.textContent = title
  document.title = `${title} – wattkit`
  elementById("gate-news", HTMLElement).textContent = news
  form?.element.setAttribute("aria-labelledby", heading.id)
  form?.element.setAttribute("aria-describedby", "gate-news")
  const presses = ways.map(([text, go]) => makeButton(text, { class: "link" }, go))
  const parts = [
    words === undefined ? undefined : make("p", {}, words),
    form?.element,
    presses.length === 0 ? undefined : make("div", { class: "ways" }, ...presses),
    footnote === undefined ? undefined : make("p", { class: "small" }, footnote)
  ]
  elementById("gate-screen", HTMLElement).replaceChildren(...parts.filter((part) => part !== undefined))
  page.hidden = false
  const first = page.querySelector<HTMLElement>("form input")
  ;(first ?? heading).focus()
}

/** Takes the screen away, with what was typed into it. */
export const close = (): void => {
  elementById("gate", HTMLElement).hidden = true
  elementById("gate-screen", HTMLElement).replaceChildren()
  elementById("gate-news", HTMLElement).textContent = ""
}
