import { assert, describe, it } from "@effect/vitest"
import { type Device, DeviceId, DeviceStore, Memory } from "@wattkit/core"
import { Context, Effect, Exit, Layer } from "effect"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { houseId, over, principal, register, seed, tenantId } from "../../house.fixture.ts"
import { Registry } from "../Registry.ts"
import { inOrder, isCycle } from "./tree.ts"

const names = ["meter", "a", "b", "c", "d"].map((id) => DeviceId.make(id))

const hasCycle = (devices: ReadonlyArray<Device>): boolean =>
  devices.some(({ id, parentId }) => isCycle(devices, id, parentId))

const pause = (turns: number) => Effect.forEach(Array.from({ length: turns }), () => Effect.yieldNow)

interface Move {
  readonly id: number
  readonly parentId: number | null
  readonly process: 0 | 1
}

const moves: fc.Arbitrary<ReadonlyArray<Move>> = fc.array(
  fc.record({
    id: fc.nat(names.length - 1),
    parentId: fc.option(fc.nat(names.length - 1)),
    process: fc.constantFrom(0 as const, 1 as const)
  }),
  { minLength: 2, maxLength: 14 }
)

/** Moves devices at the same time in two processes over one store; answers what is there then. */
const play = (all: ReadonlyArray<Move>, turns: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    let drawn = 0
    const draw = () => turns[drawn++ % turns.length] ?? 0
    yield* seed
    for (const id of names.slice(1)) yield* register(id)
    const store = yield* DeviceStore
    const slow: DeviceStore = {
      ...store,
      list: (...args) => Effect.andThen(pause(draw()), store.list(...args)),
      replace: (...args) => Effect.andThen(pause(draw()), store.replace(...args))
    }
    const registry = () =>
      Layer.build(Layer.fresh(Registry.layer).pipe(Layer.provide(Layer.succeed(DeviceStore, slow))))
    const processes = [yield* registry(), yield* registry()] as const
    const outcomes = yield* Effect.forEach(
      all,
      ({ id, parentId, process }) => {
        const to = parentId === null ? null : (names[parentId] ?? null)
        const change = { name: "Moved", role: "load", kind: "plug", parentId: to } as const
        const { updateDevice } = Context.get(processes[process], Registry)
        return Effect.exit(updateDevice(principal(), names[id] ?? DeviceId.make("a"), change))
      },
      { concurrency: "unbounded" }
    )
    return { outcomes, devices: yield* store.list(tenantId, { locationId: houseId, limit: 500 }) }
  }).pipe(Effect.scoped, Effect.provide(over(Memory.layer)), Effect.provide(TestClock.layer()))

describe("the tree of devices", () => {
  it("has no device in itself, whoever moves whatever at the same time", async () => {
    let refused = 0
    await fc.assert(
      fc.asyncProperty(moves, fc.array(fc.nat(6), { minLength: 1, maxLength: 20 }), async (all, turns) => {
        const { devices, outcomes } = await Effect.runPromise(play(all, turns))
        assert.isFalse(hasCycle(devices))
        for (const outcome of outcomes) {
          if (Exit.isSuccess(outcome)) continue
          refused += 1
          assert.include(JSON.stringify(outcome), "parentId")
        }
      }),
      { numRuns: Number(process.env["WATTKIT_TEST_TREE"] ?? 60) }
    )
    assert.isAbove(refused, 0)
  })

  it("is read from the top, every device once, each below the one it is in", () => {
    const device = (id: string, parentId: string | null) => ({ id, parentId }) as Device
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(11)), { maxLength: 12 }), (parents) => {
        const devices = parents.map((parent, i) => device(`d${i}`, parent === null ? null : `d${parent}`))
        const entries = inOrder(devices)
        assert.deepStrictEqual(
          entries.map((entry) => entry.device.id).sort(),
          devices.map(({ id }) => id).sort()
        )
        if (hasCycle(devices)) return
        for (const [at, entry] of entries.entries()) {
          const { parentId } = entry.device
          if (entry.depth === 0) continue
          const above = entries.slice(0, at).findLast(({ depth }) => depth === entry.depth - 1)
          assert.strictEqual(above?.device.id, parentId)
        }
      })
    )
  })
})
