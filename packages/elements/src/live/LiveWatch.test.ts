import { type Device, type Location, WattkitError } from "@wattkit/client"
import { afterEach, assert, beforeEach, describe, it, vi } from "vitest"
import type { Follower, LiveData } from "./LiveData.ts"
import { LiveWatch } from "./LiveWatch.ts"

const createdAt = "2026-01-01T00:00:00Z"
const here: Location = { id: "here", name: "Here", kind: "house", zone: "UTC", currency: "EUR", createdAt }
const there: Location = { ...here, id: "there" }
const grid: Device = {
  id: "grid",
  locationId: "here",
  name: "Grid",
  role: "grid",
  kind: "grid_meter",
  parentId: null,
  createdAt
}

class Server implements LiveData {
  places: Array<Location> = [here, there]
  known: Array<Device> = [grid]
  failure: unknown
  asked: Array<string> = []
  follower: Follower | undefined
  readonly locations = async () => {
    if (this.failure !== undefined) throw this.failure
    return this.places
  }
  readonly devices = async (locationId: string) => {
    this.asked.push(locationId)
    return this.known
  }
  readonly readings = async () => [{ at: new Date(Date.now() - 60_000).toISOString(), powerW: 50 }]
  readonly latest = async () => []
  readonly today = async () => []
  readonly follow = (_: string, follower: Follower) => {
    this.follower = follower
    follower.onState("live", undefined)
  }
  say(deviceId: string, powerW: number): void {
    const at = new Date(Date.now()).toISOString()
    const readings = [{ deviceId, channel: "main", at, powerW }]
    this.follower!.onUpdate({ sequence: 1, locationId: "here", readings })
  }
}

const settle = () => vi.advanceTimersByTimeAsync(0)

describe("LiveWatch", () => {
  let server: Server
  let watch: LiveWatch
  const start = async (locationId?: string) => {
    watch = new LiveWatch(server, locationId, () => {})
    await settle()
    return watch
  }

  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 21, 12) })
    server = new Server()
  })
  afterEach(() => {
    watch.stop()
    vi.useRealTimers()
  })

  it("opens the first location unless told which", async () => {
    assert.strictEqual((await start()).watched.location?.id, "here")
    assert.strictEqual((await start("there")).watched.location?.id, "there")
    const { phase, problem } = (await start("nowhere")).watched
    assert.deepStrictEqual([phase, problem?.kind], ["failed", "unknown-location"])
  })

  it("knows the present from updates and the past from readings", async () => {
    await start()
    server.say("grid", 100)
    assert.strictEqual(watch.stateOf("grid")?.power?.powerW, 100)
    const steps = { end: Date.now(), stepMs: 30_000, count: 3 }
    assert.deepStrictEqual(watch.history.values("grid", steps, 60_000), [50, 50, 100])
  })

  it("looks an unknown device up, and not with every update", async () => {
    await start()
    server.known = [grid, { ...grid, id: "late" }]
    server.say("late", 1)
    await settle()
    assert.deepStrictEqual(
      watch.watched.devices.map(({ id }) => id),
      ["grid", "late"]
    )
    server.say("stranger", 1)
    server.say("stranger", 2)
    await settle()
    assert.strictEqual(server.asked.length, 2)
    await vi.advanceTimersByTimeAsync(3000)
    assert.strictEqual(server.asked.length, 3)
  })

  it("tries again what may pass, and leaves alone what needs a person", async () => {
    server.failure = new WattkitError({ code: "NETWORK", message: "no answer" })
    await start()
    assert.deepStrictEqual([watch.watched.phase, watch.watched.problem?.kind], ["failed", "unreachable"])
    server.failure = new WattkitError({ code: "UNAUTHORIZED", message: "no", status: 401 })
    await vi.advanceTimersByTimeAsync(1000)
    assert.strictEqual(watch.watched.problem?.kind, "unauthorized")
    server.failure = undefined
    await vi.advanceTimersByTimeAsync(60_000)
    assert.strictEqual(watch.watched.phase, "failed")
  })

  it("recovers when the server is back", async () => {
    server.failure = new WattkitError({ code: "NETWORK", message: "no answer" })
    await start()
    server.failure = undefined
    await vi.advanceTimersByTimeAsync(1000)
    assert.deepStrictEqual([watch.watched.phase, watch.watched.problem], ["ready", undefined])
  })

  it("keeps showing while it reconnects, and fails when the stream is refused", async () => {
    await start()
    server.follower!.onState("reconnecting", new Error("lost"))
    assert.deepStrictEqual([watch.watched.phase, watch.watched.connection], ["ready", "reconnecting"])
    server.follower!.onState("closed", new WattkitError({ code: "UNAUTHORIZED", message: "no", status: 401 }))
    assert.deepStrictEqual([watch.watched.phase, watch.watched.problem?.kind], ["failed", "unauthorized"])
  })

  it("waits for the first location and its first device", async () => {
    server.places = []
    server.known = []
    await start()
    assert.deepStrictEqual([watch.watched.phase, watch.watched.location], ["ready", undefined])
    server.places = [here]
    await vi.advanceTimersByTimeAsync(3000)
    assert.strictEqual(watch.watched.location?.id, "here")
    server.known = [grid]
    await vi.advanceTimersByTimeAsync(3000)
    assert.strictEqual(watch.watched.devices.length, 1)
    const asked = server.asked.length
    await vi.advanceTimersByTimeAsync(60_000)
    assert.strictEqual(server.asked.length, asked)
  })

  it("says nothing after it was stopped", async () => {
    await start()
    const { watched } = watch
    watch.stop()
    assert.isTrue(server.follower!.signal.aborted)
    server.follower!.onState("closed", undefined)
    assert.strictEqual(watch.watched, watched)
  })
})
