import { DeviceStore } from "@wattkit/core"
import { Context, Effect, Layer } from "effect"
import { assert, describe, it } from "vitest"
import type { StorageLayer } from "../../src/App.ts"
import { layerMemory } from "../../src/storage/Storage.ts"
import { startServer, type TestServer } from "../fixtures/inProcess.ts"
import type { Pool } from "./arbitraries.ts"
import { type Finding, fuzz, makeSend, told } from "./fuzzer.ts"
import { contract, operations } from "./operations.ts"
import { requestsTo } from "./requests.ts"
import { type BearerKind, makeScene, type Scene } from "./Scene.ts"

const requests = Number(process.env["WATTKIT_TEST_FUZZ_REQUESTS"] ?? 2_000)
const seed = Number(process.env["WATTKIT_TEST_FUZZ_SEED"] ?? 20_261_122)
/** With `postgres` everything goes through the embedded database. */
const storage = process.env["WATTKIT_TEST_FUZZ_STORAGE"] === "postgres" ? undefined : layerMemory

const asking: ReadonlyArray<BearerKind> = ["admin", "manager", "manage key", "user", "device", "anonymous"]

/** So many requests go to one scene: whatever is removed is soon there again. */
const perScene = 500

const poolOf = (scene: Scene): Pool => {
  const hour = new Date(Date.now() - 3_600_000).toISOString()
  const instants = ["2026-06-01T10:00:00Z", "2026-06-02T00:00:00+02:00", hour]
  const devices = [scene.deviceOf("near", "meter"), scene.deviceOf("near", "plug"), "nobody"]
  const locations = [scene.locationOf("near"), scene.locationOf("far"), "nowhere"]
  const known: Readonly<Record<string, ReadonlyArray<unknown>>> = {
    devices,
    deviceId: devices,
    device: devices,
    locations,
    locationId: locations,
    locationIds: locations,
    channels: ["main"],
    channel: ["main", "l1"],
    zone: ["Europe/Berlin", "UTC"],
    currency: ["EUR"],
    at: instants,
    from: instants,
    to: instants,
    since: instants,
    madeAt: instants,
    fields: ["id", "name,id"],
    limit: [1, 50, 500],
    cursor: ["bWFpbg"],
    format: ["shelly-gen2"],
    "Idempotency-Key": ["one", "two", "three"],
    reason: ["because", "future"],
    users: [scene.member.userId],
    sessions: [scene.member.sessionId],
    email: [scene.member.email, "new@example.com"]
  }
  return (name) => (Object.hasOwn(known, name) ? known[name] : undefined)
}

const run = async (server: TestServer, count: number, asked = operations) => {
  const findings: Array<Finding> = []
  const statuses = new Map<number, number>()
  let slowestMs = 0
  for (let done = 0; done < count; done += perScene) {
    const scene = await makeScene(server)
    const secrets = await Promise.all(asking.map(scene.secretOf))
    const { close, send } = makeSend(server.url, secrets)
    const all = requestsTo(contract, asked, poolOf(scene), asking.length)
    const part = { count: Math.min(perScene, count - done), seed: seed + done }
    const report = await fuzz(contract, send, all, part)
    close()
    findings.push(...report.findings)
    for (const [status, times] of report.statuses) statuses.set(status, (statuses.get(status) ?? 0) + times)
    slowestMs = Math.max(slowestMs, report.slowestMs)
    if (findings.length > 200) break
  }
  return { findings, statuses, slowestMs }
}

/** One of each kind of finding, so that many of one do not hide the others. */
const kinds = (findings: ReadonlyArray<Finding>): ReadonlyArray<string> => [
  ...new Map(findings.map((one) => [`${one.request.operation.name} ${one.faults[0]}`, told(one)])).values()
]

/** Devices with a colon in their id are not counted on. */
const planted: StorageLayer = Layer.effectContext(
  Effect.map(Layer.build(layerMemory), (built) => {
    const devices = Context.get(built, DeviceStore)
    const get: typeof devices.get = (tenantId, id) =>
      id.includes(":") ? Effect.die(new Error("nobody counted on a colon")) : devices.get(tenantId, id)
    return Context.add(built, DeviceStore, { ...devices, get })
  })
)

describe("every route, asked anything", () => {
  it(`answers ${requests} requests as the document says`, { timeout: 30_000 + requests * 30 }, async () => {
    const server = await startServer(storage)
    try {
      const { findings, slowestMs, statuses } = await run(server, requests)
      const summary = [...statuses].toSorted(([one], [other]) => one - other).map(([s, n]) => `${s}: ${n}`)
      assert.deepStrictEqual(kinds(findings), [], summary.join(", "))
      // Something of each kind came, or little was tried.
      for (const status of [200, 201, 400, 401, 403, 404])
        assert.isAbove(statuses.get(status) ?? 0, 0, `${status}`)
      assert.isBelow(slowestMs, 10_000)
      if (requests > 2_000)
        process.stdout.write(`${summary.join(", ")}; slowest ${Math.round(slowestMs)} ms\n`)
    } finally {
      await server.close()
    }
  })

  it("is found out where it fails in a way that nobody wrote down", async () => {
    const server = await startServer(planted)
    try {
      const ofDevices = operations.filter(({ path }) => path.startsWith("/v1/devices/"))
      const { findings } = await run(server, 1_000, ofDevices)
      const found = findings.filter(({ answer }) => answer.status === 500)
      assert.isAbove(found.length, 0)
      for (const { request } of found) assert.match(request.path, /:|%3a/i)
    } finally {
      await server.close()
    }
  })
})
