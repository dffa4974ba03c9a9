import { type DeviceReading, quantities, Reading, Submission } from "@wattkit/core"
import { Schema } from "effect"
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import { hear, pieces, reading } from "../rows.fixture.ts"
import { least, most } from "../Row.ts"
import { NdjsonReader } from "./NdjsonReader.ts"
import * as NdjsonText from "./text.ts"

const read = (text: string, cut?: ReadonlyArray<number>, thoroughly = false) =>
  hear(
    (sink) => new NdjsonReader({ defaults: {}, from: { offset: 0, line: 1 }, thoroughly }, sink),
    new TextEncoder().encode(text),
    cut
  )

const sound = '{"device":"m1","at":"2026-01-01T00:00:00Z","powerW":1}'

describe("NdjsonReader", () => {
  it("reads what was written back to the same readings, however it is cut", () => {
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 6 }), pieces, (readings, cut) => {
        const heard = read(NdjsonText.rows(readings), cut)
        assert.deepStrictEqual(heard.faults, [])
        assert.deepStrictEqual(
          heard.readings.map(([, one]) => one),
          readings
        )
      }),
      { numRuns: 150 }
    )
  })

  it.each([
    ["[]", "", "must be an object"],
    ["{", "", "ends too early"],
    [sound.replace("1}", '1,"powerW":2}'), "powerW", "appears twice"],
    [sound.replace('"device":"m1",', ""), "device", "is missing"],
    [sound.replace("m1", "a b"), "device", "must be 1 to 64"],
    [sound.replace("T00:00:00Z", "T00:00:00"), "at", "the offset is missing"],
    [sound.replace("T00", " 00"), "at", "expected an RFC 3339"],
    [sound.replace("powerW", "watts"), "watts", "is not a known field"],
    [sound.replace(":1}", ":01}"), "powerW", ""]
  ])("says of %j which field and why, and reads its neighbours", (line, field, message) => {
    const heard = read(`${sound}\n${line}\n\n${sound}`)
    assert.deepStrictEqual(
      heard.readings.map(([at]) => at),
      [1, 4]
    )
    const fault = heard.faults[0]?.[1].find((one) => one.field === field)
    assert.strictEqual(heard.faults[0]?.[0], 2)
    assert.isDefined(fault)
    assert.include(fault?.message, message)
  })

  it("says of every line what the schema says of it", () => {
    const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, 1e3, -5, 0.1))
    const value = fc.oneof(
      number,
      fc.constantFrom(null, "1", "2026-01-01T00:00:00Z", "2026-01-01 00:00:00Z", "m1", ".", [], {}),
      fc.string()
    )
    const instant = fc.integer({ min: 0, max: 4e12 }).map((at) => new Date(at).toISOString())
    const row = fc
      .tuple(
        fc.record({ device: fc.constantFrom("m1", "m-2"), at: instant, powerW: number }),
        fc.dictionary(
          fc.constantFrom("at", "since", "channel", "importDeltaWh", "extra", "watts", ...quantities),
          value,
          {
            maxKeys: 2,
            noNullPrototype: true
          }
        )
      )
      .map(([base, other]): { device: string } => ({ ...base, ...other }))
    fc.assert(
      fc.property(row, fc.constantFrom("", " "), (one, space) => {
        const text = JSON.stringify(one).replaceAll(':"', `:${space}"`)
        const heard = read(`${text}\n`)
        const { device, ...rest } = JSON.parse(text) as { device: string }
        const { readings, rejected } = Submission.decode([rest])
        const expected = readings.map(({ reading: decoded }) => ({ deviceId: device, ...decoded }))
        assert.deepStrictEqual(
          heard.readings.map(([, decoded]) => decoded),
          expected as ReadonlyArray<unknown> as Array<DeviceReading>
        )
        assert.deepStrictEqual(
          heard.faults.flatMap(([, all]) => all),
          rejected.map(({ field, message }) => ({ field, message }))
        )
      }),
      { numRuns: 500 }
    )
  })

  it("reads mutated lines from their bytes as it reads them thoroughly", () => {
    const mutated = fc
      .tuple(
        reading,
        fc.nat(),
        fc.constantFrom("", '"', "{", "}", ",", ":", "0", "\\", "\n", "-", " ", "\u00e4", "\r")
      )
      .map(([one, at, piece]) => {
        const line = NdjsonText.rows([one])
        const cut = at % line.length
        return line.slice(0, cut) + piece + line.slice(cut + 1)
      })
    fc.assert(
      fc.property(fc.array(mutated, { minLength: 1, maxLength: 5 }), pieces, (lines, cut) => {
        assert.deepStrictEqual(read(lines.join(""), cut), read(lines.join(""), undefined, true))
      }),
      { numRuns: 300 }
    )
  })
})

describe("the limits of plain rows", () => {
  it("are those of the schema", () => {
    const isReading = Schema.is(Reading)
    quantities.forEach((name, i) => {
      const at = (value: number) => isReading({ at: 0, channel: "main", [name]: value })
      for (const limit of [least[i]!, most[i]!]) assert.isTrue(at(limit), `${name} ${limit}`)
      const step = Math.max(1e-6, Math.abs(most[i]!) * 1e-9)
      assert.isFalse(at(most[i]! + step), name)
      assert.isFalse(at(least[i]! - step), name)
    })
  })
})
