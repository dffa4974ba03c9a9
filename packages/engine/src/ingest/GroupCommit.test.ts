import { assert, describe, it } from "@effect/vitest"
import {
  type AppendOutcome,
  DeviceId,
  type DeviceReading,
  type Instant,
  LocationId,
  mainChannel,
  type ReadingStore,
  StorageError,
  TenantId
} from "@wattkit/core"
import { Context, Deferred, Effect, Exit, Stream } from "effect"
import { type Committed, GroupCommit, type GroupLimits, usualGroupLimits } from "./GroupCommit.ts"

const one = TenantId.make("one")
const other = TenantId.make("other")
const locationId = LocationId.make("house")

const reading = (device: string, at: number): DeviceReading => ({
  deviceId: DeviceId.make(device),
  at: at as Instant.Instant,
  channel: mainChannel,
  powerW: at
})

interface Batch {
  readonly tenantId: TenantId
  readonly readings: ReadonlyArray<DeviceReading>
  readonly answer: Deferred.Deferred<ReadonlyArray<AppendOutcome>, StorageError>
}

/** A store that answers a batch when the test says so. */
const slowStore = (maxBatch = 100) => {
  const batches: Array<Batch> = []
  const store: ReadingStore = {
    capabilities: { maxBatch, durability: "memory" },
    append: (tenantId, readings) =>
      Effect.suspend(() => {
        const answer = Deferred.makeUnsafe<ReadonlyArray<AppendOutcome>, StorageError>()
        batches.push({ tenantId, readings, answer })
        return Deferred.await(answer)
      }),
    correct: () => Effect.succeed([]),
    revisions: () => Effect.succeed([]),
    page: () => Effect.succeed([]),
    scan: () => Stream.empty,
    latest: () => Effect.succeed([])
  }
  return { batches, store }
}

const accept = (batch: Batch | undefined) =>
  Deferred.succeed(
    batch!.answer,
    batch!.readings.map(() => "accepted" as const)
  )

const turn = Effect.promise(() => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve))))

const make = (limits: Partial<GroupLimits> = {}, maxBatch?: number) => {
  const { batches, store } = slowStore(maxBatch)
  const group = new GroupCommit(store, { ...usualGroupLimits, lanes: 1, ...limits }, Context.empty())
  const settled: Array<Committed> = []
  const offer = (tenantId: TenantId, ...readings: ReadonlyArray<DeviceReading>) =>
    group.offer({ place: { tenantId, locationId }, readings }, (committed) => settled.push(committed))
  return { batches, group, offer, settled }
}

const instants = (batch: Batch | undefined) => batch?.readings.map(({ at }) => Number(at))

describe("GroupCommit", () => {
  it.effect("commits one at once, and together what came meanwhile", () =>
    Effect.gen(function* () {
      const { batches, group, offer, settled } = make()
      offer(one, reading("a", 1))
      yield* turn
      offer(one, reading("a", 2), reading("a", 3))
      offer(one, reading("b", 4))
      yield* turn
      assert.deepStrictEqual(batches.map(instants), [[1]])
      assert.strictEqual(group.waiting, 4)
      assert.deepStrictEqual(settled, [])
      yield* accept(batches[0])
      yield* turn
      assert.deepStrictEqual(batches.map(instants), [[1], [2, 3, 4]])
      yield* Deferred.succeed(batches[1]!.answer, ["accepted", "duplicate", "conflict"])
      yield* turn
      assert.deepStrictEqual(settled, [
        Exit.succeed(["accepted"] as const),
        Exit.succeed(["accepted", "duplicate"] as const),
        Exit.succeed(["conflict"] as const)
      ])
      assert.strictEqual(group.waiting, 0)
    })
  )

  it.effect("keeps tenants and the commits of all within bounds, and batches within the store's", () =>
    Effect.gen(function* () {
      const { batches, offer } = make({ commits: 1 }, 3)
      offer(one, reading("a", 1), reading("a", 2))
      offer(one, reading("a", 3), reading("a", 4))
      offer(other, reading("z", 9))
      yield* turn
      assert.strictEqual(batches.length, 1)
      yield* accept(batches[0])
      yield* turn
      assert.deepStrictEqual([batches[1]?.tenantId, instants(batches[1])], [other, [9]])
      yield* accept(batches[1])
      yield* turn
      assert.deepStrictEqual(instants(batches[2]), [3, 4])
    })
  )

  it.effect("tells everybody of a batch that the storage failed, and goes on", () =>
    Effect.gen(function* () {
      const { batches, offer, settled } = make()
      const error = new StorageError({ reason: "unavailable", message: "away" })
      offer(one, reading("a", 1))
      offer(one, reading("a", 2))
      yield* turn
      yield* Deferred.fail(batches[0]!.answer, error)
      yield* turn
      assert.deepStrictEqual(settled, [Exit.fail(error), Exit.fail(error)])
      offer(one, reading("a", 3))
      yield* turn
      yield* accept(batches[1])
      yield* turn
      assert.deepStrictEqual(settled[2], Exit.succeed(["accepted"]))
    })
  )

  it.effect("does not let one that breaks the store cost the others their readings", () =>
    Effect.gen(function* () {
      const { batches, offer, settled } = make()
      offer(one, reading("a", 1))
      offer(one, reading("poison", 2))
      offer(one, reading("a", 3))
      yield* turn
      yield* Deferred.die(batches[0]!.answer, "a bug")
      yield* turn
      for (const at of [1, 2, 3]) {
        const batch = batches[at]
        assert.deepStrictEqual(instants(batch), [at])
        if (at === 2) yield* Deferred.die(batch!.answer, "a bug")
        else yield* accept(batch)
        yield* turn
      }
      assert.deepStrictEqual(settled.map(Exit.isSuccess), [true, false, true])
    })
  )

  it.effect("refuses what it cannot hold, and takes it later", () =>
    Effect.gen(function* () {
      const { batches, offer, settled } = make({ waiting: 3 })
      offer(one, reading("a", 1), reading("a", 2))
      offer(one, reading("a", 3), reading("a", 4))
      yield* turn
      const refused = settled[0]!
      assert.isTrue(Exit.isFailure(refused))
      assert.strictEqual(JSON.parse(JSON.stringify(Exit.findErrorOption(refused))).value.reason, "queue")
      yield* accept(batches[0])
      yield* turn
      offer(one, reading("a", 3), reading("a", 4))
      yield* turn
      assert.deepStrictEqual(instants(batches[1]), [3, 4])
    })
  )

  it.effect("takes a batch larger than what may wait when nothing does", () =>
    Effect.gen(function* () {
      const { batches, offer } = make({ waiting: 1 })
      offer(one, reading("a", 1), reading("a", 2))
      yield* turn
      assert.deepStrictEqual(instants(batches[0]), [1, 2])
    })
  )

  it.effect("commits few readings of both lanes together, and many of each beside the other", () =>
    Effect.gen(function* () {
      const { batches, offer } = make({ lanes: 2, alone: 2 })
      // The two are in different lanes.
      offer(one, reading("a", 1))
      offer(one, reading("b", 2))
      yield* turn
      assert.sameMembers(instants(batches[0]) ?? [], [1, 2])
      offer(one, reading("a", 3))
      yield* turn
      assert.lengthOf(batches, 1)
      yield* accept(batches[0])
      yield* turn
      assert.deepStrictEqual(instants(batches[1]), [3])
      offer(one, reading("b", 4))
      yield* turn
      assert.lengthOf(batches, 2)
      offer(one, reading("b", 5))
      yield* turn
      assert.deepStrictEqual(instants(batches[2]), [4, 5])
      offer(one, reading("b", 6), reading("b", 7))
      offer(one, reading("a", 8))
      yield* turn
      assert.lengthOf(batches, 3)
      yield* accept(batches[1])
      yield* turn
      assert.lengthOf(batches, 3)
      yield* accept(batches[2])
      yield* turn
      assert.deepStrictEqual(batches.slice(3).map(instants), [[6, 7]])
      yield* accept(batches[3])
      yield* turn
      assert.deepStrictEqual(batches.slice(4).map(instants), [[8]])
    })
  )

  it.effect("does not let a lane wait for a commit that takes long", () =>
    Effect.gen(function* () {
      const { batches, offer } = make({ lanes: 2, alone: 10, slowMs: 5 })
      offer(one, reading("a", 1))
      yield* turn
      offer(one, reading("b", 2))
      yield* turn
      assert.lengthOf(batches, 1)
      yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 50)))
      assert.deepStrictEqual(batches.slice(1).map(instants), [[2]])
      yield* accept(batches[1])
      yield* turn
      offer(one, reading("b", 3))
      yield* turn
      assert.deepStrictEqual(batches.slice(2).map(instants), [[3]])
    })
  )
})
