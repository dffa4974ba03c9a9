import { assert, describe, it } from "vitest"
import { say, testExamples } from "../exampleTests.fixture.ts"
import { victron } from "./victron.ts"

const read = (path: string, payload: string) => say(victron.makeReader(), `N/c0/${path}`, payload)

describe("victron", () => {
  testExamples(victron)

  it("asks devices it heard of to go on: for everything first, then without saying it again", () => {
    const reader = victron.makeReader()
    assert.deepStrictEqual(reader.requests?.(), [])
    say(reader, "N/c0/system/0/Serial", '{"value":"c0"}')
    assert.deepStrictEqual(reader.requests?.(), [{ topic: "R/c0/keepalive", payload: "", everyMs: 30_000 }])
    say(reader, "N/c0/full_publish_completed", '{"value":1}')
    say(reader, "N/c1/system/0/Serial", '{"value":"c1"}')
    assert.deepStrictEqual(reader.requests?.(), [
      { topic: "R/c0/keepalive", payload: '{"keepalive-options":["suppress-republish"]}', everyMs: 30_000 },
      { topic: "R/c1/keepalive", payload: "", everyMs: 30_000 }
    ])
  })

  it("asks nobody whose name could be a topic of its own", () => {
    const reader = victron.makeReader()
    say(reader, "N/a+b/system/0/Serial", "{}")
    say(reader, "N/#/system/0/Serial", "{}")
    say(reader, "other/c0/system/0/Serial", "{}")
    assert.deepStrictEqual(reader.requests?.(), [])
  })

  it("turns what is given into export", () => {
    assert.strictEqual(read("genset/1/Ac/Energy/Forward", '{"value":2}'), "c0/genset/1 main: exportWh 2000")
    assert.strictEqual(read("system/0/Dc/Pv/Power", '{"value":900}'), "c0/system/0 pv: powerW -900")
    assert.strictEqual(
      read("battery/1/History/DischargedEnergy", '{"value":2}'),
      "c0/battery/1 main: exportWh 2000"
    )
  })

  it("takes what stands for no value for none", () => {
    assert.match(read("vebus/1/Dc/0/Temperature", '{"value":-273}'), /^nothing/)
    assert.match(read("grid/1/Ac/L1/Power", '{"value":[]}'), /^nothing/)
  })
})
