import { assert, it } from "vitest"
import { message } from "../exampleTests.fixture.ts"
import type { Format, Reader } from "../Format.ts"
import { sayTold } from "../sayTold.ts"

/** What a reader makes of what was sent to an address, or published to a topic, in words. */
export const sayOf = (reader: Reader, topic: string, payload: string): string =>
  sayTold(reader.read(message(topic, payload, { carrier: topic.startsWith("/") ? "http" : "mqtt" })))

/** Runs the documented payloads of a format that is spoken over HTTP too, in their order. */
export const testHttpExamples = ({ id, makeReader, words }: Format): void => {
  it(`${id}: its documented payloads become exactly the documented readings`, () => {
    const reader = makeReader()
    assert.isAbove(words.examples.length, 0)
    for (const { payload, says, topic } of words.examples) {
      assert.strictEqual(sayOf(reader, topic, payload), says, `${topic} ${payload}`)
    }
  })
}
