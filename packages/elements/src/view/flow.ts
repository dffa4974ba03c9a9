import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit"
import type { PowerBalance } from "../power/PowerBalance.ts"
import type { Line } from "../power/PowerHistory.ts"
import { formatPower, formatShare, inline } from "../text/formatPower.ts"
import { fill } from "../text/Words.ts"
import { type Circle, layout, wayBetween } from "./flowLayout.ts"
import { icons } from "./icons.ts"
import type { Scene } from "./Scene.ts"

type Neighbour = Exclude<Line, "house">

const neighbours: ReadonlyArray<Neighbour> = ["grid", "solar", "battery"]

/** What flows towards the house from a neighbour; negative when it flows away. */
const inflow = (balance: PowerBalance, neighbour: Neighbour): number => {
  const watts = balance[neighbour] ?? 0
  return neighbour === "battery" ? 0 - watts : watts
}

/** Less than this is not drawn as a flow: it is the noise of the meters. */
const stillWatts = 5

/** An arm between a neighbour and the house: a line, moving dots, and an arrow that tells the way at rest. */
const arm = (neighbour: Neighbour, circle: Circle, house: Circle, watts: number): SVGTemplateResult => {
  const [one, other] = watts >= 0 ? [circle, house] : [house, circle]
  const [x1, y1, x2, y2] = wayBetween(one, other)
  const angle = (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI
  const isStill = Math.abs(watts) < stillWatts
  return svg`<g class="arm ${neighbour}" ?data-still=${isStill}>
    <line class="way" x1=${x1} y1=${y1} x2=${x2} y2=${y2}/>
    ${
      isStill
        ? nothing
        : svg`<line class="dots" data-watts=${Math.abs(watts)} x1=${x1} y1=${y1} x2=${x2} y2=${y2}/>
            <path class="arrow" d="M-5-6 4 0-5 6"
              transform="translate(${(x1 + x2) / 2} ${(y1 + y2) / 2}) rotate(${angle})"/>`
    }
  </g>`
}

/** The house's ring, coloured by what feeds the location now. */
const mix = (balance: PowerBalance, { r, x, y }: Circle): SVGTemplateResult => {
  const parts = neighbours.map((name) => ({ name, watts: Math.max(0, inflow(balance, name)) }))
  const whole = parts.reduce((sum, { watts }) => sum + watts, 0)
  let start = 0
  return svg`<circle class="ring" cx=${x} cy=${y} r=${r}/>${parts.map(({ name, watts }) => {
    const share = whole > stillWatts ? (100 * watts) / whole : 0
    const offset = -start
    start += share
    return share < 0.5
      ? nothing
      : svg`<circle class="mix ${name}" cx=${x} cy=${y} r=${r} pathLength="100"
          stroke-dasharray=${share > 99.5 ? nothing : `${share} ${100 - share}`} stroke-dashoffset=${offset}
          transform="rotate(-90 ${x} ${y})"/>`
  })}`
}

const face = (
  { locale }: Scene,
  name: Line,
  caption: string,
  watts: number | undefined,
  { r, x, y }: Circle
): SVGTemplateResult => {
  const power = watts === undefined ? undefined : formatPower(Math.abs(watts), locale)
  const big = name === "house"
  const size = big ? 26 : 20
  const captionAt = name === "solar" ? y - r - 10 : y + r + 20
  return svg`<g class="face ${name}">
    ${big ? nothing : svg`<circle class="disc" cx=${x} cy=${y} r=${r}/>`}
    <g class="icon" transform="translate(${x - size / 2} ${y - size - 1}) scale(${size / 24})">
      ${icons[name]}
    </g>
    <text class="watts ${big ? "big" : ""}" x=${x} y=${y + (big ? 21 : 18)}>${
      power === undefined ? "–" : svg`${power.value}<tspan class="unit" dx="3">${power.unit}</tspan>`
    }</text>
    <text class="caption" x=${x} y=${captionAt}>${caption}</text>
  </g>`
}

const caption = (scene: Scene, name: Line): string => {
  const { locale, stateOfChargePct, words } = scene
  if (name !== "battery" || stateOfChargePct === undefined) return words[name]
  return `${words.battery} ${formatShare(stateOfChargePct / 100, locale)}`
}

/** The flow in one sentence each, for those who do not see the picture. */
const spoken = ({ balance, locale, stateOfChargePct, words }: Scene): string => {
  const say = (watts: number): string => inline(formatPower(Math.abs(watts), locale))
  const { battery, grid, house, solar } = balance
  const grids = (grid ?? 0) >= 0 ? words.importing : words.exporting
  const batteries = (battery ?? 0) >= 0 ? words.charging : words.discharging
  return [
    grid === undefined ? undefined : `${grids}: ${say(grid)}`,
    solar === undefined ? undefined : `${words.solar}: ${say(solar)}`,
    battery === undefined ? undefined : `${words.battery} ${batteries}: ${say(battery)}`,
    stateOfChargePct === undefined
      ? undefined
      : fill(words.charge, { percent: formatShare(stateOfChargePct / 100, locale) }),
    house === undefined ? undefined : `${words.houseUses} ${say(house)}`
  ]
    .filter((part) => part !== undefined)
    .join(". ")
}

/** The picture of what flows between grid, solar, battery and house. */
export const flow = (scene: Scene): TemplateResult => {
  const { balance, flowWidth, roles } = scene
  const present = neighbours.filter((name) => roles.has(name))
  const { circles, height, isSmall, width } = layout(flowWidth, present)
  const house = circles.house!
  const label = `${scene.words.flow}. ${spoken(scene)}`
  return html`<svg class="flow ${isSmall ? "small" : ""}" role="img" aria-label=${label}
    width=${width} height=${height} viewBox="0 0 ${width} ${height}">
    ${present.map((name) => arm(name, circles[name]!, house, inflow(balance, name)))}
    ${mix(balance, house)}
    ${face(scene, "house", caption(scene, "house"), balance.house, house)}
    ${present.map((name) => face(scene, name, caption(scene, name), balance[name], circles[name]!))}
  </svg>`
}
