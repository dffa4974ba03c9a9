import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as fc from "fast-check"
import * as Instant from "./Instant.ts"

const at = Instant.fromStringOrThrow

const reason = (text: string): string => {
  const result = Instant.fromString(text)
  return Result.isFailure(result) ? result.failure.message : "accepted"
}

describe("Instant", () => {
  it("reads offsets, lower case letters and fractions cut to milliseconds", () => {
    assert.strictEqual(at("1970-01-01T00:00:00Z"), 0)
    assert.strictEqual(at("2026-03-29T01:30:00+01:00"), Date.UTC(2026, 2, 29, 0, 30))
    assert.strictEqual(at("2026-03-29t01:30:00.5z"), Date.UTC(2026, 2, 29, 1, 30, 0, 500))
    assert.strictEqual(at("2026-03-29T01:30:00.123999999-05:45"), Date.UTC(2026, 2, 29, 7, 15, 0, 123))
    assert.strictEqual(at("2024-02-29T23:59:59.999Z"), Date.UTC(2024, 1, 29, 23, 59, 59, 999))
  })

  it("says why a text is refused", () => {
    assert.include(reason("2026-03-29T01:30:00"), "offset is missing")
    assert.include(reason("2026-02-30T00:00:00Z"), "no such date")
    assert.include(reason("2025-02-29T00:00:00Z"), "no such date")
    assert.include(reason("2026-13-01T00:00:00Z"), "no such date")
    assert.include(reason("2016-12-31T23:59:60Z"), "leap second")
    assert.include(reason("2026-01-01T24:00:00Z"), "no such time")
    assert.include(reason("2026-01-01T10:60:00Z"), "no such time")
    assert.include(reason("2026-01-01T10:00:00.1234567890Z"), "nanoseconds")
    assert.include(reason("2026-01-01T10:00:00+24:00"), "offset")
    assert.include(reason("1969-12-30T23:59:59Z"), "1970")
    const malformed = ["", "2026-01-01", "2026-01-01 10:00:00Z", "2026-01-01T10:00Z", "2026-01-01T10:00:00.Z"]
    const almost = [
      "2026-01-01T10:00:00+0100",
      "2026/01/01T10:00:00Z",
      "2026-01-01T10.00:00Z",
      "+2026-1-01T10:00:00Z"
    ]
    const tails = [
      "2026-01-01T10:00:00Zx",
      "2026-01-01T10:00:00+01:00 ",
      "2026-01-01T10:00:00,5Z",
      "x".repeat(1000)
    ]
    for (const text of [...malformed, ...almost, ...tails])
      assert.include(reason(text), "expected an RFC 3339", text)
  })

  it("explains every refusal and never accepts what Date.parse does not", () => {
    const digit = fc.integer({ min: 0, max: 99 }).map((n) => String(n).padStart(2, "0"))
    const zone = fc.constantFrom("Z", "z", "+01:00", "-11:30", "+23:59", "+24:00", "", "+1:00")
    const text = fc
      .tuple(digit, digit, digit, digit, digit, zone)
      .map(
        ([month, day, hour, minute, second, offset]) =>
          `2026-${month}-${day}T${hour}:${minute}:${second}${offset}`
      )
    fc.assert(
      fc.property(text, (candidate) => {
        const result = Instant.fromString(candidate)
        if (Result.isSuccess(result)) assert.strictEqual(result.success, Date.parse(candidate))
        else assert.notInclude(result.failure.message, "outside")
      }),
      { numRuns: 2000 }
    )
  })

  it("writes UTC with milliseconds only when needed, and reads back what it writes", () => {
    assert.strictEqual(Instant.format(at("2026-03-29T01:30:00+01:00")), "2026-03-29T00:30:00Z")
    assert.strictEqual(Instant.format(at("2026-03-29T01:30:00.070+01:00")), "2026-03-29T00:30:00.070Z")
    const millis = fc.integer({ min: Instant.MIN_MILLIS, max: Instant.MAX_MILLIS })
    fc.assert(fc.property(millis, (ms) => assert.strictEqual(at(Instant.format(ms as Instant.Instant)), ms)))
  })

  it("accepts whole milliseconds within the years", () => {
    assert.isTrue(Result.isSuccess(Instant.make(Instant.MAX_MILLIS)))
    for (const ms of [
      Instant.MAX_MILLIS + 1,
      Instant.MIN_MILLIS - 1,
      0.5,
      Number.NaN,
      Number.POSITIVE_INFINITY
    ]) {
      assert.isTrue(Result.isFailure(Instant.make(ms)))
    }
  })

  it("decodes and encodes the wire form", () => {
    const decode = Schema.decodeUnknownResult(Instant.InstantFromString)
    assert.deepStrictEqual(
      Result.getOrThrow(decode("2026-03-29T01:30:00+01:00")),
      Date.UTC(2026, 2, 29, 0, 30)
    )
    assert.strictEqual(
      Schema.encodeSync(Instant.InstantFromString)(at("2026-03-29T01:30:00+01:00")),
      "2026-03-29T00:30:00Z"
    )
    const refused = decode("2026-03-29T01:30:00")
    assert.isTrue(Result.isFailure(refused) && refused.failure.message.includes("offset is missing"))
    assert.isTrue(Result.isFailure(decode(0)))
  })

  it.effect("takes the present from the clock", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1234)
      assert.strictEqual(yield* Instant.now, 1234)
    })
  )
})
