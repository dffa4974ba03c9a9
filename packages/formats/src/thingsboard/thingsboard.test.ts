import { assert, describe, it } from "vitest"
import { message } from "../exampleTests.fixture.ts"
import { sayOf, testHttpExamples } from "../influx/httpExamples.fixture.ts"
import { sayTold } from "../sayTold.ts"
import { thingsboard } from "./thingsboard.ts"

const say = (topic: string, payload: string) => sayOf(thingsboard.makeReader(), topic, payload)
const own = "v1/devices/me/telemetry"

describe("thingsboard", () => {
  testHttpExamples(thingsboard)

  it("reads lists of values with and without times", () => {
    assert.strictEqual(
      say(own, '[{"power":1},{"ts":1451649600512,"values":{"power":2}},{"name":"text"}]'),
      "me main: powerW 1\nme main: powerW 2 at 2016-01-01T12:00:00.512Z"
    )
  })

  it("takes numbers as text, and neither truth values, null nor objects", () => {
    assert.strictEqual(
      say(own, '{"power":"12.5","on":true,"none":null,"nested":{"a":1},"ts":5}'),
      "me main: powerW 12.5, ts 5?"
    )
    assert.strictEqual(say(own, '{"on":true}'), "nothing: holds no values")
  })

  it("reads what a gateway says of each of its devices", () => {
    assert.strictEqual(
      say(
        "v1/gateway/telemetry",
        '{"A":[{"power":1}],"B":[{"ts":1483228800000,"values":{"voltage":230}}],"C":[]}'
      ),
      "A main: powerW 1\nB main: voltageV 230 at 2017-01-01T00:00:00Z"
    )
    assert.match(say("v1/gateway/telemetry", '{"":[{"power":1}]}'), /^malformed/)
    assert.match(say("v1/gateway/telemetry", '{"A":5}'), /^malformed: A: expected an object/)
    assert.match(say("v1/gateway/telemetry", "[]"), /^malformed/)
  })

  it("knows which devices of a gateway are there", () => {
    assert.strictEqual(say("v1/gateway/connect", '{"device":"A"}'), "A is online")
    assert.strictEqual(say("v1/gateway/disconnect", '{"device":"A"}'), "A is offline")
    assert.match(say("v1/gateway/connect", "{}"), /^malformed/)
  })

  it("passes over attributes", () => {
    assert.strictEqual(say("v1/devices/me/attributes", '{"firmware":3}'), "describes me")
    assert.strictEqual(say("v1/gateway/attributes", '{"A":{"x":1}}'), "describes A")
    assert.strictEqual(say("v2/a", '{"x":1}'), "describes me")
  })

  it("refuses what is not JSON and times that are none", () => {
    assert.strictEqual(say(own, "power=1"), "malformed: it is not JSON")
    assert.strictEqual(
      say(own, "5"),
      "malformed: expected an object of names and values, or a list of such objects"
    )
    for (const ts of ["1e99", '"now"', "1.5", "null"]) {
      assert.match(say(own, `{"ts":${ts},"values":{"power":1}}`), /^malformed: ts/)
    }
    assert.strictEqual(say("v1/devices/me/rpc/request/1", "{}"), "not of this format")
    assert.strictEqual(say("/api/v1/secret/telemetry", "{}"), "not of this format")
  })

  it("takes of what a broker kept only what has a time", () => {
    const kept = (payload: string) =>
      sayTold(thingsboard.makeReader().read(message(own, payload, { isRetained: true })))
    assert.match(kept('{"power":1}'), /^nothing/)
    assert.match(kept('{"ts":1451649600512,"values":{"power":1}}'), /^me main: powerW 1 at/)
  })
})
