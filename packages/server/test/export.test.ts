import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DeviceId, type DeviceReading, Instant, type KeptResolution, ReadingStore } from "@wattkit/core"
import { Arbitraries } from "@wattkit/testkit"
import { Effect } from "effect"
import * as fc from "fast-check"
import { afterAll, assert, describe, it } from "vitest"
import { exportFile } from "../src/cli/export/exportFile.ts"
import * as StorageOrigin from "../src/cli/export/storageOrigin.ts"
import { bring, never, scratch, stored, type Stores, stores, tenantId } from "./fixtures/transfer.ts"

const { folder, remove } = scratch()
afterAll(remove)

const ids = ["m0", "m1", "m2"].map((id) => DeviceId.make(id))
const channels = ["main", "L1", "l1", "string:2", "0"]
const all = { start: Instant.MIN_MILLIS, end: Instant.MAX_MILLIS } as never

interface Options {
  readonly mayResume?: boolean
  readonly resolution?: KeptResolution
  readonly deviceIds?: ReadonlyArray<DeviceId>
}

const take = (runtime: Stores, path: string, options: Options = {}) =>
  runtime.runPromise(
    Effect.gen(function* () {
      return yield* exportFile({
        path,
        format: path.includes(".ndjson") ? "ndjson" : "csv",
        origin: yield* StorageOrigin.make(tenantId),
        selection: { deviceIds: options.deviceIds ?? [], locationIds: [] },
        channel: undefined,
        within: all,
        resolution: options.resolution,
        mayResume: options.mayResume === true,
        stop: never
      })
    })
  )

const append = (runtime: Stores, readings: ReadonlyArray<DeviceReading>) =>
  runtime.runPromise(ReadingStore.use((store) => store.append(tenantId, readings)))

const readings = fc.array(Arbitraries.deviceReading(ids, 40), { maxLength: 30 })

describe("export", () => {
  it.each(["csv", "ndjson", "csv.gz", "ndjson.gz"])(
    "as %s and imported again is the same",
    async (extension) => {
      const path = join(folder, `round.${extension}`)
      await fc.assert(
        fc.asyncProperty(readings, async (some) => {
          const [from, to] = [await stores(ids), await stores(ids)]
          await append(from, some)
          await take(from, path)
          const { accepted, rejected } = await bring(to, path)
          const expected = await stored(from, ids, channels)
          assert.deepStrictEqual(await stored(to, ids, channels), expected)
          assert.deepStrictEqual([accepted, rejected], [expected.length, 0])
        }),
        { numRuns: 30 }
      )
    }
  )

  it.each(["csv", "ndjson"])("cut anywhere and resumed is the same %s file", async (extension) => {
    const path = join(folder, `cut.${extension}`)
    await fc.assert(
      fc.asyncProperty(readings, fc.double({ min: 0, max: 1, noNaN: true }), async (some, share) => {
        const runtime = await stores(ids)
        await append(runtime, some)
        await take(runtime, path)
        const whole = readFileSync(path)
        writeFileSync(path, whole.subarray(0, Math.floor(whole.length * share)))
        await take(runtime, path, { mayResume: true })
        assert.strictEqual(readFileSync(path, "utf8"), whole.toString("utf8"))
      }),
      { numRuns: 60 }
    )
  })

  it("refuses to continue another file", async () => {
    const runtime = await stores(ids)
    const path = join(folder, "other.csv")
    const refusal = (content: string, options: Options = {}) => {
      writeFileSync(path, content)
      return take(runtime, path, { mayResume: true, ...options }).then(
        () => assert.fail("continued"),
        (error: Error) => error.message
      )
    }
    assert.match(await refusal("a,b\n1,2\n"), /another file|header of this export/)
    const reading = { deviceId: ids[0]!, channel: "main", at: 0, powerW: 1 } as DeviceReading
    await append(runtime, [reading])
    await take(runtime, path)
    assert.match(
      await refusal(readFileSync(path, "utf8"), { deviceIds: ids.slice(1, 2) }),
      /ends with device m0/
    )
  })

  it("writes usage, and nothing where nothing is known", async () => {
    const runtime = await stores(ids)
    const hour = 3_600_000
    const at = (hours: number, importWh: number) =>
      ({
        deviceId: ids[0]!,
        channel: "main",
        at: Date.UTC(2026, 0, 1) + hours * hour,
        importWh
      }) as DeviceReading
    await append(runtime, [at(0, 100), at(1, 350.5), at(2, 351)])
    const path = join(folder, "usage.csv")
    await take(runtime, path, { resolution: "PT1H" })
    const rows = readFileSync(path, "utf8").trim().split("\n")
    assert.deepStrictEqual(
      rows.slice(0, 3).map((row) => row.split(",").slice(0, 6).join(",")),
      [
        "device,channel,start,end,importedWh,exportedWh",
        "m0,main,2026-01-01T00:00:00Z,2026-01-01T01:00:00Z,250.5,",
        "m0,main,2026-01-01T01:00:00Z,2026-01-01T02:00:00Z,0.5,"
      ]
    )
  })
})
