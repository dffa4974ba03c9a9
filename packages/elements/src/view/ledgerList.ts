import { html, nothing, type TemplateResult } from "lit"
import { repeat } from "lit/directives/repeat.js"
import type { Entry } from "../power/Ledger.ts"
import { formatPower, formatShare } from "../text/formatPower.ts"
import { formatAge } from "../text/formatTime.ts"
import { fill } from "../text/Words.ts"
import type { Scene } from "./Scene.ts"

/** A drawn bar takes its length from an attribute, which a strict content security policy lets pass. */
const bar = (
  share: number
): TemplateResult => html`<svg class="bar" aria-hidden="true" width="100%" height="4">
    <rect width=${`${(share * 100).toFixed(1)}%`} height="4" rx="2"></rect>
  </svg>`

const row = ({ locale, words }: Scene, { depth, id, name, role, share, watts }: Entry): TemplateResult => {
  const { unit, value } = formatPower(watts, locale)
  return html`<li class=${role} data-depth=${Math.min(depth, 3)}>
    <span class="name">${name ?? (id === "rest" ? words.rest : words.unexplained)}</span>
    <span class="share">${formatShare(share, locale)}</span>
    <span class="watts"><span class="value">${value}</span> <span class="unit">${unit}</span></span>
    ${bar(share)}
  </li>`
}

const idleWatts = 0.5

/** What is switched off needs a word and no line. */
const idle = ({ words }: Scene, entries: ReadonlyArray<Entry>): TemplateResult | typeof nothing => {
  const names = entries.filter(({ watts }) => watts < idleWatts).map(({ name }) => name ?? words.rest)
  if (names.length === 0) return nothing
  return html`<p class="idle">${fill(words.idle, { names: names.sort().join(", ") })}</p>`
}

const list = (
  scene: Scene,
  title: string,
  entries: ReadonlyArray<Entry>,
  empty: string
): TemplateResult => html`
  <h2>${title}</h2>
  ${
    entries.length === 0
      ? html`<p class="empty">${empty}</p>`
      : html`<ul role="list">
          ${repeat(
            entries.filter(({ watts }) => watts >= idleWatts),
            ({ id }) => id,
            (entry) => row(scene, entry)
          )}
        </ul>`
  }
  ${idle(scene, entries)}`

const silent = ({ heardAt, ledger, locale, now, words }: Scene): TemplateResult => html`
  <h3>${words.silent}</h3>
  <ul role="list" class="silent">${ledger.silent.map(({ id, name }) => {
    const at = heardAt(id)
    const note = at === undefined ? words.neverHeard : fill(words.heard, { age: formatAge(now - at, locale) })
    return html`<li><span class="name">${name}</span><span class="note">${note}</span></li>`
  })}</ul>`

/** What gives power now, the largest first. */
export const supplyList = (scene: Scene): TemplateResult =>
  list(scene, scene.words.from, scene.ledger.from, scene.words.nothingFrom)

/** What takes power now, the largest first, and the devices that say nothing. */
export const useList = (scene: Scene): TemplateResult => html`
  ${list(scene, scene.words.to, scene.ledger.to, scene.words.nothingTo)}
  ${scene.ledger.silent.length === 0 ? nothing : silent(scene)}`
