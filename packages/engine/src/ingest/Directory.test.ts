import { assert, describe, it } from "@effect/vitest"
import { type Device, type DeviceStore, DeviceId, Instant, TenantId } from "@wattkit/core"
import { Effect } from "effect"
import { Directory } from "./Directory.ts"

const id = DeviceId.make("meter")
const [one, other] = [TenantId.make("t1"), TenantId.make("t2")]

/** A store in which every tenant has a device of this id. */
const makeStore = (over: Partial<Device> = {}) => {
  const asked: Array<TenantId> = []
  const get = (tenantId: TenantId) =>
    Effect.sync(() => {
      asked.push(tenantId)
      return { id, tenantId, ...over } as Device
    })
  return { asked, store: { get } as Pick<DeviceStore, "get"> as DeviceStore }
}

describe("Directory", () => {
  it.effect("tells devices of two tenants apart that have the same id", () =>
    Effect.gen(function* () {
      const { asked, store } = makeStore()
      const directory = new Directory(store)
      for (let round = 0; round < 2; round++) {
        for (const tenantId of [one, other]) {
          assert.strictEqual((yield* directory.get(tenantId, id, 0)).tenantId, tenantId)
        }
      }
      assert.deepStrictEqual(asked, [one, other])
      assert.strictEqual(directory.known(other, id, 0)?.tenantId, other)
      assert.isUndefined(directory.known(other, id, 30_000))
    })
  )

  it.effect("remembers nothing that was removed", () =>
    Effect.gen(function* () {
      const { store } = makeStore({ removedAt: Instant.Instant.make(0) })
      const directory = new Directory(store)
      assert.strictEqual((yield* Effect.flip(directory.get(one, id, 0)))._tag, "NotFound")
      assert.isUndefined(directory.known(one, id, 0))
    })
  )

  it.effect("forgets what it learnt first when there is too much", () =>
    Effect.gen(function* () {
      const store = { get: (tenantId: TenantId, id: DeviceId) => Effect.succeed({ id, tenantId } as Device) }
      const directory = new Directory(store as Pick<DeviceStore, "get"> as DeviceStore)
      const idOf = (i: number) => DeviceId.make(`d${i}`)
      for (let i = 0; i < 100_000; i++) yield* directory.get(i % 2 === 0 ? one : other, idOf(i), 0)
      // The first is learnt anew, and so the second is the one that makes room.
      yield* directory.get(one, idOf(0), 30_000)
      yield* directory.get(other, idOf(100_001), 30_000)
      assert.isUndefined(directory.known(other, idOf(1), 0))
      assert.isDefined(directory.known(one, idOf(0), 30_000))
      assert.isDefined(directory.known(one, idOf(2), 0))
    })
  )
})
