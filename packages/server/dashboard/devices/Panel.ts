import type { Client, DeadLetterChoice, Format, Heard } from "@wattkit/client"
import { elementById } from "../page/elementById.ts"
import { openAdopt } from "./AdoptDialog.ts"
import { openFormats } from "./FormatsDialog.ts"
import { heardItems } from "./HeardList.ts"
import { letterItems } from "./LetterList.ts"

const everyMs = 5_000
const mostLetters = 200

/** What the panel has to know of the page. */
export interface PanelOptions {
  readonly client: Client
  /** The location that is shown, where devices are registered. */
  readonly locationId: () => string | undefined
}

const show = (id: string, items: ReadonlyArray<HTMLLIElement>): void => {
  const list = elementById(id, HTMLElement)
  // Whoever is reading or pressing something there is not to lose it.
  if (list.contains(document.activeElement) && list.childElementCount === items.length) return
  if (list.querySelector("details[open]") !== null && list.childElementCount === items.length) return
  list.replaceChildren(...items)
}

const tell = (text: string): void => {
  elementById("devices-news", HTMLElement).textContent = text
}

/** Does something in the panel and says what came of it, also when that is a problem. */
const perform = async (what: () => Promise<string>, then: () => Promise<void>): Promise<void> => {
  try {
    tell(await what())
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error))
  }
  const focused = document.activeElement
  if (focused instanceof HTMLElement && elementById("devices", HTMLElement).contains(focused)) focused.blur()
  await then().catch(() => {})
}

/** Shows who was heard and what could not be read, and keeps it up to date; returns what ends that. */
export const open = ({ client, locationId }: PanelOptions): (() => void) => {
  const closing = new AbortController()
  const { signal } = closing
  const panel = elementById("devices", HTMLElement)
  let formats: ReadonlyArray<Format> = []

  const refresh = async (): Promise<void> => {
    const [heard, letters] = await Promise.all([
      client.formats.heard({}, { signal }),
      client.deadLetters.list({ limit: mostLetters }, { signal })
    ])
    const names = new Map(formats.map(({ id, name }) => [id, name]))
    show("heard", heardItems(heard, names, { onAdopt }))
    show("letters", letterItems(letters.items, { onReplay, onDrop }))
    elementById("heard-none", HTMLElement).hidden = heard.length > 0
    elementById("letters-part", HTMLElement).hidden = letters.items.length === 0
    panel.hidden = false
  }

  const onAdopt = (heard: Heard): void => {
    const id = locationId()
    if (id === undefined) return tell("Create a location first.")
    openAdopt(client, id, heard, ({ device, replayed }) => {
      const stored = replayed === 0 ? "" : ` ${replayed} of its messages were waiting and are stored now.`
      void perform(() => Promise.resolve(`${device.name} is a device now.${stored}`), refresh)
    })
  }

  const onReplay = (choice: DeadLetterChoice): Promise<void> =>
    perform(async () => {
      const { replayed, waiting } = await client.deadLetters.replay({ body: choice })
      const [first] = waiting
      const rest = first === undefined ? "" : ` ${waiting.length} wait on: ${first.detail}.`
      return `${replayed} replayed.${rest}`
    }, refresh)

  const onDrop = (choice: DeadLetterChoice): Promise<void> =>
    perform(async () => `${(await client.deadLetters.drop({ body: choice })).dropped} dropped.`, refresh)

  const keepUp = async (): Promise<void> => {
    formats = await client.formats.list({}, { signal })
    await refresh()
  }

  elementById("add-device", HTMLButtonElement).addEventListener("click", () => openFormats(formats), {
    signal
  })
  // A key that may not see this, or an older server, leaves the panel away.
  void keepUp().catch(() => {})
  const timer = setInterval(() => {
    if (document.visibilityState === "visible" && !panel.hidden) void refresh().catch(() => {})
  }, everyMs)
  signal.addEventListener("abort", () => clearInterval(timer))
  return () => {
    closing.abort()
    panel.hidden = true
    tell("")
  }
}
