import type { Format } from "@wattkit/client"
import { elementById } from "../page/elementById.ts"
import { make } from "../page/make.ts"

const stepsOf = ({ devices, setUp, traps }: Format): ReadonlyArray<Node> => [
  make("p", {}, devices),
  make("ol", {}, ...setUp.map((step) => make("li", {}, step))),
  ...(traps.length === 0
    ? []
    : [
        make(
          "details",
          {},
          make("summary", { class: "small" }, "Good to know"),
          make("ul", {}, ...traps.map((trap) => make("li", {}, trap)))
        )
      ])
]

/** Shows every format, and how to set up a device that speaks it. */
export const openFormats = (formats: ReadonlyArray<Format>): void => {
  const dialog = elementById("formats", HTMLDialogElement)
  const select = elementById("format-choice", HTMLSelectElement)
  const show = (): void => {
    const format = formats.find(({ id }) => id === select.value)
    elementById("format-steps", HTMLElement).replaceChildren(...(format === undefined ? [] : stepsOf(format)))
  }
  select.replaceChildren(...formats.map(({ id, name }) => new Option(name, id)))
  const done = new AbortController()
  select.addEventListener("change", show, { signal: done.signal })
  dialog.addEventListener("close", () => done.abort(), { once: true })
  show()
  dialog.showModal()
}
