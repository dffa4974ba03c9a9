import { quantities } from "@wattkit/core"
import { assert, describe, it } from "vitest"
import type { Said } from "../Said.ts"
import { applyFields } from "./applyFields.ts"
import { knownNames, meaningOfName } from "./knownNames.ts"

describe("well-known names", () => {
  it("mean the same in any case and with any separator", () => {
    for (const name of ["total_kwh", "TotalKWh", "total-kWh", "TOTAL_KWH"]) {
      assert.deepStrictEqual(meaningOfName(name), { quantity: "importWh", scale: 1000 })
    }
    assert.deepStrictEqual(meaningOfName("W"), { quantity: "powerW", scale: 1 })
    assert.deepStrictEqual(meaningOfName("apower"), { quantity: "powerW", scale: 1 })
    assert.deepStrictEqual(meaningOfName("export_kwh"), { quantity: "exportWh", scale: 1000 })
  })

  it("are none where nobody can tell", () => {
    for (const name of [
      "energy",
      "total",
      "today_kwh",
      "value",
      "temperature",
      "constructor",
      "__proto__",
      ""
    ]) {
      assert.strictEqual(meaningOfName(name), undefined, name)
    }
  })

  it("name quantities of readings, each once", () => {
    for (const [name, { quantity }] of knownNames) {
      assert.include(quantities, quantity)
      assert.deepStrictEqual(meaningOfName(name), knownNames.get(name))
      assert.match(name, /^[a-z0-9]+$/)
    }
  })
})

describe("applyFields", () => {
  const said: Said = {
    subject: "s",
    channel: "main",
    at: undefined,
    quantities: { powerW: 1 },
    unknown: { energy: 1.001, noise: 3, other: 4 }
  }

  it("gives unknown numbers the meaning a person said they have", () => {
    const fields = {
      energy: { quantity: "importWh", scale: 1000 },
      noise: { quantity: "ignored", scale: 1 }
    } as const
    assert.deepStrictEqual(applyFields(said, fields), {
      ...said,
      quantities: { powerW: 1, importWh: 1001 },
      unknown: { other: 4 }
    })
  })

  it("lets a person's word stand above the format's", () => {
    const applied = applyFields(said, { other: { quantity: "powerW", scale: -1 } })
    assert.strictEqual(applied.quantities.powerW, -4)
  })

  it("leaves out what is no number any more", () => {
    const beyond: Said = { ...said, unknown: { energy: 1e308 } }
    assert.deepStrictEqual(applyFields(beyond, { energy: { quantity: "importWh", scale: 1000 } }), {
      ...said,
      unknown: {}
    })
  })

  it("leaves everything as it is where nothing was said", () => {
    assert.deepStrictEqual(applyFields(said, {}), said)
  })
})
