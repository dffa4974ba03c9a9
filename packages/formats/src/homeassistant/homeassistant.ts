import type { Message } from "@wattkit/core"
import type { Format, Reader } from "../Format.ts"
import * as Draft from "../payload/Draft.ts"
import { jsonOf, textOf } from "../payload/wholePayload.ts"
import { malformed, nothing } from "../payload/tell.ts"
import type { Told } from "../Said.ts"
import { Announced, subjectsOf } from "./Announced.ts"
import * as Discovery from "./discovery.ts"
import type { Availability, Entity } from "./Entity.ts"
import { isOwnTopic, usualPlaces } from "./out/Announcement.ts"
import { numberIn } from "./template/Value.ts"
import { words } from "./words.ts"

/** What a description may be as text, and what a value may be. */
const longestConfig = 256 * 1024

class HomeAssistantReader implements Reader {
  readonly #prefix: string
  readonly #announced = new Announced()

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  read(message: Message): Told | undefined {
    const { topic } = message
    // Read back, our own states would become readings of new subjects, which are announced again.
    if (isOwnTopic(usualPlaces, topic)) return nothing("wattkit says it itself")
    const place = Discovery.placeOf(topic, this.#prefix)
    if (place !== undefined) return this.#readConfig(message, place)
    if (topic === `${this.#prefix}/status`) return { kind: "described", subjects: [] }
    const entities = this.#announced.saidOn(topic)
    if (entities !== undefined) {
      const told = this.#readState(message, entities)
      if (told.kind !== "nothing" || this.#announced.availableOn(topic) === undefined) return told
    }
    const available = this.#announced.availableOn(topic)
    return available === undefined ? undefined : readAvailability(message, available)
  }

  /** Where what was announced is said; not what says that it is ours. */
  *learned(): Iterable<string> {
    for (const topic of this.#announced.topics()) if (!isOwnTopic(usualPlaces, topic)) yield topic
  }

  #readConfig(message: Message, place: { readonly component: string; readonly id: string }): Told {
    if (message.payload.length > longestConfig) return malformed("the configuration is too long")
    const text = textOf(message.payload)
    if (text === undefined) return malformed("the configuration is not valid UTF-8")
    const discovery = Discovery.read(place, text)
    if (discovery.kind === "malformed") return discovery
    if (discovery.kind === "kept") return { kind: "described", subjects: [] }
    if (discovery.kind === "removed") {
      return { kind: "described", subjects: this.#announced.remove(message.topic) }
    }
    this.#announced.set(message.topic, discovery.entities)
    return { kind: "described", subjects: subjectsOf(discovery.entities) }
  }

  #readState(message: Message, entities: ReadonlySet<Entity>): Told {
    const text = textOf(message.payload)
    if (text === undefined) return malformed("the state is not valid UTF-8")
    if (message.isRetained) return nothing("the broker kept it, and it has no time")
    let json: { readonly value: unknown } | undefined
    const parsed = () => (json ??= { value: jsonOf(text) }).value
    const drafts = new Map<string, Draft.Draft>()
    let unreadable: string | undefined
    for (const entity of entities) {
      if (entity.meaning.kind === "unreadable") unreadable ??= `${entity.objectId}: ${entity.meaning.why}`
      const target = this.#announced.targetOf(entity)
      const value = numberIn(entity.template === undefined ? text : entity.template(text, parsed))
      if (target === undefined || value === undefined) continue
      const key = `${target.channel} ${entity.subject}`
      const draft = drafts.get(key) ?? Draft.make(entity.subject, undefined, target.channel)
      drafts.set(key, draft)
      const meaning = target.quantity === "extra" ? undefined : { quantity: target.quantity, scale: 1 }
      Draft.put(draft, entity.objectId, target.convert(value), meaning)
    }
    const said = [...drafts.values()].filter((draft) => !Draft.isEmpty(draft))
    if (said.length > 0) return { kind: "readings", said }
    return unreadable === undefined ? nothing("no entity has a number in it") : malformed(unreadable)
  }
}

const isOnlineIn = (text: string, { offline, online, template }: Availability): boolean | undefined => {
  const value = template === undefined ? text : template(text, () => jsonOf(text))
  const state = typeof value === "string" ? value.trim() : undefined
  return state === online ? true : state === offline ? false : undefined
}

const readAvailability = (message: Message, entities: ReadonlySet<Entity>): Told => {
  const subjects = subjectsOf(entities)
  const text = textOf(message.payload)
  if (text === undefined) return malformed("the availability is not valid UTF-8")
  const [subject] = subjects
  // A bridge speaks for all its devices at once, and what it says of itself is not about any one of them.
  if (subject === undefined || subjects.length > 1) return { kind: "described", subjects }
  for (const { availability } of entities) {
    for (const one of availability) {
      const isOnline = one.topic === message.topic ? isOnlineIn(text, one) : undefined
      if (isOnline !== undefined) return { kind: "status", subject, isOnline }
    }
  }
  return nothing("it says neither that the device is there nor that it is not")
}

/** The format with another prefix than the one Home Assistant has before anybody changes it. */
export const homeAssistantWith = (prefix: string): Format => ({
  id: "homeassistant",
  words,
  topics: ["#"],
  makeReader: () => {
    const reader = new HomeAssistantReader(prefix)
    return { read: (message) => reader.read(message), learned: () => reader.learned() }
  }
})

/** Everything that announces itself to Home Assistant over MQTT, in the form for entities and for devices. */
export const homeAssistant: Format = homeAssistantWith("homeassistant")
