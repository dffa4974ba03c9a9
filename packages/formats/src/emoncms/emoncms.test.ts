import { assert, describe, it } from "vitest"
import { message } from "../exampleTests.fixture.ts"
import { sayOf, testHttpExamples } from "../influx/httpExamples.fixture.ts"
import { sayTold } from "../sayTold.ts"
import { emoncms } from "./emoncms.ts"

const say = (topic: string, payload = "") => sayOf(emoncms.makeReader(), topic, payload)
const bulk = (query: string, data: string) => say(`/input/bulk?${query}`, `data=${encodeURIComponent(data)}`)

describe("emoncms input/post", () => {
  testHttpExamples(emoncms)

  it("takes the loose forms in the query, and the node in the path", () => {
    assert.strictEqual(
      say("/input/post?node=emontx&json={power1:100,power2:200,power3:300}"),
      "emontx 1: powerW 100\nemontx 2: powerW 200\nemontx 3: powerW 300"
    )
    assert.strictEqual(
      say('/input/post.json/em%20on?data={"power":100,"pulse":null,3:7}&time=1500841729'),
      "em on main: powerW 100, input3 7? at 2017-07-23T20:28:49Z"
    )
    assert.strictEqual(say("/input/post?csv=1.5,null,-3"), "0 main: input1 1.5?, input3 -3?")
  })

  it("takes JSON as the body itself, and time from it where there is no parameter", () => {
    assert.strictEqual(
      say("/input/post?node=a", '{"power":5,"time":1700000000}'),
      "a main: powerW 5 at 2023-11-14T22:13:20Z"
    )
    assert.strictEqual(
      say("/input/post?node=a&time=1600000000", '{"power":5,"time":"2023-11-14T23:13:20+01:00"}'),
      "a main: powerW 5 at 2020-09-13T12:26:40Z"
    )
    assert.strictEqual(
      say("/input/post?node=a", '{"power":5,"time":"2023-11-14T23:13:20+01:00"}'),
      "a main: powerW 5 at 2023-11-14T22:13:20Z"
    )
  })

  it("takes null for nothing, and says in emoncms's words what is wrong", () => {
    assert.strictEqual(say("/input/post?node=a", 'fulljson={"power":null}'), "nothing: no input is a number")
    assert.strictEqual(
      say("/input/post?node=a"),
      "malformed: Request contains no data via csv, json or data tag"
    )
    assert.strictEqual(say("/input/post?fulljson=[1]"), "malformed: Input must be a JSON object")
    assert.strictEqual(
      say("/input/post?fulljson={a"),
      "malformed: Error decoding JSON string (invalid or too deeply nested)"
    )
    assert.strictEqual(say("/input/post?csv=1,a"), "malformed: Format error, csv value is not numeric")
    assert.strictEqual(say("/input/post?json={a:b}"), "malformed: Format error, json value is not numeric")
    assert.strictEqual(say("/input/post?node=/&csv=1"), "malformed: node must have a name")
    assert.strictEqual(say("/input/post?csv=1&time=now"), "malformed: time must be in seconds since 1970")
    assert.strictEqual(say("/input/list"), "not of this format")
  })
})

describe("emoncms input/bulk", () => {
  // Messages of tests arrive at 2026-06-01T12:00:00Z.
  const items = "[[0,16,1137],[2,17,1437,3164],[4,19,1412,3077]]"

  it("takes the last item for now where nothing else is said", () => {
    assert.strictEqual(
      bulk("", items),
      "16 main: input1 1137? at 2026-06-01T11:59:56Z\n" +
        "17 main: input1 1437?, input2 3164? at 2026-06-01T11:59:58Z\n" +
        "19 main: input1 1412?, input2 3077? at 2026-06-01T12:00:00Z"
    )
  })

  it("counts from offset", () => {
    assert.strictEqual(
      bulk("offset=-10", "[[-10,16,1137],[-6,19,1412]]"),
      "16 main: input1 1137? at 2026-06-01T12:00:00Z\n19 main: input1 1412? at 2026-06-01T12:00:04Z"
    )
  })

  it("counts from sentat, on a clock of its own or on the right one", () => {
    assert.strictEqual(
      bulk("sentat=543", "[[520,16,1137],[535,19,1412]]"),
      "16 main: input1 1137? at 2026-06-01T11:59:37Z\n19 main: input1 1412? at 2026-06-01T11:59:52Z"
    )
    const now = Date.UTC(2026, 5, 1, 12) / 1000
    const once = bulk(`sentat=${now - 1}`, `[[${now - 30},"a",1]]`)
    assert.strictEqual(once, "a main: input1 1? at 2026-06-01T11:59:30Z")
    assert.strictEqual(bulk(`sentat=${now - 4}`, `[[${now - 30},"a",1]]`), once)
    assert.strictEqual(
      bulk(`sentat=${now - 60}`, `[[${now - 90},"a",1]]`),
      "a main: input1 1? at 2026-06-01T11:59:30Z"
    )
  })

  it("counts from time", () => {
    assert.strictEqual(
      bulk("time=1387730127", '[[-6,"19",1412]]'),
      "19 main: input1 1412? at 2013-12-22T16:35:21Z"
    )
  })

  it("takes names for values, counts places past null, and passes over items without values", () => {
    assert.strictEqual(
      bulk("time=0", '[[1700000000,"tx",null,5,{"power":7}],[1700000001,"tx"]]'),
      "tx main: powerW 7, input2 5? at 2023-11-14T22:13:20Z"
    )
    assert.strictEqual(
      say("/input/bulk?time=1700000000", '[[0,"tx",5]]'),
      "tx main: input1 5? at 2023-11-14T22:13:20Z"
    )
  })

  it("refuses what has no time or no node", () => {
    assert.match(bulk("", "[]"), /^malformed: Format error, json string/)
    assert.match(bulk("", "[[null,1,2]]"), /^malformed: Format error, the time/)
    assert.match(bulk("time=0", '[["x",1,2]]'), /^malformed: Format error, an item does not begin/)
    assert.match(bulk("time=0", '[[1,{"a":1},2]]'), /^malformed: Format error, node/)
    assert.match(bulk("time=0", "[7]"), /^malformed: Format error, an item is not a list/)
    assert.match(bulk("time=1e30", "[[0,1,2]]"), /^malformed: Format error, an item has a time/)
  })
})

describe("emoncms over MQTT", () => {
  it("joins deeper topics into the name of the input", () => {
    assert.strictEqual(say("emon/house/power", " 12.5\n"), "house main: powerW 12.5")
    assert.strictEqual(say("emon/tx/E2", "12"), "tx 2: importWh 12")
    assert.strictEqual(say("emon/house/cellar/flow", "3"), "house main: cellar_flow 3?")
    assert.strictEqual(say("emon/house/power", "on"), "malformed: the value is not a number")
    assert.strictEqual(say("emon/house/power", ""), "nothing: the value disappeared")
    assert.strictEqual(say("emon/house", "5"), "malformed: Input must be a JSON object")
  })

  it("takes of what a broker kept only what has a time", () => {
    const kept = (topic: string, payload: string) =>
      sayTold(emoncms.makeReader().read(message(topic, payload, { isRetained: true })))
    assert.match(kept("emon/house/power", "5"), /^nothing/)
    assert.match(kept("emon/house", '{"power":5}'), /^nothing/)
    assert.match(kept("emon/house", '{"power":5,"time":1700000000}'), /^house main: powerW 5 at/)
  })
})
