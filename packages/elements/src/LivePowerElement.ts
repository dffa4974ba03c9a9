import type { Client, Location } from "@wattkit/client"
import { html, LitElement, type PropertyDeclarations, type TemplateResult } from "lit"
import type { LiveData } from "./live/LiveData.ts"
import { LiveWatch, type Watched } from "./live/LiveWatch.ts"
import { dataOf } from "./live/Origin.ts"
import type { Problem } from "./live/Problem.ts"
import type { Line } from "./power/PowerHistory.ts"
import { board } from "./style/board.ts"
import { lists } from "./style/lists.ts"
import { pictures } from "./style/pictures.ts"
import { theme } from "./style/theme.ts"
import { english, type Words } from "./text/Words.ts"
import { chart, type ChartActions, type ChartChoice } from "./view/chart.ts"
import { flow } from "./view/flow.ts"
import { FlowMotion } from "./view/FlowMotion.ts"
import { headline } from "./view/headline.ts"
import { supplyList, useList } from "./view/ledgerList.ts"
import { makeScene, newestOf } from "./view/makeScene.ts"
import type { Scene } from "./view/Scene.ts"
import { empty, failed, loading } from "./view/states.ts"
import { type Freshness, freshness, note, pill } from "./view/status.ts"

/** The detail of the event `wk-state`. */
export interface LivePowerState {
  readonly state: Freshness | "loading" | "failed" | "empty"
  readonly location: Location | undefined
  readonly problem: Problem | undefined
}

const usualStaleSeconds = 120
const tickMs = 1000
const notConfigured: Problem = { kind: "unconfigured", message: "", isPassing: false }

/**
 * `<wk-live-power>` shows the power of one location as it is now: the exchange with the grid, the flow
 * between grid, solar, battery and house, the last quarter of an hour, and what every device gives or takes.
 */
export class LivePowerElement extends LitElement {
  static override properties: PropertyDeclarations = {
    baseUrl: { attribute: "base-url" },
    token: { attribute: false },
    client: { attribute: false },
    data: { attribute: false },
    words: { attribute: false },
    locationId: { attribute: "location-id" },
    locale: { attribute: "locale" },
    staleAfter: { attribute: "stale-after", type: Number },
    choice: { state: true },
    widths: { state: true }
  }
  /** How it looks; the custom properties of the README change it. */
  static override styles = [theme, board, pictures, lists]

  declare baseUrl: string | undefined
  declare token: string | undefined
  declare client: Client | undefined
  declare data: LiveData | undefined
  declare words: Partial<Words> | undefined
  declare locationId: string | undefined
  declare locale: string | undefined
  declare staleAfter: number
  declare private choice: ChartChoice
  declare private widths: { readonly flow: number; readonly chart: number }

  #watch: LiveWatch | undefined
  #told = ""
  #timer: ReturnType<typeof setInterval> | undefined
  readonly #motion = new FlowMotion()
  readonly #sizes = new ResizeObserver(() => this.#measure())
  readonly #redraw = (): void => this.requestUpdate()
  readonly #actions: ChartActions = {
    toggle: (line) => this.#choose({ hidden: toggled(this.choice.hidden, line) }),
    moveTo: (cursor) => this.#choose({ cursor }),
    showTable: (isTable) => this.#choose({ isTable, cursor: undefined })
  }

  constructor() {
    super()
    this.staleAfter = usualStaleSeconds
    this.choice = { hidden: new Set(), cursor: undefined, isTable: false }
    this.widths = { flow: 380, chart: 560 }
  }

  /** Forgets what is known and begins anew, for example after a failure that needed a person. */
  retry(): void {
    this.#watch?.stop()
    this.#watch = undefined
    this.requestUpdate()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#timer = setInterval(this.#redraw, tickMs)
    addEventListener("online", this.#redraw)
    addEventListener("offline", this.#redraw)
    this.#sizes.observe(this)
    this.requestUpdate()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearInterval(this.#timer)
    removeEventListener("online", this.#redraw)
    removeEventListener("offline", this.#redraw)
    this.#sizes.disconnect()
    this.#motion.stop()
    this.#watch?.stop()
    this.#watch = undefined
  }

  protected override willUpdate(changed: ReadonlyMap<PropertyKey, unknown>): void {
    const isElsewhere = ["baseUrl", "token", "client", "data", "locationId"].some((name) => changed.has(name))
    if (this.#watch !== undefined && !isElsewhere) return
    this.#watch?.stop()
    const data = this.isConnected ? dataOf(this) : undefined
    this.#watch = data && new LiveWatch(data, this.locationId || undefined, this.#redraw)
  }

  protected override updated(): void {
    this.#motion.update(this.renderRoot)
    for (const card of this.renderRoot.querySelectorAll("[data-measured]")) this.#sizes.observe(card)
    this.#tell()
  }

  protected override render(): TemplateResult {
    const words: Words = { ...english, ...this.words }
    const watch = this.#watch
    if (watch === undefined) return failed(words, notConfigured, () => this.retry())
    const { devices, location, problem } = watch.watched
    switch (this.#stage(watch)) {
      case "failed":
        return failed(words, problem ?? notConfigured, () => this.retry())
      case "loading":
        return loading(words)
      case "empty":
        if (location === undefined) return empty(words.noLocation, words.noLocationNote)
        if (devices.length === 0) return empty(words.noDevice, words.noDeviceNote)
        return empty(words.noReading, words.noReadingNote)
      case "ready":
        return this.#board(watch, words)
    }
  }

  #stage(watch: LiveWatch): Watched["phase"] | "empty" {
    const { connection, devices, phase } = watch.watched
    if (phase !== "ready" || devices.some(({ id }) => watch.stateOf(id)?.power !== undefined)) return phase
    // The first update brings the stored state; until then nobody knows that there is none.
    return devices.length > 0 && connection === "connecting" ? "loading" : "empty"
  }

  #board(watch: LiveWatch, words: Words): TemplateResult {
    const now = Date.now()
    const scene: Scene = makeScene(watch, {
      words,
      locale: this.#locale(),
      now,
      staleAfterMs: this.staleAfter * 1000,
      flowWidth: this.widths.flow,
      chartWidth: this.widths.chart
    })
    const state = this.#freshness(watch)
    return html`<div class="board" ?data-old=${state !== "live"}>
      ${note(words, state, newestOf(watch), now, scene)}
      <div class="column">
        <section class="card now">
          <header><h2>${words.title}</h2>${pill(words, state)}</header>
          ${headline(scene)}
          <div data-measured="flow">${flow(scene)}</div>
        </section>
        <section class="card list supply">${supplyList(scene)}</section>
      </div>
      <div class="column">
        <section class="card recent">
          <div data-measured="chart"></div>
          ${chart(scene, this.choice, this.#actions)}
        </section>
        <section class="card list use">${useList(scene)}</section>
      </div>
    </div>`
  }

  #freshness(watch: LiveWatch): Freshness {
    const newest = newestOf(watch)
    const age = newest === undefined ? undefined : Date.now() - newest
    return freshness(watch.watched, navigator.onLine, age, this.staleAfter * 1000)
  }

  #locale(): string | undefined {
    return this.locale || this.closest("[lang]")?.getAttribute("lang") || undefined
  }

  #choose(change: Partial<ChartChoice>): void {
    this.choice = { ...this.choice, ...change }
  }

  #measure(): void {
    const width = (name: string): number | undefined =>
      this.renderRoot.querySelector(`[data-measured="${name}"]`)?.clientWidth || undefined
    const { chart = this.widths.chart, flow = this.widths.flow } = {
      chart: width("chart"),
      flow: width("flow")
    }
    if (chart !== this.widths.chart || flow !== this.widths.flow) this.widths = { chart, flow }
  }

  /** Tells the page by `wk-state` when the state has changed. */
  #tell(): void {
    const watch = this.#watch
    if (watch === undefined) return
    const { devices, location, problem } = watch.watched
    const stage = this.#stage(watch)
    const state = stage === "ready" ? this.#freshness(watch) : stage
    const told = [state, location?.id, devices.length > 0, problem?.kind].join()
    if (told === this.#told) return
    this.#told = told
    const detail: LivePowerState = { state, location, problem }
    this.dispatchEvent(new CustomEvent("wk-state", { detail, bubbles: true, composed: true }))
  }
}

const toggled = (hidden: ReadonlySet<Line>, line: Line): ReadonlySet<Line> =>
  new Set(hidden.has(line) ? [...hidden].filter((one) => one !== line) : [...hidden, line])
