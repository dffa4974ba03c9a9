import { Instant, type Message } from "@wattkit/core"
import type { Format, Said, Told } from "@wattkit/formats"

/** What a message of the format `plain` holds: things said, or another kind of telling. */
export interface Plain {
  readonly says?: ReadonlyArray<Partial<Omit<Said, "at">> & { readonly at?: string }>
  readonly online?: boolean
  readonly nothing?: boolean
}

const saidOf = (subject: string, { at, ...rest }: NonNullable<Plain["says"]>[number]): Said => ({
  subject,
  channel: "main",
  quantities: {},
  unknown: {},
  ...rest,
  at: at === undefined ? undefined : Instant.fromStringOrThrow(at)
})

const bodyOf = ({ payload }: Message): Record<string, unknown> | undefined => {
  try {
    return JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown>
  } catch {
    return undefined
  }
}

const readPlain = (message: Message): Told | undefined => {
  const subject = /^plain\/(.+)$/.exec(message.topic)?.[1]
  if (subject === undefined) return undefined
  const body: Plain | undefined = bodyOf(message)
  if (body === undefined) return { kind: "malformed", why: "the payload is not JSON" }
  if (body.online !== undefined) return { kind: "status", subject, isOnline: body.online }
  if (body.nothing === true) return { kind: "nothing", why: "a value disappeared" }
  return { kind: "readings", said: (body.says ?? []).map((one) => saidOf(subject, one)) }
}

/**
 * A format whose messages leave out what did not change, and whose topics are described by other messages:
 * `partial/describe/{topic}` names the subject of `partial/{topic}`.
 */
const makePartial = () => {
  const names = new Map<string, string>()
  const known = new Map<string, Said["quantities"]>()
  return (message: Message): Told | undefined => {
    const [root, first, second] = message.topic.split("/")
    if (root !== "partial" || first === undefined) return undefined
    const body = bodyOf(message)
    if (body === undefined) return { kind: "malformed", why: "the payload is not JSON" }
    if (first === "describe" && second !== undefined) {
      names.set(second, String(body["name"]))
      return { kind: "described", subjects: [String(body["name"])] }
    }
    const subject = names.get(first)
    if (subject === undefined) return { kind: "nothing", why: "not described yet" }
    const quantities = { ...known.get(first), ...body }
    known.set(first, quantities)
    const said = { subject, channel: "main", at: undefined, quantities, unknown: {} }
    return { kind: "readings", said: [said] }
  }
}

const words = {
  devices: "Devices of tests.",
  setUp: [],
  traps: [],
  quantities: ["powerW" as const],
  examples: []
}

/** Small formats for tests. */
export const formats: ReadonlyArray<Format> = [
  {
    id: "plain",
    words: { name: "Plain", ...words },
    topics: ["plain/#"],
    makeReader: () => ({ read: readPlain })
  },
  {
    id: "partial",
    words: { name: "Partial", ...words },
    topics: ["partial/#"],
    makeReader: () => ({
      read: makePartial(),
      requests: () => [{ topic: "partial/wake", payload: "", everyMs: 30_000 }]
    })
  }
]

/** A message over MQTT; a text is sent as it is, everything else as JSON. */
export const messageOf = (topic: string, body: unknown, receivedAt: Instant.Instant): Message => ({
  carrier: "mqtt",
  topic,
  payload: new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)),
  receivedAt,
  isRetained: false
})
