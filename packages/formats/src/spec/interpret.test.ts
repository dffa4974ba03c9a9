import { assert, describe, it } from "vitest"
import { message, say } from "../exampleTests.fixture.ts"
import type { FormatSpec } from "./FormatSpec.ts"
import { interpret } from "./interpret.ts"

const object = (fields: unknown, more: object = {}) =>
  interpret({ rules: [{ says: "object", topics: ["m/{subject}"], fields, ...more }] })

const read = (fields: unknown, payload: unknown, more: object = {}) =>
  say(object(fields, more), "m/a", JSON.stringify(payload))

describe("interpret", () => {
  it("refuses a spec that is none", () => {
    const refused: ReadonlyArray<unknown> = [
      {},
      { rules: [] },
      { rules: [{ says: "object", topics: ["a"], fields: [{ at: "power", is: "powerW" }] }] },
      { rules: [{ says: "object", topics: ["a"], fields: [{ at: "/power", is: "watts" }] }] },
      { rules: [{ says: "object", topics: ["a"], fields: [{ at: "/power", is: "powerW", in: "bananas" }] }] },
      { rules: [{ says: "guess", topics: ["a"] }] },
      { rules: [{ says: "nothing", topics: ["a"], why: "x", more: 1 }] }
    ]
    for (const spec of refused)
      assert.throws(() => interpret(spec), undefined, undefined, JSON.stringify(spec))
  })

  it("refuses a quantity in a unit of another dimension", () => {
    assert.throws(() => object([{ at: "/power", is: "powerW", in: "kWh" }]), /powerW is not measured in kWh/)
  })

  it("converts units exactly", () => {
    const units: ReadonlyArray<readonly [string, string, number, string]> = [
      ["importWh", "kWh", 1.001, "importWh 1001"],
      ["importWh", "Wh", 1.001, "importWh 1.001"],
      ["importWh", "mWh", 1234, "importWh 1.234"],
      ["importWh", "MWh", 0.1, "importWh 100000"],
      ["importWh", "J", 3600, "importWh 1"],
      ["importWh", "W·min", 90, "importWh 1.5"],
      ["powerW", "kW", 0.412, "powerW 412"],
      ["voltageV", "mV", 3000, "voltageV 3"],
      ["temperatureC", "°F", 68, "temperatureC 20"],
      ["powerFactor", "%", 95, "powerFactor 0.95"]
    ]
    for (const [is, unit, sent, expected] of units) {
      assert.strictEqual(read([{ at: "/v", is, in: unit }], { v: sent }), `a main: ${expected}`)
    }
  })

  it("takes what is no number for no value", () => {
    for (const v of [null, "", "abc", true, {}, [], "0x10", " 1", "NaN"]) {
      assert.strictEqual(
        read([{ at: "/v", is: "powerW" }], { v }),
        "nothing: holds no values",
        JSON.stringify(v)
      )
    }
    assert.strictEqual(
      read([{ at: "/v", is: "powerW", nothing: [65535] }], { v: 65535 }),
      "nothing: holds no values"
    )
    assert.strictEqual(read([{ at: "/v", is: "powerW" }], { v: "1.5e2" }), "a main: powerW 150")
  })

  it("turns the direction round, without making a negative zero", () => {
    const field = [{ at: "/v", is: "powerW", negated: true }]
    assert.strictEqual(read(field, { v: 5 }), "a main: powerW -5")
    assert.strictEqual(read(field, { v: 0 }), "a main: powerW 0")
    const told = object(field).read(message("m/a", '{"v":0}'))
    assert.isTrue(told?.kind === "readings" && Object.is(told.said[0]?.quantities.powerW, 0))
  })

  it("follows wildcards into objects and arrays, and names channels by them", () => {
    const field = [{ at: "/meters/*/power", is: "powerW", channel: "m{1}" }]
    assert.strictEqual(
      read(field, { meters: [{ power: 1 }, {}, { power: 3 }] }),
      "a m0: powerW 1\na m2: powerW 3"
    )
    assert.strictEqual(read(field, { meters: { x: { power: 1 } } }), "a mx: powerW 1")
  })

  it("reads names with slashes, and none that objects inherit", () => {
    assert.strictEqual(read([{ at: "/a~1b", is: "powerW" }], { "a/b": 1 }), "a main: powerW 1")
    assert.strictEqual(read([{ at: "/constructor/length", is: "powerW" }], {}), "nothing: holds no values")
  })

  it("adds places up where all of them are there", () => {
    const field = [{ at: ["/t1", "/t2"], is: "importWh", in: "kWh" }]
    assert.strictEqual(read(field, { t1: 0.1, t2: 0.2 }), "a main: importWh 300")
    assert.strictEqual(read(field, { t1: 0.1 }), "nothing: holds no values")
  })

  it("takes the unit the payload names", () => {
    const field = [{ at: "/v", is: "importWh", in: "kWh", unitAt: "/unit" }]
    assert.strictEqual(read(field, { v: 1, unit: "Wh" }), "a main: importWh 1")
    assert.strictEqual(read(field, { v: 1 }), "a main: importWh 1000")
    assert.strictEqual(read(field, { v: 1, unit: "m3" }), "nothing: holds no values")
  })

  it("knows each way a time is written", () => {
    const at = (written: string, t: unknown) =>
      read([{ at: "/v", is: "powerW" }], { v: 1, t }, { times: [{ at: "/t", written }] })
    const timed = "a main: powerW 1 at 2026-01-09T17:57:39Z"
    for (const t of ["2026-01-09T17:57:39Z", "2026-01-09 18:57:39+01:00", "2026-01-09T18:57:39+0100"]) {
      assert.strictEqual(at("text", t), timed)
    }
    assert.strictEqual(at("seconds", 1767981459), timed)
    assert.strictEqual(at("milliseconds", "1767981459000"), timed)
    for (const t of [1767981459, 1767981459000, 1767981459e6, 1767981459e9])
      assert.strictEqual(at("number", t), timed)
    for (const t of ["2026-01-09T18:57:39", "yesterday", "2026-13-09T18:57:39Z", 12, null]) {
      assert.strictEqual(at("text", t), "a main: powerW 1")
      if (typeof t !== "string") assert.strictEqual(at("number", t), "a main: powerW 1")
    }
  })

  it("reads numbers, statuses and descriptions by the first rule that fits", () => {
    const spec: FormatSpec = {
      rules: [
        { says: "nothing", topics: ["x/{subject}/raw"], why: "is raw" },
        { says: "number", topics: ["x/{subject}/{name}"], where: { name: "[a-z]+" }, name: "{name}" },
        { says: "status", topics: ["x/{subject}/{any...}"], online: ["on"], offline: ["off"] }
      ],
      names: { power: { is: "powerW" } }
    }
    const reader = interpret(spec)
    assert.deepStrictEqual(reader.topics, ["x/+/#"])
    assert.strictEqual(say(reader, "x/a/raw", "1"), "nothing: is raw")
    assert.strictEqual(say(reader, "x/a/power", " 12.5\u0000"), "a main: powerW 12.5")
    assert.strictEqual(say(reader, "x/a/other", "1"), "nothing: other is none of its quantities")
    assert.strictEqual(say(reader, "x/a/B/c", "ON"), "a is online")
    assert.strictEqual(say(reader, "y/a/power", "1"), "not of this format")
    assert.strictEqual(
      say(reader, `x/${"a".repeat(257)}/power`, "1"),
      "malformed: names nobody, or at more than 256 characters"
    )
  })

  it("does not look into payloads that are too long", () => {
    const payload = `{"v":1,"x":"${"x".repeat(262_144)}"}`
    assert.strictEqual(say(object([{ at: "/v", is: "powerW" }]), "m/a", payload), "malformed: is too long")
  })
})
