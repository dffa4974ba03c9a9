import { html, nothing, type TemplateResult } from "lit"
import { formatPower, inline } from "../text/formatPower.ts"
import type { Scene } from "./Scene.ts"

/** Below this, import and export take turns with every reading, and neither word would be true for long. */
const balancedWatts = 10

/** The one number to see from across the room: what comes from the grid or goes to it. */
export const headline = ({ balance, locale, words }: Scene): TemplateResult => {
  const { grid, house } = balance
  const shown = grid ?? house
  const power = shown === undefined ? undefined : formatPower(Math.abs(shown), locale)
  const isStill = shown === undefined || Math.abs(shown) < balancedWatts
  const isImport = (shown ?? 0) > 0
  const sentence =
    grid === undefined ? words.using : isStill ? words.balanced : isImport ? words.importing : words.exporting
  const mark = grid === undefined || power?.value === formatPower(0, locale).value ? "" : isImport ? "+" : "−"
  return html`<div class="headline" part="headline">
    <p class="sentence ${grid === undefined ? "house" : "grid"}">${sentence}</p>
    <p class="number" data-watts=${shown ?? nothing}>
      <span class="sign" aria-hidden="true">${mark}</span><span class="value">${power?.value ?? "–"}</span>
      <span class="unit">${power?.unit ?? "W"}</span>
    </p>
    <p class="aside">${
      grid === undefined || house === undefined
        ? nothing
        : html`${words.houseUses} <strong>${inline(formatPower(house, locale))}</strong>`
    }</p>
  </div>`
}
