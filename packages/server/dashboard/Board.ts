import type { Client, Location } from "@wattkit/client"
import type { LivePowerState } from "@wattkit/elements"
import * as Devices from "./devices/Panel.ts"
import { elementById } from "./page/elementById.ts"
import { nextStep } from "./FirstReading.ts"

/** What the page tells whoever opened it. */
export interface BoardEvents {
  readonly onUnauthorized: () => void
  /** Called with what the location is called that is shown. */
  readonly onName: (name: string) => void
}

/** Shows the locations that somebody may see, live; returns what closes them again. */
export const open = (client: Client, { onName, onUnauthorized }: BoardEvents): (() => void) => {
  const closing = new AbortController()
  const { signal } = closing
  const board = elementById("board", HTMLElement)
  const live = board.querySelector("wk-live-power")!
  const today = board.querySelector("wk-today")!
  live.client = client
  today.client = client
  // The texts are English; numbers and times are written as this reader writes them.
  live.locale = today.locale = navigator.language
  board.hidden = false
  const select = elementById("location", HTMLSelectElement)
  let shownId: string | undefined
  const choose = (): void => {
    live.locationId = select.value
    today.locationId = select.value
  }
  const onState = (event: Event): void => {
    const { location, problem, state } = (event as CustomEvent<LivePowerState>).detail
    if (problem?.kind === "unauthorized") return onUnauthorized()
    if (location !== undefined) onName(name(location))
    shownId = location?.id
    void offerFirstStep(client, state === "empty", location)
  }
  select.addEventListener("change", choose, { signal })
  live.addEventListener("wk-state", onState, { signal })
  elementById("copy", HTMLButtonElement).addEventListener("click", copyCommand, { signal })
  void listLocations(client, select)
  void tellVersion(client)
  const closeDevices = Devices.open({ client, locationId: () => live.locationId ?? shownId })
  return () => {
    closing.abort()
    closeDevices()
    board.hidden = true
    for (const element of [live, today]) {
      element.client = undefined
      element.locationId = undefined
    }
  }
}

const name = ({ name, zone }: Location): string => {
  elementById("location-name", HTMLElement).textContent = name
  elementById("location-zone", HTMLElement).textContent = zone.replaceAll("_", " ")
  return name
}

/** With one location its name is a heading; with more it is a choice. */
const listLocations = async (client: Client, select: HTMLSelectElement): Promise<void> => {
  const { items } = await client.locations.list({ limit: 500 }).catch(() => ({ items: [] }))
  const hasChoice = items.length > 1
  select.replaceChildren(...items.map(({ id, name }) => new Option(name, id)))
  elementById("location-choice", HTMLElement).hidden = !hasChoice
  elementById("location-name", HTMLElement).classList.toggle("hidden", hasChoice)
}

const offerFirstStep = async (
  client: Client,
  isEmpty: boolean,
  location: Location | undefined
): Promise<void> => {
  const box = elementById("first-reading", HTMLElement)
  const step = isEmpty ? await nextStep(client, location).catch(() => undefined) : undefined
  box.hidden = step === undefined
  if (step === undefined) return
  elementById("first-words", HTMLElement).textContent = step.words
  elementById("first-command", HTMLElement).textContent = step.command
}

const copyCommand = async (): Promise<void> => {
  const copy = elementById("copy", HTMLButtonElement)
  await navigator.clipboard.writeText(elementById("first-command", HTMLElement).textContent)
  copy.textContent = "Copied"
  setTimeout(() => (copy.textContent = "Copy"), 2000)
}

const tellVersion = async (client: Client): Promise<void> => {
  const health = await client.health.show().catch(() => undefined)
  elementById("version", HTMLElement).textContent = health === undefined ? "" : `wattkit ${health.version}`
}
