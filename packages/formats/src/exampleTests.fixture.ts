import { Instant, type Message } from "@wattkit/core"
import { assert, it } from "vitest"
import type { Format, Reader } from "./Format.ts"
import { sayTold } from "./sayTold.ts"

/** When messages of tests arrive. */
export const arrival = Instant.fromStringOrThrow("2026-06-01T12:00:00Z")

/** A message as tests write it. */
export const message = (topic: string, payload: string, parts: Partial<Message> = {}): Message => ({
  carrier: "mqtt",
  topic,
  payload: new TextEncoder().encode(payload),
  receivedAt: arrival,
  isRetained: false,
  ...parts
})

/** What a reader makes of a message, in words. */
export const say = (reader: Reader, topic: string, payload: string, parts: Partial<Message> = {}): string =>
  sayTold(reader.read(message(topic, payload, parts)))

/** Runs the documented payloads of a format, in their order: each has to become exactly what is said. */
export const testExamples = ({ id, makeReader, topics, words }: Format): void => {
  it(`${id}: its documented payloads become exactly the documented readings`, () => {
    const reader = makeReader()
    assert.isAbove(words.examples.length, 0)
    for (const { payload, says, topic } of words.examples) {
      assert.strictEqual(say(reader, topic, payload), says, `${topic} ${payload}`)
    }
  })

  it(`${id}: its topic filters hold the topics of its documented payloads`, () => {
    for (const { topic } of words.examples) {
      assert.isTrue(
        topics.some((filter) => holds(filter, topic)),
        `${topic} is in ${topics.join(" ")}`
      )
    }
  })
}

const holds = (filter: string, topic: string): boolean => {
  const levels = topic.split("/")
  const wanted = filter.split("/")
  if (wanted.at(-1) === "#") return wanted.slice(0, -1).every((one, i) => one === "+" || one === levels[i])
  return wanted.length === levels.length && wanted.every((one, i) => one === "+" || one === levels[i])
}
