import type { FormatId, Message, QuantityName } from "@wattkit/core"
import type { Told } from "./Said.ts"

/** A documented payload, and what it has to become: the tests run it, the documentation shows it. */
export interface Example {
  readonly topic: string
  readonly payload: string
  readonly says: string
}

/** What people are told about a format: the docs page and the device dialog are made of it. */
export interface FormatWords {
  readonly name: string
  /** Which devices speak it, in a sentence. */
  readonly devices: string
  /** What to set on the device so that its messages arrive here, step by step. */
  readonly setUp: ReadonlyArray<string>
  /** What goes wrong with it elsewhere, and how it is handled here. */
  readonly traps: ReadonlyArray<string>
  readonly quantities: ReadonlyArray<QuantityName>
  readonly examples: ReadonlyArray<Example>
}

/** A message on its way out, which a format needs to keep its devices talking. */
export interface Request {
  readonly topic: string
  readonly payload: string
  /** How often it is to be sent. */
  readonly everyMs: number
}

/**
 * A reader of one format for one tenant. It remembers what messages leave out, such as what a partial update
 * did not change, and forgets what was not heard of longest when it knows too many subjects.
 *
 * It never throws, whatever the bytes.
 */
export interface Reader {
  /** Undefined where the topic is not of this format. */
  readonly read: (message: Message) => Told | undefined
  /** What has to be published for devices to go on, such as Victron's keepalive. */
  readonly requests?: (() => ReadonlyArray<Request>) | undefined
  /** Topics it was told of by messages, and whose messages it reads since; they may be anything. */
  readonly learned?: (() => Iterable<string>) | undefined
}

/** How the payloads of a kind of device become readings. */
export interface Format {
  readonly id: FormatId
  readonly words: FormatWords
  /** Topic filters that hold every topic of the format, with `+` and `#` as in MQTT; none for HTTP alone. */
  readonly topics: ReadonlyArray<string>
  readonly makeReader: () => Reader
}
