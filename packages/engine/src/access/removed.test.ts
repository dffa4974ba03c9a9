import { assert, describe, it } from "@effect/vitest"
import { DeviceStore, Instant, mainChannel, Memory, type Principal } from "@wattkit/core"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { now, over, principal } from "../house.fixture.ts"
import { Ingest } from "../Ingest.ts"
import { Usage } from "../usage/Usage.ts"
import { readingOf, seedWorld, type Target, targets } from "./world.fixture.ts"

const layer = over(Memory.layer)
const own = targets["its own"]

const send = ({ deviceId }: Target, seconds: number, who: Principal = principal()) => {
  const { deviceId: _, ...reading } = readingOf(deviceId, seconds)
  return Ingest.use(({ ingest }) =>
    ingest(who, deviceId, { readings: [{ index: 0, reading }], rejected: [] })
  )
}

const remove = ({ deviceId, tenantId }: Target) =>
  Effect.gen(function* () {
    const devices = yield* DeviceStore
    const device = yield* devices.get(tenantId, deviceId)
    yield* devices.replace(device, { ...device, removedAt: yield* Instant.now })
  })

describe("a device that was removed", () => {
  it.effect("is heard for half a minute more at most, where it was remembered", () =>
    Effect.gen(function* () {
      yield* seedWorld
      yield* send(own, 60)
      yield* remove(own)
      yield* TestClock.setTime(now + 29_999)
      assert.strictEqual((yield* send(own, 120)).accepted, 1)
      yield* TestClock.setTime(now + 30_000)
      assert.strictEqual((yield* Effect.flip(send(own, 180)))._tag, "NotFound")
    }).pipe(Effect.provide(layer))
  )

  it.effect("counts in the past of its location, for whoever reaches that", () =>
    Effect.gen(function* () {
      yield* seedWorld
      const asked = {
        of: { locationId: own.locationId },
        time: { from: Instant.plus(now, -86_400_000), to: now },
        resolution: "PT15M",
        exact: true,
        limit: 1_000
      } as const
      const held = principal({ locations: [own.locationId] })
      const { cells } = yield* Usage.use((usage) => usage.page(held, asked))
      const ids = new Set(cells.filter(({ channel }) => channel === mainChannel).map((cell) => cell.deviceId))
      assert.deepStrictEqual([...ids].sort(), ["gone", "mine", "neighbour"])
    }).pipe(Effect.provide(layer))
  )
})

describe("what is remembered of devices", () => {
  it.effect("says of each principal anew whether they reach it", () =>
    Effect.gen(function* () {
      yield* seedWorld
      const { "one of another location": other } = targets
      yield* send(other, 60)
      const held = principal({ locations: [own.locationId] })
      assert.strictEqual((yield* Effect.flip(send(other, 120, held)))._tag, "NotFound")
      assert.strictEqual((yield* send(other, 120)).accepted, 1)
    }).pipe(Effect.provide(layer))
  )
})
