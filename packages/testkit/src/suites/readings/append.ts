import { assert } from "@effect/vitest"
import { ReadingStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import { addDevices, addLocation, freshDeviceId } from "../registered.ts"
import { append, assertLatest, assertStored, channel, each, reading, type ReadingCheck } from "./support.ts"

/** What `append` promises: outcomes, identity, isolation. */
export const appendChecks: ReadonlyArray<ReadingCheck> = [
  {
    name: "says how much it takes and what an acknowledgement survives",
    run: Effect.gen(function* () {
      const { capabilities } = yield* ReadingStore
      assert.isTrue(Number.isSafeInteger(capabilities.maxBatch) && capabilities.maxBatch >= 1)
      assert.include(["memory", "process", "power"], capabilities.durability)
    })
  },
  {
    name: "stores what it accepts",
    run: Effect.gen(function* () {
      const {
        tenantId,
        deviceIds: [a, b]
      } = yield* twoDevices
      const batch = [reading(a, 1), reading(b, 1), reading(a, 2)]
      yield* append(tenantId, batch, each(3, "accepted"))
      yield* assertStored(tenantId, a, [reading(a, 1), reading(a, 2)])
      yield* assertStored(tenantId, b, [reading(b, 1)])
    })
  },
  {
    name: "takes an empty batch",
    run: Effect.gen(function* () {
      yield* append((yield* addLocation).tenantId, [], [])
    })
  },
  {
    name: "answers the outcomes in the order of the batch",
    run: Effect.gen(function* () {
      const {
        tenantId,
        deviceIds: [a, b]
      } = yield* twoDevices
      yield* append(tenantId, [reading(b, 5), reading(a, 7)], each(2, "accepted"))
      const batch = [
        reading(b, 9),
        reading(a, 7, { powerW: 0.5 }),
        reading(freshDeviceId(), 1),
        reading(b, 5),
        reading(a, 1)
      ]
      yield* append(tenantId, batch, ["accepted", "conflict", "unknown_device", "duplicate", "accepted"])
    })
  },
  {
    name: "the same batch twice changes nothing",
    run: Effect.gen(function* () {
      const {
        tenantId,
        deviceIds: [a]
      } = yield* twoDevices
      const batch = [reading(a, 3), reading(a, 1), reading(a, 2, { importWh: 10, extra: { flowLph: 3 } })]
      yield* append(tenantId, batch, each(3, "accepted"))
      yield* append(tenantId, batch, each(3, "duplicate"))
      yield* assertStored(tenantId, a, [batch[1]!, batch[2]!, batch[0]!])
      yield* assertLatest(tenantId, [a], [batch[0]!])
    })
  },
  {
    name: "keeps the first of two readings that contradict each other",
    run: Effect.gen(function* () {
      const {
        tenantId,
        deviceIds: [a]
      } = yield* twoDevices
      const first = reading(a, 1, { powerW: 1, voltageV: 230 })
      yield* append(tenantId, [first], ["accepted"])
      const others = [
        reading(a, 1, { powerW: 2, voltageV: 230 }),
        reading(a, 1, { powerW: 1 }),
        reading(a, 1, { powerW: 1, voltageV: 230, frequencyHz: 50 }),
        reading(a, 1, { powerW: 1, voltageV: 230, extra: { flowLph: 0 } })
      ]
      for (const other of others) yield* append(tenantId, [other], ["conflict"])
      yield* assertStored(tenantId, a, [first])
      yield* assertLatest(tenantId, [a], [first])
    })
  },
  {
    name: "judges the order of extra entries as the same, and zero as not absent",
    run: Effect.gen(function* () {
      const {
        tenantId,
        deviceIds: [a]
      } = yield* twoDevices
      const first = reading(a, 1, { powerW: 0, extra: { b: 2, a: 1 } })
      yield* append(tenantId, [first], ["accepted"])
      yield* append(tenantId, [reading(a, 1, { powerW: 0, extra: { a: 1, b: 2 } })], ["duplicate"])
      yield* append(
        tenantId,
        [reading(a, 1, { powerW: 0, importWh: 0, extra: { a: 1, b: 2 } })],
        ["conflict"]
      )
      yield* append(tenantId, [reading(a, 1, { powerW: 0 })], ["conflict"])
    })
  },
  {
    name: "judges readings of the same identity inside one batch in their order",
    run: Effect.gen(function* () {
      const {
        tenantId,
        deviceIds: [a, b]
      } = yield* twoDevices
      const inside = [
        reading(a, 1, { powerW: 1 }),
        reading(a, 1, { powerW: 2 }),
        reading(a, 1, { powerW: 1 })
      ]
      yield* append(tenantId, inside, ["accepted", "conflict", "duplicate"])
      yield* assertStored(tenantId, a, [inside[0]!])
      // The stored one decides for each, never the first of the batch, which was refused.
      yield* append(tenantId, [inside[1]!, inside[0]!, inside[1]!], ["conflict", "duplicate", "conflict"])
      yield* append(
        tenantId,
        [reading(b, 1), reading(b, 1), reading(b, 2)],
        ["accepted", "duplicate", "accepted"]
      )
    })
  },
  {
    name: "tells channels, devices and instants a millisecond apart from each other",
    run: Effect.gen(function* () {
      const {
        tenantId,
        deviceIds: [a, b]
      } = yield* twoDevices
      const batch = [
        reading(a, 1),
        reading(a, 1, { channel: channel("L1"), powerW: 1 }),
        reading(a, 1, { channel: channel("l1"), powerW: 1 }),
        reading(a, 1.001, { powerW: 1 }),
        reading(b, 1)
      ]
      yield* append(tenantId, batch, each(5, "accepted"))
      yield* assertStored(tenantId, a, [batch[0]!, batch[3]!])
      yield* assertStored(tenantId, a, [batch[2]!], channel("l1"))
    })
  },
  {
    name: "knows no device of another tenant, and stores the rest of the batch",
    run: Effect.gen(function* () {
      const mine = yield* twoDevices
      const theirs = yield* twoDevices
      const batch = [
        reading(theirs.deviceIds[0], 1),
        reading(mine.deviceIds[0], 1),
        reading(freshDeviceId(), 1)
      ]
      yield* append(mine.tenantId, batch, ["unknown_device", "accepted", "unknown_device"])
      yield* append(mine.tenantId, [batch[0]!, batch[0]!], each(2, "unknown_device"))
      yield* assertStored(theirs.tenantId, theirs.deviceIds[0], [])
      yield* assertLatest(theirs.tenantId, theirs.deviceIds, [])
      yield* append(theirs.tenantId, [batch[0]!], ["accepted"])
    })
  },
  {
    name: "takes a batch of the largest size, in any order",
    run: Effect.gen(function* () {
      const { tenantId, deviceIds } = yield* twoDevices
      const size = (yield* ReadingStore).capabilities.maxBatch
      const batch = Array.from({ length: size }, (_, i) => reading(deviceIds[i % 2]!, (i * 7919) % size))
      yield* append(tenantId, batch, each(size, "accepted"))
      yield* append(tenantId, batch, each(size, "duplicate"))
      const newest = (deviceId: string) =>
        batch.filter((some) => some.deviceId === deviceId).reduce((x, y) => (x.at > y.at ? x : y))
      yield* assertLatest(tenantId, deviceIds, deviceIds.map(newest))
    })
  }
]

const twoDevices = Effect.map(addDevices(2), ({ tenantId, deviceIds: [a, b] }) => ({
  tenantId,
  deviceIds: [a!, b!] as const
}))
