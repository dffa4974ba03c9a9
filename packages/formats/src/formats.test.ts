import { FormatId, quantities } from "@wattkit/core"
import * as Schema from "effect/Schema"
import { assert, describe, it } from "vitest"
import { message } from "./exampleTests.fixture.ts"
import { formatById, formats, readerOf } from "./formats.ts"
import { sayTold } from "./sayTold.ts"
import { specs } from "./specs.ts"

const isFormatId = Schema.is(FormatId)

describe("formats", () => {
  it("have names of their own, by which they are found", () => {
    assert.strictEqual(new Set(formats.map(({ id }) => id)).size, formats.length)
    for (const format of formats) {
      assert.isTrue(isFormatId(format.id), format.id)
      assert.strictEqual(formatById(format.id), format)
    }
    assert.strictEqual(formatById("nobody"), undefined)
  })

  it("tell people what they need", () => {
    for (const { id, words } of formats) {
      assert.isAbove(words.examples.length, 0, id)
      assert.isAbove(words.setUp.length, 0, id)
      assert.isAbove(words.traps.length, 0, id)
      for (const name of words.quantities) assert.include(quantities, name)
    }
  })

  it("include every one that is data alone", () => {
    for (const id of specs.keys()) assert.isDefined(formatById(id), id)
  })

  it("do not take each other's documented payloads", () => {
    for (const { id, words } of formats) {
      const reader = readerOf()
      for (const { payload, topic } of words.examples) {
        assert.strictEqual(reader.read(message(topic, payload))?.format, id, `${topic} ${payload}`)
      }
    }
  })

  it("can be read one, several or all at a time", () => {
    const sensor = message("tele/k/SENSOR", '{"ENERGY":{"Power":1}}')
    assert.strictEqual(readerOf(["tasmota"]).read(sensor)?.format, "tasmota")
    assert.strictEqual(readerOf(["plain", "tasmota"]).read(sensor)?.format, "tasmota")
    assert.strictEqual(readerOf(["victron", "nobody"]).read(sensor), undefined)
    assert.strictEqual(sayTold(readerOf().read(sensor)?.told), "k main: powerW 1")
    assert.deepStrictEqual(readerOf(["shelly-gen1"]).topics, ["shellies/#"])
    assert.deepStrictEqual(readerOf().topics, ["#"])
  })

  it("ask for what keeps devices talking", () => {
    const reader = readerOf()
    reader.read(message("N/c0/system/0/Serial", '{"value":"c0"}'))
    assert.deepStrictEqual(
      reader.requests().map(({ topic }) => topic),
      ["R/c0/keepalive"]
    )
  })
})
