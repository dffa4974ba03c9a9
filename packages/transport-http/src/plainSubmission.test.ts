import { assert, describe, it } from "@effect/vitest"
import { Submission } from "@wattkit/core"
import { Effect, Result } from "effect"
import * as fc from "fast-check"
import * as JsonText from "./JsonText.ts"
import { limits } from "./limits.ts"
import { plainSubmission } from "./plainSubmission.ts"
import { decode } from "./wire.ts"

const at = "2026-06-01T10:00:00Z"

describe("plainSubmission", () => {
  it("reads one reading and lists of them", () => {
    const one = `{"at":"${at}","powerW":5}`
    for (const text of [
      one,
      `[${one}]`,
      ` [ ${one},\n${one} ] `,
      `[{"at":"${at}","channel":"l1","powerW":5}]`
    ]) {
      assert.deepStrictEqual(plainSubmission(text), Submission.decode(JSON.parse(text)))
    }
    assert.deepStrictEqual(plainSubmission("[]"), { readings: [], rejected: [] })
  })

  it("leaves what is ambiguous, broken or written with escapes to a closer look", () => {
    for (const text of [
      `{"at":"${at}","powerW":5,"powerW":6}`,
      `{"at":"${at}","at":"${at}","powerW":5}`,
      `[{"at":"${at}","powerW":5},{"at":"${at}","voltageV":1,"voltageV":1}]`,
      `{"at":"${at}","power\\u0057":5}`,
      `{"at":"${at}","powerW":5`,
      `\ufeff{"at":"${at}","powerW":5}`,
      `{"readings":[]}`,
      `{"at":"${at}","powerW":"5"}`,
      "",
      "5"
    ]) {
      assert.isUndefined(plainSubmission(text), text)
    }
  })

  it("reads nothing that a closer look finds fault with", () => {
    const pieces = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"',
      `"at"`,
      `"${at}"`,
      `"powerW"`,
      `"channel"`,
      `"main"`,
      "5",
      "1e400",
      " ",
      `{"at":"${at}","powerW":5}`,
      `"powerW":6`,
      "null",
      "\\"
    )
    let read = 0
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join("")
        const plain = plainSubmission(text)
        if (plain === undefined) return
        read++
        assert.isUndefined(JsonText.check(text, limits.depth), text)
        assert.deepStrictEqual(plain, Submission.decode(JSON.parse(text)))
      }),
      { numRuns: 20_000 }
    )
    assert.isAbove(read, 10)
  })

  it.effect("is what decode answers, and what it does not read is refused with a reason", () =>
    Effect.gen(function* () {
      const bytes = (text: string) => new TextEncoder().encode(text)
      const twice = yield* Effect.result(decode(bytes(`{"at":"${at}","powerW":5,"powerW":6}`)))
      assert.isTrue(Result.isFailure(twice))
      const { readings } = yield* decode(bytes(`[{"at":"${at}","powerW":5}]`))
      assert.strictEqual(readings.length, 1)
    })
  )
})
