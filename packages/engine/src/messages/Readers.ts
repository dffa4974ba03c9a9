import type { FormatId, Message, Principal } from "@wattkit/core"
import type { Format, Reader, Request, Told } from "@wattkit/formats"
import { topicPattern } from "./topicPattern.ts"

/** What a message turned out to be, and which format says so. */
export interface Recognised {
  readonly format: FormatId
  readonly told: Told
}

/** So many topics are remembered with the format that read them. */
const mostTopics = 5_000
/** So many messages that describe others are kept, and so many bytes of them. */
const mostDescriptions = 1_000
const mostDescribedBytes = 1_048_576

/** The readers of all formats for one sender, made when they are first needed. */
export class ReaderSet {
  readonly #formats: ReadonlyArray<Format>
  readonly #readers = new Map<FormatId, Reader>()
  readonly #byTopic = new Map<string, Format>()
  readonly #descriptions = new Map<string, Message>()
  #described = 0

  constructor(formats: ReadonlyArray<Format>) {
    this.#formats = formats
  }

  /** Reads a message, in one format only when it is given; undefined where none reads its topic. */
  read(message: Message, only?: FormatId): Recognised | undefined {
    if (only !== undefined) {
      const format = this.#formats.find(({ id }) => id === only)
      return format === undefined ? undefined : this.#try(format, message)
    }
    // Who read a topic before goes on reading it, also when an earlier format would like to by now.
    const usual = this.#byTopic.get(message.topic)
    const first = usual === undefined ? undefined : this.#try(usual, message)
    if (first !== undefined) return first
    for (const format of this.#formats) {
      // A reader that could not read it is not even made: there may be a set for every device.
      const isItsTopic = format !== usual && topicPattern(format).test(message.topic)
      const found = isItsTopic ? this.#try(format, message) : undefined
      if (found === undefined) continue
      // A format of all topics only reads what no other one does yet.
      if (format.topics.includes("#")) return found
      if (this.#byTopic.size >= mostTopics) this.#byTopic.clear()
      this.#byTopic.set(message.topic, format)
      return found
    }
    return undefined
  }

  /** What has to be published for devices to go on. */
  requests(): ReadonlyArray<Request> {
    return [...this.#readers.values()].flatMap((reader) => reader.requests?.() ?? [])
  }

  /** Topics that messages told of and that are read since. */
  learned(): ReadonlyArray<string> {
    return [...this.#readers.values()].flatMap((reader) => [...(reader.learned?.() ?? [])])
  }

  /**
   * Readers that know what others were described as, and nothing of what was said since: an old message must
   * neither be filled up with newer values nor change what newer ones are filled up with.
   */
  fresh(): ReaderSet {
    const fresh = new ReaderSet(this.#formats)
    for (const message of this.#descriptions.values()) fresh.read(message)
    return fresh
  }

  #try(format: Format, message: Message): Recognised | undefined {
    let reader = this.#readers.get(format.id)
    if (reader === undefined) {
      reader = format.makeReader()
      this.#readers.set(format.id, reader)
    }
    const told = reader.read(message)
    if (told === undefined) return undefined
    if (told.kind === "described") this.#keep(message)
    return { format: format.id, told }
  }

  #keep(message: Message): void {
    const known = this.#descriptions.get(message.topic)
    this.#descriptions.delete(message.topic)
    // A carrier may use its buffer again.
    this.#descriptions.set(message.topic, { ...message, payload: message.payload.slice() })
    this.#described += message.payload.length - (known?.payload.length ?? 0)
    for (const [topic, { payload }] of this.#descriptions) {
      if (this.#descriptions.size <= mostDescriptions && this.#described <= mostDescribedBytes) return
      this.#descriptions.delete(topic)
      this.#described -= payload.length
    }
  }
}

/** So many senders have readers of their own; the one not heard of longest loses what its readers knew. */
const mostSenders = 5_000

/**
 * The readers of every sender: one set for the programs of a tenant, and one for each device that has a
 * credential, so that no device can put words into the mouth of another.
 */
export class Readers {
  readonly #formats: ReadonlyArray<Format>
  readonly #sets = new Map<string, ReaderSet>()

  constructor(formats: ReadonlyArray<Format>) {
    this.#formats = formats
  }

  of({ deviceId, tenantId }: Pick<Principal, "tenantId" | "deviceId">): ReaderSet {
    const name = `${tenantId} ${deviceId ?? ""}`
    const known = this.#sets.get(name)
    if (known !== undefined) {
      this.#sets.delete(name)
      this.#sets.set(name, known)
      return known
    }
    const made = new ReaderSet(this.#formats)
    this.#sets.set(name, made)
    const [oldest] = this.#sets.keys()
    if (this.#sets.size > mostSenders && oldest !== undefined) this.#sets.delete(oldest)
    return made
  }
}
