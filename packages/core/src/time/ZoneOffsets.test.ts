import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import * as TimeZone from "./TimeZone.ts"
import * as ZoneOffsets from "./ZoneOffsets.ts"

const HOUR = 3_600_000
const FROM = Date.UTC(1970, 0, 1)
const TO = Date.UTC(2041, 0, 1)

const ZONES = [
  "Africa/Cairo Africa/Casablanca Africa/El_Aaiun Africa/Johannesburg Africa/Monrovia Africa/Windhoek",
  "America/Anchorage America/Argentina/San_Luis America/Caracas America/Chicago America/Guyana",
  "America/Havana America/Los_Angeles America/Mexico_City America/New_York America/Nuuk America/Santiago",
  "America/Sao_Paulo America/St_Johns Antarctica/Casey Antarctica/Troll Asia/Amman Asia/Dhaka Asia/Gaza",
  "Asia/Kathmandu Asia/Kolkata Asia/Pyongyang Asia/Shanghai Asia/Tehran Asia/Tokyo",
  "Australia/Eucla Australia/Lord_Howe",
  "Australia/Sydney Europe/Berlin Europe/Dublin Europe/Istanbul Europe/Lisbon Europe/London",
  "Europe/Moscow Europe/Volgograd",
  "Pacific/Apia Pacific/Auckland Pacific/Chatham Pacific/Fiji Pacific/Kiritimati Pacific/Norfolk UTC"
].flatMap((line) => line.split(" "))

/** Another way to ask the platform than the implementation uses. */
const intlOffset = (zone: string): ((instant: number) => number) => {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" })
  return (instant) => {
    const match = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(format.format(instant))
    const [, sign, hours = "0", minutes = "0", seconds = "0"] = match ?? []
    return (sign === "-" ? -1 : 1) * ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000
  }
}

describe("ZoneOffsets", () => {
  it.each(ZONES)("agrees with Intl from 1970 to 2040 in %s", (zone) => {
    const offsets = ZoneOffsets.ofZone(TimeZone.makeOrThrow(zone))
    const expected = intlOffset(zone)
    let previous = offsets(FROM)
    for (let span = previous; span.start < TO; span = offsets(span.end)) {
      assert.isBelow(span.start, span.end)
      if (span.offset !== previous.offset) {
        assert.strictEqual(
          expected(span.start - 1000) + 0,
          previous.offset + 0,
          new Date(span.start).toISOString()
        )
        assert.strictEqual(expected(span.start) + 0, span.offset + 0, new Date(span.start).toISOString())
      }
      previous = span
    }
    // Every five days at another hour: what lies between changes and whether one was missed.
    for (let at = FROM; at < TO; at += 121 * HOUR) {
      assert.strictEqual(offsets(at).offset + 0, expected(at) + 0, new Date(at).toISOString())
    }
  })

  it("knows offsets with seconds of the time before zones", () => {
    const paris = ZoneOffsets.ofZone(TimeZone.makeOrThrow("Europe/Paris"))
    assert.strictEqual(paris(Date.UTC(1890, 0, 1)).offset, (9 * 60 + 21) * 1000)
    const monrovia = ZoneOffsets.ofZone(TimeZone.makeOrThrow("Africa/Monrovia"))
    assert.strictEqual(monrovia(0).offset, -(44 * 60 + 30) * 1000)
  })

  it("answers the same whatever was asked before", () => {
    const shared = ZoneOffsets.ofZone(TimeZone.makeOrThrow("Europe/Berlin"))
    const instant = fc.integer({ min: FROM, max: TO })
    fc.assert(
      fc.property(instant, (at) => {
        const span = shared(at)
        assert.isTrue(at >= span.start && at < span.end)
        assert.deepStrictEqual(ZoneOffsets.ofZone(TimeZone.makeOrThrow("Europe/Berlin"))(at), span)
      }),
      { numRuns: 30 }
    )
  })
})
