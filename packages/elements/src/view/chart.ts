import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit"
import { type Line, lines } from "../power/PowerHistory.ts"
import * as Scale from "../power/Scale.ts"
import { formatPower, formatTick, inline } from "../text/formatPower.ts"
import { formatTime } from "../text/formatTime.ts"
import { fill } from "../text/Words.ts"
import { type Frame, paths, xOf, yOf } from "./chartPaths.ts"
import type { Scene } from "./Scene.ts"

/** What the reader has chosen in the chart. */
export interface ChartChoice {
  readonly hidden: ReadonlySet<Line>
  readonly cursor: number | undefined
  readonly isTable: boolean
}

/** What the reader may do with the chart. */
export interface ChartActions {
  readonly toggle: (line: Line) => void
  readonly moveTo: (cursor: number | undefined) => void
  readonly showTable: (isTable: boolean) => void
}

const minuteMs = 60_000
const chartHeight = 236

const frameOf = ({ chartWidth }: Scene): Frame => ({
  left: 46,
  top: 12,
  width: Math.max(120, chartWidth - 46 - 10),
  height: chartHeight - 12 - 28
})

const timeAt = ({ steps }: Scene, step: number): number => steps.end - (steps.count - 1 - step) * steps.stepMs

const drawnLines = ({ roles }: Scene, { hidden }: ChartChoice): ReadonlyArray<Line> =>
  lines.filter((line) => roles.has(line) && !hidden.has(line))

const axes = (scene: Scene, frame: Frame, scale: Scale.Scale): SVGTemplateResult => {
  const { locale, now, steps, words } = scene
  const largest = Math.max(scale.high, -scale.low)
  const right = frame.left + frame.width
  const start = timeAt(scene, 0)
  const firstTick = Math.ceil(start / (5 * minuteMs)) * 5 * minuteMs
  const times = [0, 1, 2].map((index) => firstTick + index * 5 * minuteMs)
  const x = (at: number): number => xOf(frame, steps.count, (at - start) / steps.stepMs)
  return svg`${scale.ticks.map((tick, index) => {
    const y = yOf(frame, scale, tick)
    const { unit, value } = formatTick(tick, largest, locale)
    return svg`<line class=${tick === 0 ? "zero" : "rule"} x1=${frame.left} x2=${right} y1=${y} y2=${y}/>
      <text class="tick y" x=${frame.left - 8} y=${y + 4}>${value}${
        index === scale.ticks.length - 1 ? `\u00a0${unit}` : nothing
      }</text>`
  })}${times
    .filter((at) => x(at) > frame.left + 12 && x(at) < right - 58)
    .map((at) => svg`<text class="tick x" x=${x(at)} y=${chartHeight - 8}>${formatTime(at, scene)}</text>`)}
    <text class="tick x end" x=${right} y=${chartHeight - 8}>${
      now - steps.end < minuteMs ? words.now : formatTime(steps.end, scene)
    }</text>`
}

const marks = (scene: Scene, choice: ChartChoice, frame: Frame, scale: Scale.Scale): SVGTemplateResult => {
  const { cursor } = choice
  const x = cursor === undefined ? 0 : xOf(frame, scene.steps.count, cursor)
  return svg`${
    cursor === undefined
      ? nothing
      : svg`<line class="cursor" x1=${x} x2=${x}
    y1=${frame.top} y2=${frame.top + frame.height}/>`
  }${drawnLines(scene, choice).map((line) => {
    const values = scene.history[line]
    const step = cursor ?? values.length - 1
    const value = values[step]
    return value === undefined
      ? nothing
      : svg`<circle class="mark ${line}" r="4" cx=${xOf(frame, values.length, step)}
            cy=${yOf(frame, scale, value)}/>`
  })}`
}

const picture = (scene: Scene, choice: ChartChoice): TemplateResult => {
  const frame = frameOf(scene)
  const drawn = drawnLines(scene, choice)
  const scale = Scale.make(drawn.flatMap((line) => scene.history[line]))
  return html`<svg class="plot" aria-hidden="true" width=${scene.chartWidth} height=${chartHeight}
    viewBox="0 0 ${scene.chartWidth} ${chartHeight}">
    ${axes(scene, frame, scale)}
    ${drawn.map((line) => {
      const { area, line: stroke } = paths(scene.history[line], frame, scale)
      const isArea = line === "house" || line === "solar"
      return svg`<g class="line ${line}">${isArea ? svg`<path class="area" d=${area}/>` : nothing}
        <path class="stroke" d=${stroke}/></g>`
    })}
    ${marks(scene, choice, frame, scale)}
  </svg>`
}

const say = ({ history, locale, words }: Scene, line: Line, step: number): string => {
  const watts = history[line][step]
  return watts === undefined ? words.noValue : inline(formatPower(watts, locale))
}

const readOut = (scene: Scene, choice: ChartChoice, step: number): string =>
  [
    formatTime(timeAt(scene, step), scene, true),
    ...drawnLines(scene, choice).map((line) => `${scene.words[line]} ${say(scene, line, step)}`)
  ].join(", ")

/** One sentence a line: its value now and between which it was. */
const summary = (scene: Scene, choice: ChartChoice): string =>
  drawnLines(scene, choice)
    .map((line) => {
      const known = scene.history[line].filter((watts) => watts !== undefined)
      const text = (watts: number): string => inline(formatPower(watts, scene.locale))
      if (known.length === 0) return `${scene.words[line]}: ${scene.words.noValue}`
      return fill(scene.words.between, {
        name: scene.words[line],
        now: say(scene, line, scene.steps.count - 1),
        low: text(Math.min(...known)),
        high: text(Math.max(...known))
      })
    })
    .join(". ")

const onKey =
  (scene: Scene, { cursor }: ChartChoice, { moveTo }: ChartActions) =>
  (event: KeyboardEvent) => {
    const last = scene.steps.count - 1
    const minute = Math.round(minuteMs / scene.steps.stepMs)
    const at = cursor ?? last
    const target = new Map<string, number | undefined>([
      ["ArrowLeft", at - Math.round(minute / 6)],
      ["ArrowDown", at - Math.round(minute / 6)],
      ["ArrowRight", at + Math.round(minute / 6)],
      ["ArrowUp", at + Math.round(minute / 6)],
      ["PageDown", at - minute],
      ["PageUp", at + minute],
      ["Home", 0],
      ["End", last],
      ["Escape", undefined]
    ])
    if (!target.has(event.key)) return
    event.preventDefault()
    const next = target.get(event.key)
    moveTo(next === undefined ? undefined : Math.min(last, Math.max(0, next)))
  }

const onPointer =
  (scene: Scene, { moveTo }: ChartActions) =>
  (event: PointerEvent) => {
    const { left, width } = frameOf(scene)
    const x = event.clientX - (event.currentTarget as Element).getBoundingClientRect().left
    const { count } = scene.steps
    moveTo(Math.min(count - 1, Math.max(0, Math.round(((x - left) / width) * (count - 1)))))
  }

const plot = (scene: Scene, choice: ChartChoice, actions: ChartActions): TemplateResult => {
  const step = choice.cursor ?? scene.steps.count - 1
  return html`<div class="canvas" role="slider" tabindex="0" aria-label=${scene.words.chartHint}
    aria-valuemin="0" aria-valuemax=${scene.steps.count - 1} aria-valuenow=${step}
    aria-valuetext=${readOut(scene, choice, step)}
    @keydown=${onKey(scene, choice, actions)}
    @pointermove=${onPointer(scene, actions)}
    @pointerdown=${onPointer(scene, actions)}
    @pointerleave=${() => actions.moveTo(undefined)}
    @blur=${() => actions.moveTo(undefined)}>${picture(scene, choice)}</div>
  <p class="hidden">${summary(scene, choice)}</p>`
}

const table = (scene: Scene, choice: ChartChoice): TemplateResult => {
  const drawn = drawnLines(scene, choice)
  const perMinute = Math.round(minuteMs / scene.steps.stepMs)
  const rows = Array.from({ length: 15 }, (_, index) => scene.steps.count - 1 - index * perMinute)
  return html`<div class="canvas table" tabindex="0" role="region" aria-label=${scene.words.recent}><table>
    <thead><tr><th scope="col">${scene.words.time}</th>${drawn.map(
      (line) => html`<th scope="col">${scene.words[line]}</th>`
    )}</tr></thead>
    <tbody>${rows.map(
      (step) =>
        html`<tr><th scope="row">${formatTime(timeAt(scene, step), scene)}</th>${drawn.map(
          (line) => html`<td><span class="value">${say(scene, line, step)}</span></td>`
        )}</tr>`
    )}</tbody>
  </table></div>`
}

const legend = (scene: Scene, choice: ChartChoice, { toggle }: ChartActions): TemplateResult => {
  const step = choice.cursor ?? scene.steps.count - 1
  return html`<div class="legend">${lines
    .filter((line) => scene.roles.has(line))
    .map((line) => {
      const isShown = !choice.hidden.has(line)
      return html`<button type="button" class="key ${line}" aria-pressed=${isShown}
        @click=${() => toggle(line)}>
        <span class="swatch"></span><span class="name">${scene.words[line]}</span>
        <span class="value">${say(scene, line, step)}</span>
      </button>`
    })}</div>`
}

/** The last quarter of an hour as lines over time, or as a table. */
export const chart = (scene: Scene, choice: ChartChoice, actions: ChartActions): TemplateResult => {
  const { words } = scene
  const { cursor, isTable } = choice
  return html`<header>
      <h2>${words.recent}${
        cursor === undefined
          ? nothing
          : html`<span class="moment">${formatTime(timeAt(scene, cursor), scene, true)}</span>`
      }</h2>
      <button type="button" class="quiet" @click=${() => actions.showTable(!isTable)}>
        ${isTable ? words.showChart : words.showTable}
      </button>
    </header>
    ${legend(scene, choice, actions)}
    ${isTable ? table(scene, choice) : plot(scene, choice, actions)}`
}
