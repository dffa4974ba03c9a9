import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { type DeviceReading, TimeZone } from "@wattkit/core"
import { CsvText, NdjsonText } from "@wattkit/transport-http"
import { Deferred, Effect } from "effect"
import { afterAll, assert, describe, it } from "vitest"
import type { Target } from "../src/cli/transfer/Target.ts"
import { StartError } from "../src/StartError.ts"
import { bring, scratch, stored, stores } from "./fixtures/transfer.ts"

const { folder, remove } = scratch()
afterAll(remove)

let files = 0
const file = (content: string | Uint8Array, extension = "csv"): string => {
  const path = join(folder, `${files++}.${extension}`)
  writeFileSync(path, content)
  return path
}

const start = Date.UTC(2026, 0, 1)
const names = ["m0", "m1", "m2"]
const readings = (count: number): ReadonlyArray<DeviceReading> =>
  Array.from({ length: count }, (_, i) => ({
    deviceId: names[i % names.length] as DeviceReading["deviceId"],
    channel: "main" as DeviceReading["channel"],
    at: (start + Math.floor(i / names.length) * 60_000) as DeviceReading["at"],
    importWh: i
  }))
const csv = (count: number) => `${CsvText.header}\n${CsvText.rows(readings(count))}`

/** Asks to stop at a number of appends, or fails at it. */
const endingAt =
  (appends: number, how: "stop" | "fail") =>
  (
    target: Target
  ): { readonly target: Target; readonly stop: { isAsked: () => boolean; asked: Effect.Effect<void> } } => {
    const deferred = Deferred.makeUnsafe<void>()
    let seen = 0
    return {
      stop: { isAsked: () => Deferred.isDoneUnsafe(deferred), asked: Deferred.await(deferred) },
      target: {
        ...target,
        batch: 100,
        append: (batch) =>
          Effect.suspend(() => {
            seen++
            if (seen < appends) return target.append(batch)
            if (how === "fail") return Effect.fail(new StartError({ message: "the database is gone." }))
            return Effect.andThen(Deferred.succeed(deferred, undefined), target.append(batch))
          })
      }
    }
  }

describe("import", () => {
  it("stores what is sound and says of every other row the line, the field and why", async () => {
    const runtime = await stores(["m0"])
    const path = file(
      [
        "device,at,importWh",
        "m0,2026-01-01T00:00:00Z,1",
        "m0,2026-01-01T00:00:00Z,1",
        "m0,2026-01-01T00:00:00Z,2",
        "m0,yesterday,2",
        "nobody,2026-01-01T00:00:00Z,2",
        "m0,1999-01-01T00:00:00Z,2",
        "m0,2999-01-01T00:00:00Z,2",
        "m0,2026-01-01T00:02:00Z,=1+1"
      ].join("\n")
    )
    const imported = await bring(runtime, path)
    assert.deepInclude(imported, { accepted: 1, duplicates: 1, rejected: 6, rows: 8, isStopped: false })
    const rows = readFileSync(`${path}.rejected.csv`, "utf8").trim().split("\n").slice(1).sort()
    assert.deepStrictEqual(
      rows.map((row) => row.split(",").slice(0, 3).join(",")),
      [
        "4,at,conflict",
        "5,at,malformed",
        "6,device,unknown_device",
        "7,at,too_old",
        "8,at,future",
        "9,importWh,malformed"
      ]
    )
    assert.deepStrictEqual([...imported.devices.unknown], [["nobody", 1]])
    assert.isFalse(existsSync(`${path}.wattkit-import`))
    assert.deepStrictEqual(
      (await stored(runtime, ["m0"])).map(({ importWh }) => importWh),
      [1]
    )
  })

  it("registers devices when it is told to, and takes columns, units and a zone", async () => {
    const runtime = await stores([])
    const columns = { device: "Zähler", at: "Zeit", importWh: "Stand:kWh" }
    const zone = TimeZone.makeOrThrow("Europe/Berlin")
    const past = file("Zähler;Zeit;Stand\nm0;26.10.2025 02:00;0,5\nm0;26.10.2025 02:00;0,75\n")
    const again = await bring(runtime, past, { create: true, reading: { columns, zone } })
    assert.match(
      again.said.join(),
      /semicolons and a decimal comma; times without offset are of Europe\/Berlin/
    )
    assert.deepInclude(again, { accepted: 2, doubled: 2 })
    assert.deepStrictEqual(again.devices.created, ["m0"])
    assert.deepStrictEqual(
      (await stored(runtime, ["m0"])).map(({ at, importWh }) => [
        new Date(at).toISOString().slice(11, 16),
        importWh
      ]),
      [
        ["00:00", 500],
        ["01:00", 750]
      ]
    )
  })

  it.each([
    ["csv", (count: number) => csv(count)],
    ["ndjson", (count: number) => NdjsonText.rows(readings(count))],
    ["csv.gz", (count: number) => gzipSync(csv(count))]
  ] as const)(
    "stopped in the middle of a %s file and resumed, it stores every row once",
    async (extension, make) => {
      const runtime = await stores(names)
      const path = file(make(20_000), extension)
      const first = await bring(runtime, path, { wrap: endingAt(40, "stop") })
      assert.isTrue(first.isStopped)
      assert.isTrue(existsSync(`${path}.wattkit-import`))
      assert.isAbove(first.accepted, 0)
      assert.isBelow(first.accepted, 20_000)
      assert.strictEqual((await stored(runtime, names)).length, first.accepted)
      const second = await bring(runtime, path, { resume: true })
      assert.deepInclude(second, {
        accepted: 20_000,
        duplicates: 0,
        rejected: 0,
        rows: 20_000 - first.accepted
      })
      assert.isFalse(existsSync(`${path}.wattkit-import`))
      const all = await stored(runtime, names)
      assert.deepStrictEqual(
        all.map(({ importWh }) => importWh ?? 0).sort((a, b) => a - b),
        readings(20_000).map(({ importWh }) => importWh)
      )
    }
  )

  it("resumed without a checkpoint, or begun again, finds duplicates and nothing else", async () => {
    const runtime = await stores(names)
    const path = file(csv(500))
    await bring(runtime, path)
    const again = await bring(runtime, path, { resume: true })
    assert.deepInclude(again, { accepted: 0, duplicates: 500, rejected: 0 })
  })

  it("refuses to resume a file that was changed, another target, or another way to read it", async () => {
    const runtime = await stores(names)
    const path = file(csv(20_000))
    await bring(runtime, path, { wrap: endingAt(40, "stop") })
    const refused = (options: Parameters<typeof bring>[2]) =>
      bring(runtime, path, { resume: true, ...options }).then(
        () => assert.fail("resumed"),
        (error: Error) => error.message
      )
    const elsewhere = (target: Target) => ({
      target: { ...target, name: "elsewhere" },
      stop: { isAsked: () => false, asked: Effect.never }
    })
    assert.match(
      await refused({ wrap: elsewhere }),
      /was imported into memory, tenant default, not elsewhere;/
    )
    assert.match(await refused({ reading: { decimal: "point" } }), /read in another way/)
    appendFileSync(path, "\n")
    assert.match(await refused({}), /was changed since its import was stopped; leave --resume out/)
  })

  it("keeps the rejected rows of before when it is resumed", async () => {
    const runtime = await stores(names)
    const lines = csv(20_000).split("\n")
    lines[1] = "m0,never,main"
    lines[lines.length - 2] = "m0,never,main"
    const path = file(lines.join("\n"))
    await bring(runtime, path, { wrap: endingAt(40, "stop") })
    const second = await bring(runtime, path, { resume: true })
    assert.deepInclude(second, { accepted: 19_998, rejected: 2 })
    const rows = readFileSync(`${path}.rejected.csv`, "utf8").trim().split("\n")
    assert.deepStrictEqual(
      rows.map((row) => row.split(",")[0]),
      ["line", "2", "20001"]
    )
  })

  it("says how to go on when the storage fails, and then loses nothing", async () => {
    const runtime = await stores(names)
    const path = file(csv(20_000))
    const message = await bring(runtime, path, { wrap: endingAt(40, "fail") }).then(
      () => assert.fail("went on"),
      (error: Error) => error.message
    )
    assert.match(
      message,
      /^the database is gone\. What is stored stays; go on with the same command and --resume\.$/
    )
    const second = await bring(runtime, path, { resume: true })
    assert.strictEqual(second.accepted + second.duplicates, 20_000)
    assert.strictEqual((await stored(runtime, names)).length, 20_000)
  })

  it("keeps the first of two rows about one instant, however they fall into batches", async () => {
    const runtime = await stores(["m0"])
    const row = (at: number, value: number) => `m0,${new Date(start + at * 60_000).toISOString()},${value}`
    // Batches of fifty: the same fifty instants twice, first with the one value, then with the other.
    const rows = Array.from({ length: 2000 }, (_, i) =>
      row(Math.floor(i / 100) * 50 + (i % 50), i % 100 < 50 ? 1 : 2)
    )
    const turn = Effect.promise(() => new Promise(setImmediate))
    let appends = 0
    const wrap = (target: Target) => ({
      target: {
        ...target,
        batch: 50,
        writers: 4,
        // Every other append is slow, so that the one after it would be earlier.
        append: (batch: ReadonlyArray<DeviceReading>) =>
          Effect.suspend(() =>
            Effect.andThen(Effect.repeat(turn, { times: appends++ % 2 === 0 ? 9 : 0 }), target.append(batch))
          )
      },
      stop: { isAsked: () => false, asked: Effect.never }
    })
    const imported = await bring(runtime, file(`device,at,importWh\n${rows.join("\n")}\n`), { wrap })
    assert.deepInclude(imported, { accepted: 1000, rejected: 1000 })
    assert.isTrue((await stored(runtime, ["m0"])).every(({ importWh }) => importWh === 1))
  })

  it.each([
    ["", /is empty/],
    ["a,b\n1,2\n", /no column says "at"/],
    [new Uint8Array([0xff, 0xfe, 0x61, 0]), /header in UTF-8/]
  ])("refuses a file whose header it does not understand: %j", async (content, expected) => {
    const runtime = await stores([])
    const error = await bring(runtime, file(content)).then(
      () => assert.fail("imported"),
      (cause: Error) => cause
    )
    assert.match(error.message, expected)
  })
})
