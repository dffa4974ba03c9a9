import type { DeadLetter, DeadLetterChoice } from "@wattkit/client"
import { make, makeButton } from "../page/make.ts"

/** What can be done with letters of a kind. */
export interface LetterEvents {
  readonly onReplay: (choice: DeadLetterChoice) => Promise<void>
  readonly onDrop: (choice: DeadLetterChoice) => Promise<void>
}

/** Letters that have the same reason, format and subject. */
interface Kind {
  readonly last: DeadLetter
  readonly ids: ReadonlyArray<string>
}

const titles: { readonly [reason in DeadLetter["reason"]]: string } = {
  unbound: "Nothing is bound to",
  malformed: "Malformed",
  unknown_topic: "No format reads",
  rejected: "Turned away"
}

/** Letters by what is wrong with them; a device that is not bound says the same a thousand times. */
const kindsOf = (letters: ReadonlyArray<DeadLetter>): ReadonlyArray<Kind> => {
  const kinds = new Map<string, Kind>()
  for (const letter of letters) {
    const { format, id, reason, subject, topic } = letter
    const name = JSON.stringify([reason, format, subject ?? topic])
    kinds.set(name, { last: letter, ids: [...(kinds.get(name)?.ids ?? []), id] })
  }
  return [...kinds.values()]
}

const shown = ({ encoding, isTruncated, payload }: DeadLetter): string => {
  const text = encoding === "text" ? payload : `base64: ${payload}`
  return text.length > 400 || isTruncated ? `${text.slice(0, 400)}…` : text
}

const itemOf = ({ ids, last }: Kind, { onDrop, onReplay }: LetterEvents): HTMLLIElement => {
  const { detail, receivedAt, reason, subject, topic } = last
  const count = ids.length === 1 ? "1 message" : `${ids.length} messages`
  const at = new Date(receivedAt).toLocaleString(navigator.language)
  const title = `${titles[reason]} ${reason === "unknown_topic" ? topic : (subject ?? topic)}`
  const details = make(
    "details",
    {},
    make("summary", { class: "small" }, `${count} · last ${at}`),
    make("p", { class: "small" }, `${topic}: ${detail}`),
    make("pre", {}, make("code", {}, shown(last)))
  )
  const replay = makeButton("Replay", { class: "plainly" }, () => onReplay({ ids }))
  const drop = makeButton("Drop", { class: "quiet" }, () => onDrop({ ids }))
  replay.setAttribute("aria-label", `Replay: ${title}`)
  drop.setAttribute("aria-label", `Drop: ${title}`)
  const words = make("div", {}, make("strong", {}, title), details)
  return make("li", {}, words, make("div", { class: "presses" }, replay, drop))
}

/** Lists letters by what is wrong with them. */
export const letterItems = (
  letters: ReadonlyArray<DeadLetter>,
  events: LetterEvents
): ReadonlyArray<HTMLLIElement> => kindsOf(letters).map((kind) => itemOf(kind, events))
