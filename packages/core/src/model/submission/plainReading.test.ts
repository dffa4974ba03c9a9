import { assert, describe, it } from "vitest"
import * as fc from "fast-check"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { plainReading } from "./plainReading.ts"
import { bounds, quantities, ReadingFromWire } from "../Reading.ts"

const bySchema = Schema.decodeUnknownResult(ReadingFromWire, { errors: "all", onExcessProperty: "error" })

const instants = fc.oneof(
  fc
    .date({ min: new Date("1969-01-01"), max: new Date("9999-12-31"), noInvalidDate: true })
    .map((at) => at.toISOString()),
  fc.constantFrom(
    "2026-06-01T10:00:00+02:00",
    "2026-06-01T10:00:00",
    "2026-02-30T00:00:00Z",
    "now",
    "",
    1,
    null
  )
)

const numbers = fc.oneof(
  fc.double(),
  fc.double({ min: -1000, max: 1000, noNaN: true }),
  fc.constantFrom(...Object.values(bounds).flat(), -0, 9e12 + 1, "5", null, true, undefined, {}, [1])
)

const rows = fc.oneof(
  fc.record(
    {
      at: instants,
      channel: fc.constantFrom("main", "l1", ".", "..", "a/b", "", 7, null, "x".repeat(65)),
      ...Object.fromEntries(quantities.map((name) => [name, numbers])),
      since: fc.constantFrom("2026-06-01T10:00:00Z", 5),
      extra: fc.constantFrom({}, { flowLph: 1 }, null),
      other: fc.constant(1)
    },
    { requiredKeys: [] }
  ),
  fc.record({ at: instants, powerW: fc.double({ min: -1e6, max: 1e6, noNaN: true }) }),
  fc.anything()
)

describe("plainReading", () => {
  it("reads nothing that the schema reads otherwise or refuses", () => {
    let read = 0
    fc.assert(
      fc.property(rows, (row) => {
        const plain = plainReading(row)
        if (plain === undefined) return
        read++
        const decoded = bySchema(row)
        assert.isTrue(Result.isSuccess(decoded), JSON.stringify(row))
        if (Result.isSuccess(decoded)) assert.deepStrictEqual(plain, { ...decoded.success })
      }),
      { numRuns: 20_000 }
    )
    assert.isAbove(read, 1000)
  })

  it("reads what almost every device sends", () => {
    assert.deepEqual(
      { ...plainReading({ at: "2026-06-01T10:00:00Z", powerW: 420.5, importWh: 12_345 }) },
      { at: Date.UTC(2026, 5, 1, 10), channel: "main", powerW: 420.5, importWh: 12_345 }
    )
    assert.isDefined(plainReading({ channel: "l1", exportWh: 0, at: "2026-06-01T12:00:00.250+02:00" }))
  })

  it("leaves the rest to the schema", () => {
    const at = "2026-06-01T10:00:00Z"
    for (const row of [
      { at },
      { at, extra: { flowLph: 1 } },
      { at, importDeltaWh: 1, since: at },
      { at, powerW: 1, __proto__: { voltageV: 1 } },
      JSON.parse(`{"at":"${at}","powerW":1,"__proto__":{"voltageV":1}}`),
      [],
      null
    ]) {
      const isInherited = row !== null && Object.getPrototypeOf(row) !== Object.prototype
      if (!isInherited || Array.isArray(row)) assert.isUndefined(plainReading(row))
    }
  })
})
