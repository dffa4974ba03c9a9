import { svg, type SVGTemplateResult } from "lit"

/** The four parts of the flow as strokes in a square of 24 units. */
export const icons: { readonly [name in "grid" | "solar" | "battery" | "house"]: SVGTemplateResult } = {
  grid: svg`<path d="M12 2.5 7.2 21.5M12 2.5l4.8 19M5 8h14M6 12.5h12M9.7 12.5l5.6 4.6M14.3 12.5l-5.6 4.6"/>`,
  solar: svg`<path d="M12 7.6a4.4 4.4 0 1 0 0 8.8 4.4 4.4 0 0 0 0-8.8ZM12 2v2.4M12 19.6V22M2 12h2.4M19.6 12H22
    M4.9 4.9l1.7 1.7M17.4 17.4l1.7 1.7M4.9 19.1l1.7-1.7M17.4 6.6l1.7-1.7"/>`,
  battery: svg`<path d="M8 5h8a1.6 1.6 0 0 1 1.6 1.6V20A1.6 1.6 0 0 1 16 21.600H8A1.6 1.6 0 0 1 6.400 20V6.600
    A1.6 1.6 0 0 1 8 5ZM10 2.500h4M12.700 8.800l-2.500 4.500h3.600l-2.500 4.500"/>`,
  house: svg`<path d="M3.500 11 12 3.800 20.500 11M5.800 9.200V20h12.400V9.200M10 20v-5.600h4V20"/>`
}
