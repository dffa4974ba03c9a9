import type { Binding, Client, Device, Heard, Location, Replayed } from "@wattkit/client"
import { Effect } from "effect"
import { StartError } from "../../StartError.ts"
import { ask, type Server } from "../transfer/httpTarget.ts"

/** What to adopt, and as what. */
export interface Adoption {
  readonly format: string
  readonly subject: string
  readonly name: string | undefined
  readonly location: string | undefined
  readonly channel: string | undefined
  /** What the numbers mean whose meaning the format does not know. */
  readonly fields: Binding["fields"]
  /** A device that is there already, in place of a new one. */
  readonly device: string | undefined
  readonly role: Device["role"]
  readonly kind: Device["kind"]
}

/** What was done. */
export interface Adopted {
  readonly device: Device
  /** Of a device that was registered just now. */
  readonly registered: { readonly at: Location; readonly credential: string } | undefined
  /** None in our own form, in which a device names itself. */
  readonly binding: Binding | undefined
  readonly replayed: number
  readonly accepted: number
  readonly duplicates: number
  readonly waiting: Replayed["waiting"]
}

const all = async <A>(entries: AsyncIterable<A>): Promise<ReadonlyArray<A>> => {
  const found: Array<A> = []
  for await (const one of entries) found.push(one)
  return found
}

/** Devices that speak it name themselves, and what they said waits for a device of that name. */
const nativeFormat = "wattkit"

const fail = (message: string) => Effect.fail(new StartError({ message }))

const formatOf = Effect.fnUntraced(function* (server: Server, client: Client, { format }: Adoption) {
  const formats = yield* ask(server, () => client.formats.list())
  if (formats.some(({ id }) => id === format)) return
  const known = formats.map(({ id }) => id).join(", ")
  yield* fail(`there is no format "${format}"; the formats are ${known}.`)
})

/** A subject that is bound is left as it is: adopting it twice would make a second device. */
const assertFree = Effect.fnUntraced(function* (
  server: Server,
  client: Client,
  { device, format, subject }: Adoption
) {
  const bindings = yield* ask(server, () => all(client.bindings.list({ limit: 500 })))
  const own = bindings.find((one) => one.format === format && one.subject === subject)
  if (own === undefined || own.deviceId === device) return
  yield* fail(`${subject} is bound to the device ${own.deviceId} already; say --device ${own.deviceId}.`)
})

const locationOf = Effect.fnUntraced(function* (server: Server, client: Client, { location }: Adoption) {
  const locations = yield* ask(server, () => all(client.locations.list({ limit: 500 })))
  const named = locations.find(({ id }) => id === location) ?? locations.find(({ name }) => name === location)
  const found = location === undefined && locations.length === 1 ? locations[0] : named
  if (found !== undefined) return found
  const names = locations.map(({ id, name }) => `${id} (${name})`).join(", ")
  if (locations.length === 0) return yield* fail("there is no location yet; create one first.")
  const wrong =
    location === undefined ? "say where it is with --location" : `there is no location ${location}`
  return yield* fail(`${wrong}; the locations are ${names}.`)
})

const register = Effect.fnUntraced(function* (server: Server, client: Client, adoption: Adoption) {
  const { kind, name, role, subject } = adoption
  const at = yield* locationOf(server, client, adoption)
  const draft = { name: (name ?? subject).slice(0, 100), role, kind }
  const body = adoption.format === nativeFormat ? { ...draft, id: subject } : draft
  const { credential, device } = yield* ask(server, () =>
    client.devices.register({ locationId: at.id, body })
  )
  return { device, registered: { at, credential } }
})

type Kind = Pick<Heard, "format" | "subject"> | { readonly reason: "unbound" }

/** Sends what was kept of the subject again, until nothing of it is left that was not tried. */
const replay = Effect.fnUntraced(function* (server: Server, client: Client, kind: Kind) {
  const sum = { replayed: 0, accepted: 0, duplicates: 0, waiting: [] as Array<Replayed["waiting"][number]> }
  let after: string | null = null
  do {
    const body: typeof kind & { after?: string } = after === null ? kind : { ...kind, after }
    const one: Replayed = yield* ask(server, () => client.deadLetters.replay({ body }))
    sum.replayed += one.replayed
    sum.accepted += one.accepted
    sum.duplicates += one.duplicates
    sum.waiting.push(...one.waiting)
    after = one.next
  } while (after !== null)
  return sum
})

/** Registers a device, or takes one that is there, binds the subject to it and replays what was kept. */
export const adopt = Effect.fnUntraced(function* (server: Server, client: Client, adoption: Adoption) {
  const { channel, device: id, fields, format, subject } = adoption
  yield* formatOf(server, client, adoption)
  yield* assertFree(server, client, adoption)
  const made =
    id === undefined
      ? yield* register(server, client, adoption)
      : { device: yield* ask(server, () => client.devices.get({ id })), registered: undefined }
  const draft = { format, subject, deviceId: made.device.id, fields }
  const body = channel === undefined ? draft : { ...draft, channel }
  const isNative = format === nativeFormat
  const binding = isNative ? undefined : yield* ask(server, () => client.bindings.set({ body }))
  const replayed = yield* replay(server, client, isNative ? { reason: "unbound" } : { format, subject })
  // What else waits for a device is nobody's concern here.
  const waiting = isNative ? [] : replayed.waiting
  const adopted: Adopted = { ...made, binding, ...replayed, waiting }
  return adopted
})
