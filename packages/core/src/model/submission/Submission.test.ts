import { assert, describe, it } from "vitest"
import * as Instant from "../../time/Instant.ts"
import { mainChannel } from "../ids.ts"
import * as Submission from "./Submission.ts"

const sound = { at: "2026-03-29T01:59:59.500+01:00", powerW: 1520, importWh: 12_345_678.9 }

const reasons = (body: unknown) =>
  Submission.decode(body).rejected.map(({ field, index, message }) => `${index} ${field}: ${message}`)

describe("Submission", () => {
  it("reads one reading, a list, and a list under `readings`, all alike", () => {
    for (const body of [sound, [sound], { readings: [sound] }]) {
      const { readings, rejected } = Submission.decode(body)
      assert.deepStrictEqual(rejected, [])
      assert.deepStrictEqual(
        readings.map((row) => ({ ...row, reading: { ...row.reading } })),
        [
          {
            index: 0,
            reading: {
              at: Instant.fromStringOrThrow("2026-03-29T00:59:59.500Z"),
              channel: mainChannel,
              powerW: 1520,
              importWh: 12_345_678.9
            }
          }
        ]
      )
    }
  })

  it("judges each reading alone and keeps its place", () => {
    const { readings, rejected } = Submission.decode([sound, 5, sound, { at: "now" }])
    assert.deepStrictEqual(
      readings.map((row) => row.index),
      [0, 2]
    )
    assert.deepStrictEqual([...new Set(rejected.map((row) => row.index))], [1, 3])
  })

  it.each([
    [null, "0 : must be an object"],
    ["text", "0 : must be an object"],
    [{ ...sound, powerW: "1520" }, "0 powerW: must be a number"],
    [{ ...sound, powerW: null }, "0 powerW: must be a number"],
    [{ ...sound, powerw: 1 }, "0 powerw: is not a known field"],
    [{ powerW: 1 }, "0 at: is missing"],
    [
      { ...sound, at: "2026-03-29T01:59:59" },
      "0 at: the offset is missing: end with Z or with an offset such as +01:00"
    ],
    [{ ...sound, at: "2026-02-30T00:00:00Z" }, "0 at: the calendar has no such date"],
    [{ at: sound.at }, "0 : must carry at least one quantity, such as powerW, importWh, exportWh"],
    [{ at: sound.at, extra: {} }, "0 : must carry at least one quantity, such as powerW, importWh, exportWh"],
    [{ ...sound, powerW: Infinity }, "0 powerW: must be a finite number"],
    [{ ...sound, importWh: -1 }, "0 importWh: must be between 0 and 9000000000000"],
    [{ ...sound, extra: { flowLph: "x" } }, "0 extra.flowLph: must be a number"],
    [{ ...sound, channel: "a b" }, "0 channel: must be 1 to 64 characters of A-Z a-z 0-9 . _ : -"]
  ])("says of %j what is wrong and where", (body, expected) => {
    assert.include(reasons(body), expected)
  })

  it("takes a huge body in one piece", () => {
    const { readings, rejected } = Submission.decode(Array.from({ length: 20_000 }, () => sound))
    assert.strictEqual(readings.length, 20_000)
    assert.strictEqual(rejected.length, 0)
  })
})
