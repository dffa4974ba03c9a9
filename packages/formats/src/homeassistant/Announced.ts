import type { QuantityName } from "@wattkit/core"
import { channelOf, type Entity } from "./Entity.ts"

/** How the entities of a device become the channels of its readings. */
interface Shape {
  /** Entities of each quantity; the one of a kind is the main one's. */
  readonly ofQuantity: ReadonlyMap<QuantityName, ReadonlyArray<Entity>>
  /** It says what it puts out and never what it takes in, as an inverter does. */
  readonly isProducer: boolean
}

/** Where a value of an entity goes; `extra` where it is beside what it would be. */
export interface Target {
  readonly channel: string
  readonly quantity: QuantityName | "extra"
  readonly convert: (value: number) => number
}

const shapeOf = (entities: Iterable<Entity>): Shape => {
  const ofQuantity = new Map<QuantityName, Array<Entity>>()
  for (const entity of entities) {
    if (entity.meaning.kind !== "quantity") continue
    const { quantity } = entity.meaning
    ofQuantity.set(quantity, [...(ofQuantity.get(quantity) ?? []), entity])
  }
  // What begins anew every day counts only where nothing counts the whole life.
  for (const [quantity, all] of ofQuantity) {
    const ofLife = all.filter(({ meaning }) => meaning.kind === "quantity" && !meaning.isPeriodic)
    if (ofLife.length > 0) ofQuantity.set(quantity, ofLife)
  }
  return { ofQuantity, isProducer: ofQuantity.has("exportWh") && !ofQuantity.has("importWh") }
}

/**
 * What devices announced that they will say: by the topic they announced it on, by the topics they say it on,
 * and by device. It forgets what was announced longest ago when it knows too much.
 */
export class Announced {
  readonly #byConfig = new Map<string, ReadonlyArray<Entity>>()
  readonly #byTopic = new Map<string, Set<Entity>>()
  readonly #byAvailability = new Map<string, Set<Entity>>()
  readonly #bySubject = new Map<string, Set<Entity>>()
  readonly #shapes = new Map<string, Shape>()
  readonly #most: number
  #size = 0

  constructor(most = 20_000) {
    this.#most = most
  }

  /** Puts what a configuration topic says in the place of what it said before. */
  set(config: string, entities: ReadonlyArray<Entity>): void {
    this.remove(config)
    if (entities.length === 0) return
    this.#byConfig.set(config, entities)
    this.#size += entities.length
    for (const entity of entities) {
      add(this.#byTopic, entity.topic, entity)
      add(this.#bySubject, entity.subject, entity)
      for (const { topic } of entity.availability) add(this.#byAvailability, topic, entity)
      this.#shapes.delete(entity.subject)
    }
    for (const oldest of this.#byConfig.keys()) {
      if (this.#size <= this.#most || oldest === config) break
      this.remove(oldest)
    }
  }

  /** The devices that a configuration topic spoke of; it speaks of none any more. */
  remove(config: string): ReadonlyArray<string> {
    const entities = this.#byConfig.get(config) ?? []
    this.#byConfig.delete(config)
    this.#size -= entities.length
    for (const entity of entities) {
      drop(this.#byTopic, entity.topic, entity)
      drop(this.#bySubject, entity.subject, entity)
      for (const { topic } of entity.availability) drop(this.#byAvailability, topic, entity)
      this.#shapes.delete(entity.subject)
    }
    return subjectsOf(entities)
  }

  /** All topics that were announced: those of values, then those that say who is there. */
  *topics(): Iterable<string> {
    yield* this.#byTopic.keys()
    for (const topic of this.#byAvailability.keys()) if (!this.#byTopic.has(topic)) yield topic
  }

  /** The entities whose values come on a topic. */
  saidOn(topic: string): ReadonlySet<Entity> | undefined {
    return this.#byTopic.get(topic)
  }

  /** The entities that are there or not as a topic says. */
  availableOn(topic: string): ReadonlySet<Entity> | undefined {
    return this.#byAvailability.get(topic)
  }

  /**
   * Where the values of an entity go: to the main channel where no other entity of its device says the same
   * quantity, else to one of its own. Undefined where they go nowhere.
   */
  targetOf(entity: Entity): Target | undefined {
    const { meaning } = entity
    if (meaning.kind === "extra") return { channel: "main", quantity: "extra", convert: (value) => value }
    if (meaning.kind !== "quantity") return undefined
    const { ofQuantity, isProducer } = this.#shapeOf(entity.subject)
    const peers = ofQuantity.get(meaning.quantity) ?? []
    if (!peers.includes(entity)) return { channel: "main", quantity: "extra", convert: (value) => value }
    const { convert, quantity } = meaning
    return {
      channel: peers.length === 1 ? "main" : channelOf(entity.objectId),
      quantity,
      convert: quantity === "powerW" && isProducer ? (value) => 0 - convert(value) : convert
    }
  }

  #shapeOf(subject: string): Shape {
    const known = this.#shapes.get(subject)
    if (known !== undefined) return known
    const shape = shapeOf(this.#bySubject.get(subject) ?? [])
    this.#shapes.set(subject, shape)
    return shape
  }
}

/** The devices that entities belong to, each once. */
export const subjectsOf = (entities: Iterable<Entity>): ReadonlyArray<string> => [
  ...new Set([...entities].map(({ subject }) => subject))
]

const add = (map: Map<string, Set<Entity>>, key: string, entity: Entity): void => {
  const there = map.get(key)
  if (there === undefined) map.set(key, new Set([entity]))
  else there.add(entity)
}

const drop = (map: Map<string, Set<Entity>>, key: string, entity: Entity): void => {
  const there = map.get(key)
  there?.delete(entity)
  if (there?.size === 0) map.delete(key)
}
