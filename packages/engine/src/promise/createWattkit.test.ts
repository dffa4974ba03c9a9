import { assert, describe, it } from "vitest"
import { createWattkit } from "./createWattkit.ts"

const house = { name: "House", kind: "house", zone: "Europe/Berlin", currency: "EUR" } as const

describe("createWattkit", () => {
  it("takes a reading from a device to a live listener with plain values and promises", async () => {
    const wattkit = await createWattkit()
    try {
      const { id: locationId } = await wattkit.createLocation(house)
      const { id } = await wattkit.registerDevice({
        locationId,
        name: "Meter",
        role: "grid",
        kind: "grid_meter"
      })
      const at = new Date(Date.now() - 1000).toISOString()
      assert.deepStrictEqual(await wattkit.ingest(id, { at, powerW: 420, importWh: 1000 }), {
        accepted: 1,
        duplicates: 0,
        rejected: []
      })
      for await (const update of wattkit.live({ deviceIds: [id] })) {
        assert.deepStrictEqual(
          update.readings.map((reading) => reading.powerW),
          [420]
        )
        break
      }
      const found = []
      const span = { from: "2020-01-01T00:00:00Z", to: "2100-01-01T00:00:00Z" }
      for await (const reading of wattkit.readings({ deviceId: id, ...span })) found.push(reading.importWh)
      assert.deepStrictEqual(found, [1000])
      assert.deepStrictEqual((await wattkit.latest(id)).length, 1)
    } finally {
      await wattkit.close()
    }
  })

  it("rejects with a typed error that says what is wrong", async () => {
    const wattkit = await createWattkit()
    try {
      const nowhere = await wattkit
        .ingest("nobody", { at: "2026-01-01T00:00:00Z", powerW: 1 })
        .catch((e) => e)
      assert.strictEqual(nowhere._tag, "NotFound")
      const wrong = await wattkit.createLocation({ ...house, zone: "Mars/Olympus" }).catch((e) => e)
      assert.match(String(wrong.message), /IANA time zone[^]*"zone"/)
      const missing = await wattkit.registerDevice({ locationId: "nowhere" } as never).catch((e) => e)
      assert.match(String(missing.message), /"role"/)
    } finally {
      await wattkit.close()
    }
  })
})
