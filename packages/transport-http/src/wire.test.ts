import { gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fc from "fast-check"
import * as JsonText from "./JsonText.ts"
import { limits } from "./limits.ts"
import * as Wire from "./wire.ts"

const sound = { at: "2026-06-01T10:00:00Z", powerW: 420 }
const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
const json = (value: unknown) => bytes(JSON.stringify(value))
const reasons = (
  body: Uint8Array<ArrayBuffer>,
  headers: Wire.BodyHeaders = {},
  over: Partial<typeof limits> = {}
) =>
  Wire.decode(body, headers, { ...limits, ...over }).pipe(
    Effect.flip,
    Effect.map((error) =>
      error._tag === "Malformed"
        ? error.details.map(({ field, reason }) => `${field}: ${reason}`)
        : [error._tag]
    )
  )

describe("decode", () => {
  it.effect("reads one, a list, a list under `readings` and lines, plain and gzipped", () =>
    Effect.gen(function* () {
      const ndjson = { contentType: "application/x-ndjson; charset=UTF-8" }
      const gzip = { contentType: "application/json", contentEncoding: "gzip" }
      for (const [body, headers, count] of [
        [json(sound), {}, 1],
        [json([sound, sound]), {}, 2],
        [json({ readings: [sound] }), {}, 1],
        [json([]), {}, 0],
        [bytes(`${JSON.stringify(sound)}\r\n\n${JSON.stringify(sound)}\n`), ndjson, 2],
        [new Uint8Array(gzipSync(json([sound]))), gzip, 1]
      ] as const) {
        const { readings, rejected } = yield* Wire.decode(body, headers)
        assert.strictEqual(readings.length, count)
        assert.deepStrictEqual(rejected, [])
      }
    })
  )

  it.effect("keeps the places of what it rejects, in lists longer than one turn and in lines", () =>
    Effect.gen(function* () {
      const list = Array.from({ length: 2500 }, (_, i) =>
        i % 1000 === 7 ? { ...sound, powerW: "x" } : sound
      )
      const fromList = yield* Wire.decode(json(list))
      assert.deepStrictEqual(
        fromList.rejected.map((row) => [row.index, row.field]),
        [
          [7, "powerW"],
          [1007, "powerW"],
          [2007, "powerW"]
        ]
      )
      assert.strictEqual(fromList.readings.length, 2497)
      const lines = [JSON.stringify(sound), '{"at": tomorrow}', JSON.stringify(sound)].join("\n")
      const fromLines = yield* Wire.decode(bytes(lines), { contentType: "application/x-ndjson" })
      assert.deepStrictEqual(
        fromLines.readings.map((row) => row.index),
        [0, 2]
      )
      assert.deepStrictEqual(fromLines.rejected, [
        {
          index: 1,
          field: "at",
          reason: "malformed",
          message: "lacks a JSON value where one must stand (at character 7)"
        }
      ])
    })
  )

  it.effect("names the field by the form of the body", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* reasons(json({ ...sound, powerW: "1" })), ["powerW: must be a number"])
      assert.deepStrictEqual(yield* reasons(json([5, { at: 1, powerW: 1 }])), [
        "[0]: must be an object",
        "[1].at: must be a text"
      ])
      assert.deepStrictEqual(yield* reasons(json({ readings: [{ powerW: 1 }] })), [
        "readings[0].at: is missing"
      ])
    })
  )

  it.effect("refuses what is too large before it is read", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* reasons(new Uint8Array(11), {}, { bytes: 10 }), ["PayloadTooLarge"])
      assert.deepStrictEqual(yield* reasons(json([sound, sound]), {}, { readings: 1 }), ["PayloadTooLarge"])
      const bomb = new Uint8Array(gzipSync(Buffer.alloc(30 * 1024 * 1024, " ")))
      assert.isBelow(bomb.length, 100_000)
      assert.deepStrictEqual(yield* reasons(bomb, { contentEncoding: "gzip" }), ["PayloadTooLarge"])
    })
  )

  it.effect("refuses types, charsets and compressions it does not read", () =>
    Effect.gen(function* () {
      for (const headers of [
        { contentType: "text/plain" },
        { contentType: "application/json; charset=utf-16" },
        { contentEncoding: "br" }
      ]) {
        assert.deepStrictEqual(yield* reasons(json(sound), headers), ["UnsupportedMediaType"])
      }
    })
  )

  it.effect.each([
    ["", "is empty"],
    [" \n", "is empty"],
    ['{"at":"x', "ends inside a text (at character 8)"],
    ["[1,2", "ends too early (at character 4)"],
    ['{"powerW": NaN}', "lacks a JSON value where one must stand (at character 11)"],
    ["\ufeff{}", "begins with a byte order mark; leave it out (at character 0)"],
    ["{} x", "has more text after the end of the JSON value (at character 3)"],
    [
      `{${Array.from({ length: 257 }, (_, i) => `"k${i}":1`).join(",")}}`,
      "has more than 256 fields (at character 2195)"
    ],
    ['{"a":1,"\\u0061":2}', "appears twice (at character 7)"],
    ["[".repeat(65) + "]".repeat(65), "is nested deeper than 64 levels (at character 64)"]
  ] as const)("says of %j why and where", ([text, expected]) =>
    Effect.gen(function* () {
      const [reason] = yield* reasons(bytes(text))
      assert.strictEqual(reason?.replace(/^[^:]*: /, ""), expected)
    })
  )

  it.effect("refuses bytes that are not UTF-8, and a gzip that is cut", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* reasons(new Uint8Array([0xff, 0xfe, 0x7b, 0x00])), [
        ": is not valid UTF-8"
      ])
      const cut = new Uint8Array(gzipSync(json(sound))).slice(0, 20)
      assert.deepStrictEqual(yield* reasons(cut, { contentEncoding: "gzip" }), [
        ": is not a complete gzip stream"
      ])
    })
  )
})

const parses = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe("JsonText", () => {
  it("finds nothing wrong with what JSON.stringify writes", () => {
    fc.assert(fc.property(fc.json({ maxDepth: 6 }), (text) => JsonText.check(text, 64) === undefined))
  })

  it("agrees with JSON.parse about mutated texts, save for what only it refuses", () => {
    const mutated = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom("", '"', "{", "]", ",", ":", "1", "\\", "\n", "-", "e"))
      .map(([text, at, piece]) => {
        const cut = at % (text.length + 1)
        return text.slice(0, cut) + piece + text.slice(cut + 1)
      })
    fc.assert(
      fc.property(mutated, (text) => {
        const fault = JsonText.check(text, 64)
        const own = fault?.reason === "appears twice" || fault?.reason.startsWith("is nested")
        return own === true || (fault === undefined) === parses(text)
      }),
      { numRuns: 3000 }
    )
  })

  it("walks ten megabytes of brackets or of one text without growing the stack", () => {
    const size = 10 * 1024 * 1024
    assert.strictEqual(JsonText.check("[".repeat(size), 64)?.position, 64)
    assert.strictEqual(JsonText.check(`"${"a".repeat(size)}"`, 64), undefined)
    assert.strictEqual(JsonText.check(`"${"\\n".repeat(size / 2)}"`, 64), undefined)
    assert.strictEqual(JsonText.check("9".repeat(size), 64), undefined)
  })
})
