import type { Instant } from "@wattkit/core"
import type { Said } from "../Said.ts"
import * as Draft from "../payload/Draft.ts"
import { type Head, headOf } from "./head.ts"
import { LineScanner, type LineSink } from "./LineScanner.ts"
import type { TimeUnit } from "./timeUnit.ts"

/** A line that cannot be read: its number from 1, the line itself as far as it is short, and why. */
export interface LineFault {
  readonly line: number
  readonly text: string
  readonly message: string
}

/** The most of a wrong line that is repeated to its sender. */
const longestEcho = 500

/** Far more fields than a device has; looking up so many names would hold others up. */
const mostFields = 2000

/** Heads met before; a device sends the same one for years. */
export class Heads {
  readonly #known = new Map<string, Head | string>()
  readonly #most: number

  constructor(most = 10_000) {
    this.#most = most
  }

  of(text: string): Head | string {
    const found = this.#known.get(text)
    if (found !== undefined) return found
    const own = Draft.ownText(text)
    const head = headOf(own)
    if (this.#known.size >= this.#most) this.#known.clear()
    this.#known.set(own, head)
    return head
  }
}

/** The name to judge a number by: a field called `value` says less than the measurement it stands in. */
const tellingName = (field: string, head: Head): string =>
  field === "value" && Draft.meaningOf(head.measurement) !== undefined ? head.measurement : field

/** Gathers what the lines of one text say. */
class Gathering implements LineSink {
  readonly said: Array<Said> = []
  readonly faults: Array<LineFault> = []
  readonly #text: string
  readonly #heads: Heads
  readonly #last = new Map<string, Draft.Draft>()
  readonly #names: Array<string> = []
  readonly #values: Array<number> = []
  #count = 0

  constructor(text: string, heads: Heads) {
    this.#text = text
    this.#heads = heads
  }

  number(name: string, value: number): void {
    this.#names[this.#count] = name
    this.#values[this.#count++] = value
  }

  line(written: string, at: number | undefined): string | undefined {
    const head = this.#heads.of(written)
    if (typeof head === "string") return head
    if (this.#count > mostFields) return `has more than ${mostFields} numbers`
    const before = this.#last.get(head.subject)
    const isSame = before !== undefined && before.at === at
    const draft = isSame ? before : Draft.make(head.subject, at as Instant.Instant | undefined)
    for (let index = 0; index < this.#count; index++) {
      const name = this.#names[index]!
      Draft.put(draft, name, this.#values[index]!, Draft.meaningOf(tellingName(name, head)))
    }
    this.#count = 0
    if (!isSame && !Draft.isEmpty(draft)) {
      this.#last.set(head.subject, draft)
      this.said.push(draft)
    }
    return undefined
  }

  fault(line: number, from: number, to: number, message: string): void {
    this.#count = 0
    const text = this.#text.slice(from, Math.min(to, from + longestEcho))
    this.faults.push({ line, text, message })
  }
}

/**
 * Reads lines. Fields of one subject at one instant become one, though they stand in several lines, as they
 * do in InfluxDB.
 */
export const readLines = (
  text: string,
  unit: TimeUnit,
  heads: Heads = new Heads()
): { readonly said: ReadonlyArray<Said>; readonly faults: ReadonlyArray<LineFault> } => {
  const gathering = new Gathering(text, heads)
  new LineScanner(text, unit, gathering).run()
  return gathering
}

/** Heads that were only looked at. */
const lookedAt = new Heads()

/** The lines of a text that cannot be read, without reading the others any further. */
export const faultsOf = (text: string, unit: TimeUnit, heads: Heads = lookedAt): ReadonlyArray<LineFault> => {
  const faults: Array<LineFault> = []
  new LineScanner(text, unit, {
    number: () => undefined,
    line: (written) => {
      const head = heads.of(written)
      return typeof head === "string" ? head : undefined
    },
    fault: (line, from, to, message) => {
      faults.push({ line, text: text.slice(from, Math.min(to, from + longestEcho)), message })
    }
  }).run()
  return faults
}
