import { LivePowerElement } from "./LivePowerElement.ts"
import { TodayElement } from "./today/TodayElement.ts"

/** Gives every element its usual name; one that the page has taken already is left alone. */
const names = { "wk-live-power": LivePowerElement, "wk-today": TodayElement } as const

for (const [name, element] of Object.entries(names)) {
  if (customElements.get(name) === undefined) customElements.define(name, element)
}

declare global {
  interface HTMLElementTagNameMap {
    "wk-live-power": LivePowerElement
    "wk-today": TodayElement
  }
}
