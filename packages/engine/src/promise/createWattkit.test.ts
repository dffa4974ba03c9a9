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

  it("lets an app correct, release and ask for usage with plain values", async () => {
    const wattkit = await createWattkit()
    try {
      const { id: locationId } = await wattkit.createLocation(house)
      const meter = { locationId, name: "Meter", role: "grid", kind: "grid_meter" } as const
      const { id } = await wattkit.registerDevice(meter)
      const at = (time: string) => `2026-03-29T${time}:00Z`
      const day = { from: "2026-03-28T23:00:00Z", to: "2026-03-29T22:00:00Z" }
      await wattkit.ingest(id, [
        { at: at("10:00"), importWh: 1000 },
        { at: at("10:15"), importWh: 1200 },
        { at: at("10:30"), importWh: 1500 }
      ])
      const used = async () => {
        const found: Array<ReadonlyArray<unknown>> = []
        for await (const { imported, quality } of wattkit.usage({
          deviceId: id,
          ...day,
          resolution: "P1D"
        })) {
          found.push([imported, quality])
        }
        return found
      }
      assert.deepStrictEqual(await used(), [[500_000, "measured"]])
      const readings = [{ at: at("10:30"), importWh: 1400 }]
      const corrected = await wattkit.correct(id, { reason: "misread", readings })
      assert.strictEqual(corrected.revised, 1)
      assert.deepStrictEqual(await used(), [[400_000, "edited"]])
      const versions = await wattkit.revisions({ deviceId: id, at: at("10:30") })
      assert.deepStrictEqual(
        versions.map(({ provenance, reading }) => [reading?.importWh, provenance?.by]),
        [
          [1500, undefined],
          [1400, "embedded"]
        ]
      )
      const total = await wattkit.totalUsage({ locationId, ...day, resolution: "PT1H" })
      assert.deepStrictEqual(
        total.cells.map(({ imported }) => Number(imported)),
        [400_000]
      )
      const heat = await wattkit.heatMap({ locationId, ...day })
      assert.deepStrictEqual(
        heat.cells.map(({ date, hour }) => [date, hour]),
        [["2026-03-29", 12]]
      )
      assert.strictEqual((await wattkit.setUsageRules(id, { maxPowerW: 100 })).maxPowerW, 100)
      assert.strictEqual((await wattkit.usageRules(id)).basis, "register")
      assert.strictEqual(
        (await wattkit.totalUsage({ locationId, ...day, resolution: "P1D" })).cells[0]?.imported,
        null
      )

      const ahead = new Date(Date.now() + 7_200_000).toISOString()
      await wattkit.ingest(id, [
        { at: ahead, powerW: 1 },
        { at: at("10:00"), importWh: 9 }
      ])
      const reasons = []
      for await (const { reason } of wattkit.quarantined(id)) reasons.push(reason)
      assert.deepStrictEqual(reasons, ["conflict", "future"])
      assert.strictEqual((await wattkit.clock(id)).skewMs, null)
      assert.strictEqual((await wattkit.release({ deviceId: id, reason: "future" }, -7_200_000)).released, 1)
      assert.strictEqual((await wattkit.drop({ deviceId: id })).dropped, 1)
      const struck = { deviceId: id, ...day, reason: "another meter" }
      assert.strictEqual((await wattkit.strikeOut(struck)).struckOut, 3)

      const nobody = await wattkit.totalUsage({ period: "today" }).catch((error: unknown) => String(error))
      assert.match(nobody as string, /deviceId or locationId/)
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
