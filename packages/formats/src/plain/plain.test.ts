import { assert, describe, it } from "vitest"
import { say, testExamples } from "../exampleTests.fixture.ts"
import { plain } from "./plain.ts"

const read = (payload: string, topic = "t") => say(plain.makeReader(), topic, payload)

describe("plain", () => {
  testExamples(plain)

  it("reads lists, wrappers and numbers in texts", () => {
    assert.strictEqual(
      read('[{"ts":1767981459000,"values":{"w":"12"}},{"kwh":1}]'),
      "t main: powerW 12 at 2026-01-09T17:57:39Z\nt main: importWh 1000"
    )
  })

  it("takes null and texts for nothing", () => {
    assert.strictEqual(read('{"power":null,"voltage":"","on":true}'), "nothing: holds no values")
  })

  it("leaves texts and the broker's own topics alone", () => {
    assert.strictEqual(read("online"), "not of this format")
    assert.strictEqual(read("5", "$SYS/broker/clients"), "not of this format")
    assert.strictEqual(read("{"), "malformed: is not JSON")
  })

  it("gives names that readings can carry, and no more of them than they can", () => {
    assert.strictEqual(
      read('{"__proto__":1,"1-0:1.8.0":2,"constructor":3}'),
      "t main: proto 1?, value 2?, constructor 3?"
    )
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`n${n}`, n]))
    assert.strictEqual(read(JSON.stringify(many)).split("?").length - 1, 32)
  })
})
