import { html, nothing, type TemplateResult } from "lit"
import type { Watched } from "../live/LiveWatch.ts"
import { type Clock, formatAge, formatTime } from "../text/formatTime.ts"
import { fill, type Words } from "../text/Words.ts"

/** How fresh what is shown is. */
export type Freshness = "live" | "stale" | "connecting" | "reconnecting" | "offline"

/** How fresh it is, the reason that explains most first. */
export const freshness = (
  { connection }: Pick<Watched, "connection">,
  isOnline: boolean,
  ageMs: number | undefined,
  staleAfterMs: number
): Freshness => {
  if (!isOnline && connection !== "live") return "offline"
  if (connection === "closed") return "offline"
  if (connection !== "live") return connection
  return ageMs !== undefined && ageMs > staleAfterMs ? "stale" : "live"
}

/** The state of the connection in a word with a dot. */
export const pill = (words: Words, state: Freshness): TemplateResult =>
  html`<span class="pill" part="state" data-state=${state}>${words[state]}</span>`

/** A sentence above the values when they are not of now. */
export const note = (
  words: Words,
  state: Freshness,
  heardAt: number | undefined,
  now: number,
  clock: Clock
): TemplateResult | typeof nothing => {
  if (heardAt === undefined || state === "live" || state === "connecting") return nothing
  const text = { stale: words.staleNote, offline: words.offlineNote, reconnecting: words.reconnectingNote }[
    state
  ]
  const filled = fill(text, {
    time: formatTime(heardAt, clock, true),
    age: formatAge(now - heardAt, clock.locale)
  })
  return html`<p class="notice" role="status">${filled}</p>`
}
