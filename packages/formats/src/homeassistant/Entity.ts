import { isObject } from "../payload/payloadJson.ts"
import type { Entries } from "../payload/wholePayload.ts"
import { type EntityMeaning, meaningOf } from "./entityMeaning.ts"
import { compile, type Template } from "./template/Template.ts"

/** Where a device says whether it is there. */
export interface Availability {
  readonly topic: string
  readonly online: string
  readonly offline: string
  readonly template: Template | undefined
}

/** One thing a device announces that it will say. */
export interface Entity {
  /** The device it belongs to, which is what a binding names. */
  readonly subject: string
  readonly objectId: string
  readonly topic: string
  readonly template: Template | undefined
  readonly meaning: EntityMeaning
  readonly availability: ReadonlyArray<Availability>
}

const textIn = (entries: Entries, name: string): string | undefined => {
  const value = entries[name]
  return typeof value === "string" && value !== "" ? value : undefined
}

/** An id as the name of a channel: letters, digits and a few signs. */
export const channelOf = (id: string): string => {
  const name = id.replace(/[^A-Za-z0-9._:-]+/g, "_").slice(0, 64)
  return name === "" || name === "." || name === ".." ? "main" : name
}

const firstText = (value: unknown): string | undefined => {
  if (typeof value === "number") return String(value)
  if (typeof value === "string") return value === "" ? undefined : value
  return Array.isArray(value) ? firstText(value[0]) : undefined
}

/** The id of the device: its first identifier, else the address it is connected by. */
const deviceIdOf = (device: unknown): string | undefined => {
  if (!isObject(device)) return undefined
  const [connection] = Array.isArray(device["connections"]) ? (device["connections"] as Array<unknown>) : []
  const id =
    firstText(device["identifiers"]) ?? (Array.isArray(connection) ? firstText(connection[1]) : undefined)
  return id?.slice(0, 256)
}

const templateIn = (entries: Entries, name: string): ReturnType<typeof compile> | undefined => {
  const text = textIn(entries, name)
  return text === undefined ? undefined : compile(text)
}

const availabilityOf = (entries: Entries): ReadonlyArray<Availability> => {
  const topic = textIn(entries, "availability_topic")
  const list = Array.isArray(entries["availability"]) ? entries["availability"].filter(isObject) : []
  const single =
    topic === undefined ? [] : [{ ...entries, topic, value_template: entries["availability_template"] }]
  return [...list, ...single].slice(0, 8).flatMap((one: Entries): ReadonlyArray<Availability> => {
    const where = textIn(one, "topic")
    const template = templateIn(one, "value_template")
    if (where === undefined || (template !== undefined && typeof template !== "function")) return []
    const online = textIn(one, "payload_available") ?? "online"
    const offline = textIn(one, "payload_not_available") ?? "offline"
    return [{ topic: where, online, offline, template }]
  })
}

const meaningIn = (config: Entries, objectId: string, template: ReturnType<typeof compile> | undefined) => {
  const meaning = meaningOf({
    deviceClass: textIn(config, "device_class"),
    stateClass: textIn(config, "state_class"),
    unit: textIn(config, "unit_of_measurement"),
    hasLastReset:
      config["last_reset_value_template"] !== undefined || config["last_reset_topic"] !== undefined,
    words: [config["name"], config["unique_id"], objectId]
      .filter((word) => typeof word === "string")
      .join(" ")
  })
  const isWanted = meaning.kind === "quantity" || meaning.kind === "extra"
  return isWanted && template !== undefined && typeof template !== "function"
    ? ({ kind: "unreadable", why: template.unreadable } as const)
    : meaning
}

/** Makes an entity of a configuration in full; undefined where it has no state. */
export const entityOf = (config: Entries, id: string): Entity | undefined => {
  const topic = textIn(config, "state_topic")
  if (topic === undefined) return undefined
  const template = templateIn(config, "value_template")
  return {
    subject: deviceIdOf(config["device"]) ?? (textIn(config, "unique_id") ?? id).slice(0, 256),
    objectId: textIn(config, "object_id") ?? id,
    topic,
    template: typeof template === "function" ? template : undefined,
    meaning: meaningIn(config, id, template),
    availability: availabilityOf(config)
  }
}
