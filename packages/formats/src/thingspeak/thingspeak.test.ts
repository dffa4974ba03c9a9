import { assert, describe, it } from "vitest"
import { message } from "../exampleTests.fixture.ts"
import { sayOf, testHttpExamples } from "../influx/httpExamples.fixture.ts"
import { sayTold } from "../sayTold.ts"
import { thingspeak } from "./thingspeak.ts"

const say = (topic: string, payload = "") => sayOf(thingspeak.makeReader(), topic, payload)
const at = (query: string) => say(`/update?field1=1&${query}`).split(" at ")[1]

describe("thingspeak update", () => {
  testHttpExamples(thingspeak)

  it("takes the query, a form and JSON, and of them field1 to field8", () => {
    const expected = "me main: field1 1.5?, field8 -2?"
    assert.strictEqual(say("/update?field1=1.5&field8=-2&field9=3&lat=52"), expected)
    assert.strictEqual(say("/update.json", "field1=1.5&field8=-2&status=ok"), expected)
    assert.strictEqual(
      say("/update.json", '{"field1":"1.5","field8":-2,"field2":null,"elevation":3}'),
      expected
    )
    assert.strictEqual(say("/update", "status=ok"), "nothing: no field is a number")
    assert.strictEqual(say("/update", "{"), "malformed: it is not JSON")
    assert.strictEqual(say("/updates", "field1=1"), "not of this format")
  })

  it("reads times as ThingSpeak does: in UTC, with an offset, or in the zone that is named", () => {
    assert.strictEqual(at("created_at=2014-12-31%2023:59:59"), "2014-12-31T23:59:59Z")
    assert.strictEqual(at("created_at=2014-12-31T23:59:59.25%2B01:00"), "2014-12-31T22:59:59.250Z")
    assert.strictEqual(at("created_at=2014-12-31%2023:59:59%20-0500"), "2015-01-01T04:59:59Z")
    assert.strictEqual(at("created_at=2014-07-31%2023:59:59&timezone=Europe/Berlin"), "2014-07-31T21:59:59Z")
    assert.strictEqual(at("created_at=2014-12-31T23:59:59Z&timezone=Europe/Berlin"), "2014-12-31T23:59:59Z")
    assert.strictEqual(at("created_at=1420070399"), "2014-12-31T23:59:59Z")
    assert.strictEqual(at("created_at=1420070399000"), "2014-12-31T23:59:59Z")
    assert.strictEqual(at("created_at=2014-12-31"), "2014-12-31T00:00:00Z")
    for (const time of [
      "now",
      "2014-02-30%2000:00:00",
      "2014-12-31%2024:00:00",
      "2014-01-01&timezone=Mars/One"
    ]) {
      assert.strictEqual(say(`/update?field1=1&created_at=${time}`), "malformed: created_at is no time")
    }
  })
})

describe("thingspeak bulk update", () => {
  const json = (updates: string) => say("/channels/7/bulk_update.json", `{"updates":${updates}}`)

  it("counts deltas back from the last update, which is now", () => {
    assert.strictEqual(
      json('[{"delta_t":0,"field1":-70},{"delta_t":"3","field1":-66},{"delta_t":2,"field1":-60}]'),
      "7 main: field1 -70? at 2026-06-01T11:59:55Z\n" +
        "7 main: field1 -66? at 2026-06-01T11:59:58Z\n" +
        "7 main: field1 -60? at 2026-06-01T12:00:00Z"
    )
  })

  it("reads rows of absolute times with empty fields", () => {
    assert.strictEqual(
      say(
        "/channels/7/bulk_update.csv",
        "time_format=absolute&updates=2018-06-14T12:12:22-0500,1,,3,,,,,8,52,13,5,ok|2018-06-14 17:12:25,2"
      ),
      "7 main: field1 1?, field3 3?, field8 8? at 2018-06-14T17:12:22Z\n7 main: field1 2? at " +
        "2018-06-14T17:12:25Z"
    )
  })

  it("refuses what has no time", () => {
    assert.strictEqual(json('[{"field1":1}]'), "malformed: an update has neither created_at nor delta_t")
    assert.strictEqual(
      json('[{"delta_t":-1,"field1":1}]'),
      "malformed: an update has neither created_at nor delta_t"
    )
    assert.strictEqual(json('[{"created_at":"x","field1":1}]'), "malformed: created_at is no time")
    assert.strictEqual(json("[5]"), "malformed: an update is not an object")
    assert.strictEqual(json("5"), "malformed: expected a list under updates")
    assert.match(json(`[${"{},".repeat(14_400)}{}]`), /^malformed: there are more/)
    const csv = (body: string) => say("/channels/7/bulk_update.csv", body)
    assert.match(csv("updates=1,2"), /^malformed: time_format/)
    assert.match(csv("time_format=relative&updates="), /^malformed: expected rows/)
    assert.match(csv("time_format=relative&updates=x,1"), /^malformed: an update does not begin with seconds/)
    assert.match(csv("time_format=absolute&updates=x,1"), /^malformed: an update does not begin with a time/)
  })
})

describe("thingspeak over MQTT", () => {
  it("reads all fields and single ones", () => {
    assert.strictEqual(
      say("channels/9/publish", "field1=1&created_at=2020-01-01"),
      "9 main: field1 1? at 2020-01-01T00:00:00Z"
    )
    assert.strictEqual(say("channels/9/publish/fields/field3", "4.5"), "9 main: field3 4.5?")
    assert.strictEqual(say("channels/9/publish/fields/field3/KEY", "4.5"), "9 main: field3 4.5?")
    assert.strictEqual(say("channels/9/publish/KEY", "field2=4"), "9 main: field2 4?")
    assert.strictEqual(say("channels/9/subscribe", "field2=4"), "not of this format")
    assert.match(
      sayTold(thingspeak.makeReader().read(message("channels/9/publish", "field1=1", { isRetained: true }))),
      /^nothing/
    )
  })
})
