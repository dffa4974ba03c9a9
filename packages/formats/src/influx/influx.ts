import type { Message } from "@wattkit/core"
import type { Format, Reader } from "../Format.ts"
import type { Told } from "../Said.ts"
import { addressOf, fieldsOf } from "../payload/address.ts"
import { textOf } from "../payload/wholePayload.ts"
import { Heads, readLines } from "./readLines.ts"
import * as TimeUnit from "./timeUnit.ts"
import { words } from "./words.ts"

const paths: ReadonlyMap<string, TimeUnit.TimeUnit> = new Map([
  ["/write", "ns"],
  ["/api/v2/write", "ns"],
  ["/api/v3/write_lp", "auto"]
])

/**
 * The unit of the times that are written to an address: the one it asks for, else the usual one of its
 * version. Undefined where the address is not one of InfluxDB's, a sentence where it asks for a unit that is
 * none.
 */
export const unitOf = (
  topic: string
): { readonly unit: TimeUnit.TimeUnit } | { readonly why: string } | undefined => {
  if (topic.startsWith("telegraf/")) return { unit: "ns" }
  const { path, query } = addressOf(topic)
  const usual = paths.get(path)
  if (usual === undefined) return undefined
  const precision = fieldsOf(query).get("precision")
  if (precision === undefined || precision === "") return { unit: usual }
  const unit = TimeUnit.fromString(precision)
  return unit === undefined ? { why: `${precision.slice(0, 50)} is no precision` } : { unit }
}

const mostTopics = 1000

class InfluxReader implements Reader {
  readonly #heads = new Heads()
  readonly #units = new Map<string, ReturnType<typeof unitOf>>()

  #unitOf(topic: string): ReturnType<typeof unitOf> {
    if (this.#units.has(topic)) return this.#units.get(topic)
    if (this.#units.size >= mostTopics) this.#units.clear()
    const unit = unitOf(topic)
    this.#units.set(topic, unit)
    return unit
  }

  read(message: Message): Told | undefined {
    const unit = this.#unitOf(message.topic)
    if (unit === undefined) return undefined
    if ("why" in unit) return { kind: "malformed", why: unit.why }
    const text = textOf(message.payload)
    if (text === undefined) return { kind: "malformed", why: "the lines are not valid UTF-8" }
    const { faults, said } = readLines(text, unit.unit, this.#heads)
    const fault = faults[0]
    // Who writes over HTTP is told of each wrong line; elsewhere nobody is, so the message has to be kept.
    if (fault !== undefined && (said.length === 0 || message.carrier !== "http")) {
      return { kind: "malformed", why: `line ${fault.line}: ${fault.message}` }
    }
    const told = message.isRetained ? said.filter(({ at }) => at !== undefined) : said
    return told.length > 0
      ? { kind: "readings", said: told }
      : { kind: "nothing", why: "no line has a number in it that belongs to a time" }
  }
}

/** Line protocol, as it is written to InfluxDB 1, 2 and 3 over HTTP and by Telegraf over MQTT. */
export const influx: Format = {
  id: "influx",
  words,
  topics: ["telegraf/#"],
  makeReader: () => {
    const reader = new InfluxReader()
    return { read: (message) => reader.read(message) }
  }
}
