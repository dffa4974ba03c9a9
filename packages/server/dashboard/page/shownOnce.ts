import { type Content, make, makeButton } from "./make.ts"

/** Something secret that can be read and copied, as it is shown this once. */
export const shownOnce = (label: string, text: string): Content => {
  const news = make("span", { class: "small", role: "status" })
  const copy = makeButton("Copy", { class: "plainly" }, async () => {
    try {
      await navigator.clipboard.writeText(text)
      news.textContent = "Copied"
    } catch {
      news.textContent = "The browser does not let this page copy. Mark the text and copy it yourself."
    }
  })
  return make(
    "div",
    { class: "once" },
    make("pre", { tabindex: "0", role: "group", "aria-label": label }, make("code", {}, text)),
    make("div", { class: "presses" }, copy, news)
  )
}
