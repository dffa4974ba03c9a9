import type { Client, Device, Location, Reading, Usage } from "@wattkit/client"
import { html, LitElement, nothing, type PropertyDeclarations, type TemplateResult } from "lit"
import type { LiveData } from "../live/LiveData.ts"
import { dataOf } from "../live/Origin.ts"
import { table } from "../style/table.ts"
import { theme } from "../style/theme.ts"
import { formatEnergy } from "../text/formatPower.ts"
import { formatAge } from "../text/formatTime.ts"
import { english, type Words } from "../text/Words.ts"

interface Row {
  readonly device: Device
  /** Undefined when nothing is known of its day. */
  readonly usage: Usage | undefined
  readonly heardAt: number | undefined
}

interface Table {
  readonly location: Location
  readonly rows: ReadonlyArray<Row>
}

const refreshMs = 30_000
/** So many devices are asked for at once; the server has others to answer. */
const abreast = 4

/** `<wk-today>` lists the devices of one location with the energy that each used and gave today. */
export class TodayElement extends LitElement {
  static override properties: PropertyDeclarations = {
    baseUrl: { attribute: "base-url" },
    token: { attribute: false },
    client: { attribute: false },
    data: { attribute: false },
    words: { attribute: false },
    locationId: { attribute: "location-id" },
    locale: { attribute: "locale" },
    table: { state: true }
  }
  /** How it looks; the custom properties of the README change it. */
  static override styles = [theme, table]

  declare baseUrl: string | undefined
  declare token: string | undefined
  declare client: Client | undefined
  declare data: LiveData | undefined
  declare words: Partial<Words> | undefined
  declare locationId: string | undefined
  declare locale: string | undefined
  declare private table: Table | undefined

  #stop: AbortController | undefined

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#stop?.abort()
    this.#stop = undefined
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.requestUpdate()
  }

  protected override willUpdate(changed: ReadonlyMap<PropertyKey, unknown>): void {
    const isElsewhere = ["baseUrl", "token", "client", "data", "locationId"].some((name) => changed.has(name))
    if (!this.isConnected || (this.#stop !== undefined && !isElsewhere)) return
    this.#stop?.abort()
    this.#stop = new AbortController()
    this.table = undefined
    void this.#follow(this.#stop.signal)
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.table === undefined || this.table.rows.length === 0) return nothing
    const words: Words = { ...english, ...this.words }
    const locale = this.locale || this.closest("[lang]")?.getAttribute("lang") || undefined
    return html`<section class="card scroll"><table>
      <caption>${words.today}<span>${this.#date(this.table.location, locale)}</span></caption>
      <thead><tr>
        <th scope="col">${words.device}</th>
        <th scope="col">${words.used}</th>
        <th scope="col">${words.produced}</th>
        <th scope="col" class="wide">${words.lastHeard}</th>
      </tr></thead>
      <tbody>${this.table.rows.map(
        ({ device, heardAt, usage }) => html`<tr>
          <th scope="row" class=${device.role}>${device.name}</th>
          ${cell(usage?.importedWh, locale)}${cell(usage?.exportedWh, locale)}
          <td class="wide quiet">
            ${heardAt === undefined ? words.never : formatAge(Date.now() - heardAt, locale)}
          </td>
        </tr>`
      )}</tbody>
    </table></section>`
  }

  #date({ zone }: Location, locale: string | undefined): string {
    const format = new Intl.DateTimeFormat(locale, {
      timeZone: zone,
      weekday: "long",
      day: "numeric",
      month: "long"
    })
    return format.format(Date.now())
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const data = dataOf(this)
    if (data === undefined) return
    while (!signal.aborted) {
      // What went wrong is told by the live element beside; the last known table stays.
      const next = await this.#load(data, signal).catch(() => undefined)
      if (next !== undefined && !signal.aborted) this.table = next
      await new Promise((resolve) => {
        setTimeout(resolve, refreshMs)
        signal.addEventListener("abort", resolve, { once: true })
      })
    }
  }

  async #load(data: LiveData, signal: AbortSignal): Promise<Table | undefined> {
    const locations = await data.locations(signal)
    const location = this.locationId ? locations.find(({ id }) => id === this.locationId) : locations[0]
    if (location === undefined) return undefined
    const day = await data.today(location.id, signal)
    const queue = (await data.devices(location.id, signal)).entries()
    const rows: Array<Row> = []
    const worker = async (): Promise<void> => {
      for (const [index, device] of queue) {
        const latest = await data.latest(device.id, signal)
        rows[index] = { device, usage: usageOf(device, day), heardAt: heard(latest) }
      }
    }
    await Promise.all(Array.from({ length: abreast }, worker))
    return { location, rows }
  }
}

/** The day of the main channel, or of another one when there is none. */
const usageOf = ({ id }: Device, day: ReadonlyArray<Usage>): Usage | undefined => {
  const own = day.filter(({ deviceId }) => deviceId === id)
  return own.find(({ channel }) => channel === "main") ?? own[0]
}

const heard = (latest: ReadonlyArray<Reading>): number | undefined =>
  latest.length === 0 ? undefined : Math.max(...latest.map(({ at }) => Date.parse(at)))

const cell = (wattHours: number | null | undefined, locale: string | undefined): TemplateResult => {
  if (wattHours === undefined || wattHours === null) return html`<td class="quiet">–</td>`
  const { unit, value } = formatEnergy(wattHours, locale)
  return html`<td><span class="value">${value} <span class="unit">${unit}</span></span></td>`
}
