import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { assert, describe, it } from "vitest"
import * as TimeZone from "./TimeZone.ts"

describe("TimeZone", () => {
  it("keeps the name as it was written", () => {
    const decode = Schema.decodeUnknownSync(TimeZone.TimeZone)
    for (const name of [
      "Asia/Kathmandu",
      "Asia/Katmandu",
      "Asia/Calcutta",
      "America/Argentina/Buenos_Aires",
      "UTC"
    ]) {
      assert.strictEqual(decode(name), name)
      assert.strictEqual(TimeZone.makeOrThrow(name), name)
    }
  })

  it("refuses what is no zone with an error that names it", () => {
    for (const name of ["", "Mars/Base", "+01:00", "-0500", "Europe/Berlin ", "x".repeat(100)]) {
      const result = TimeZone.make(name)
      assert.isTrue(Result.isFailure(result) && result.failure._tag === "UnknownTimeZone", name)
      assert.isTrue(Result.isFailure(result) && result.failure.zone === name)
      assert.isFalse(Schema.is(TimeZone.TimeZone)(name))
    }
  })
})
