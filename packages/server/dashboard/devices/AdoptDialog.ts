import type { Client, Device, Heard, NewDevice } from "@wattkit/client"
import { elementById } from "../page/elementById.ts"

/** What was made of a stranger. */
export interface Adopted {
  readonly device: Device
  readonly replayed: number
}

const replayAll = async (client: Client, { format, subject }: Heard): Promise<number> => {
  let replayed = 0
  let after: string | null = null
  do {
    const body: { format: string; subject: string; after?: string } =
      after === null ? { format, subject } : { format, subject, after }
    const one: { readonly replayed: number; readonly next: string | null } = await client.deadLetters.replay({
      body
    })
    replayed += one.replayed
    after = one.next
  } while (after !== null)
  return replayed
}

const adopt = async (
  client: Client,
  locationId: string,
  heard: Heard,
  draft: NewDevice
): Promise<Adopted> => {
  const { device } = await client.devices.register({ locationId, body: draft })
  const { format, subject } = heard
  await client.bindings.set({ body: { format, subject, deviceId: device.id } })
  return { device, replayed: await replayAll(client, heard) }
}

/** Asks how to call a stranger and what it is, and makes a device of it. */
export const openAdopt = (
  client: Client,
  locationId: string,
  heard: Heard,
  onAdopted: (adopted: Adopted) => void
): void => {
  const dialog = elementById("adopt", HTMLDialogElement)
  const form = dialog.querySelector("form")!
  const name = elementById("adopt-name", HTMLInputElement)
  const problem = elementById("adopt-problem", HTMLElement)
  const submit = form.querySelector<HTMLButtonElement>("button[type=submit]")!
  const done = new AbortController()
  const onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    problem.textContent = ""
    submit.disabled = true
    const role = elementById("adopt-role", HTMLSelectElement).value as NewDevice["role"]
    const kind = elementById("adopt-kind", HTMLSelectElement).value as NewDevice["kind"]
    try {
      onAdopted(await adopt(client, locationId, heard, { name: name.value.trim(), role, kind }))
      dialog.close()
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : String(error)
    } finally {
      submit.disabled = false
    }
  }
  elementById("adopt-subject", HTMLElement).textContent = `${heard.subject} (${heard.format})`
  name.value = heard.subject.slice(0, 100)
  problem.textContent = ""
  const cancel = elementById("adopt-cancel", HTMLButtonElement)
  cancel.addEventListener("click", () => dialog.close(), { signal: done.signal })
  form.addEventListener("submit", onSubmit, { signal: done.signal })
  dialog.addEventListener("close", () => done.abort(), { once: true })
  dialog.showModal()
  name.select()
}
