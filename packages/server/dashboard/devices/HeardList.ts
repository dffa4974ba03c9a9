import type { Heard } from "@wattkit/client"
import { everyOf, missingOf, saysOf } from "../../src/cli/devices/heardWords.ts"
import { make, makeButton } from "../page/make.ts"

/** What can be done with who was heard. */
export interface HeardEvents {
  readonly onAdopt: (heard: Heard) => void
}

const statusOf = ({ binding }: Heard): string =>
  binding === null
    ? "not bound"
    : `bound to ${binding.deviceId}${binding.channel === "main" ? "" : `, ${binding.channel}`}`

const itemOf = (heard: Heard, names: ReadonlyMap<string, string>, { onAdopt }: HeardEvents) => {
  const { binding, format, subject } = heard
  const missing = missingOf(heard).filter((text) => text !== "nothing" && !text.startsWith("a device"))
  const about = [
    names.get(format) ?? format,
    `every ${everyOf(heard, Date.now()).join(", ")}`,
    statusOf(heard)
  ]
  if (heard.count < 2) about[1] = everyOf(heard, Date.now()).join(", ")
  const words = make(
    "div",
    {},
    make("strong", {}, subject),
    ...saysOf(heard).map((line) => make("p", {}, line)),
    make("p", { class: "small" }, about.join(" · ")),
    missing.length === 0 ? undefined : make("p", { class: "small" }, `Missing: ${missing.join("; ")}`)
  )
  const adopt = binding === null ? makeButton("Adopt", { class: "plainly" }, () => onAdopt(heard)) : undefined
  adopt?.setAttribute("aria-label", `Adopt ${subject}`)
  return make("li", {}, words, adopt)
}

/** Lists who was heard: strangers first, since something is to be done about them. */
export const heardItems = (
  heard: ReadonlyArray<Heard>,
  names: ReadonlyMap<string, string>,
  events: HeardEvents
): ReadonlyArray<HTMLLIElement> =>
  [...heard]
    .sort((a, b) => Number(a.binding !== null) - Number(b.binding !== null))
    .map((one) => itemOf(one, names, events))
