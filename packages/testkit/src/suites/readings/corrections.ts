import { assert } from "@effect/vitest"
import {
  type Correction,
  type CorrectionOutcome,
  type DeviceId,
  type DeviceReading,
  mainChannel,
  type Provenance,
  type Reading,
  ReadingStore,
  type TenantId
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import { addDevices, at, freshDeviceId } from "../registered.ts"
import * as Refusals from "../refusals.ts"
import { all, append, assertLatest, assertStored, bare, channel, reading } from "./support.ts"
import type { ReadingCheck } from "./support.ts"

/** A correction of the main channel, so many seconds after the fixed instant, made at another such second. */
export const correction = (
  deviceId: DeviceId,
  seconds: number,
  madeAt: number,
  said: Partial<Reading> | null,
  over: Partial<Provenance> = {}
): Correction => ({
  deviceId,
  channel: said?.channel ?? mainChannel,
  at: at(seconds),
  reading: said === null ? null : bare(reading(deviceId, seconds, said)),
  by: "ada",
  reason: "read from the meter",
  madeAt: at(madeAt),
  ...over
})

/** Makes corrections and asserts the outcomes. */
export const correct = Effect.fnUntraced(function* (
  tenantId: TenantId,
  corrections: ReadonlyArray<Correction>,
  expected: ReadonlyArray<CorrectionOutcome>
) {
  const store = yield* ReadingStore
  assert.deepStrictEqual(yield* store.correct(tenantId, corrections), expected)
})

/** The versions of a reading of the main channel: what each says, and who made it when. */
export const versionsOf = Effect.fnUntraced(function* (
  tenantId: TenantId,
  deviceId: DeviceId,
  seconds: number
) {
  const identity = { deviceId, channel: mainChannel, at: at(seconds) }
  const revisions = yield* (yield* ReadingStore).revisions(tenantId, identity)
  assert.isTrue(revisions.every(({ receivedAt }) => receivedAt > 0))
  return revisions.map(({ provenance, reading }) => [reading, provenance] as const)
})

const oneDevice = Effect.map(addDevices(1), ({ deviceIds, tenantId }) => ({
  tenantId,
  deviceId: deviceIds[0]!
}))

const provenance = ({ by, madeAt, reason }: Correction): Provenance => ({ by, reason, madeAt })

/** The versions there should be, of what the device said and corrections in the order they were made. */
const versions = (said: DeviceReading | undefined, ...made: ReadonlyArray<Correction>) => [
  ...(said === undefined ? [] : [[bare(said), null] as const]),
  ...made.map((one) => [one.reading, provenance(one)] as const)
]

/** What `correct` and `revisions` promise of one reading. */
export const correctionChecks: ReadonlyArray<ReadingCheck> = [
  {
    name: "a corrected reading says what the correction says, and both stay readable",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      const said = reading(deviceId, 1, { importWh: 100, powerW: 3, extra: { a: 1 } })
      yield* append(tenantId, [said, reading(deviceId, 2)], ["accepted", "accepted"])
      assert.deepStrictEqual(yield* versionsOf(tenantId, deviceId, 1), versions(said))
      const made = correction(deviceId, 1, 10, { importWh: 100.4, extra: { b: 1 / 3 } })
      yield* correct(tenantId, [made], ["revised"])
      const revised = reading(deviceId, 1, { importWh: 100.4, extra: { b: 1 / 3 } })
      yield* assertStored(tenantId, deviceId, [revised, reading(deviceId, 2)])
      yield* assertLatest(tenantId, [deviceId], [reading(deviceId, 2)])
      assert.deepStrictEqual(yield* versionsOf(tenantId, deviceId, 1), versions(said, made))
      assert.deepStrictEqual(yield* versionsOf(tenantId, deviceId, 3), [])
    })
  },
  {
    name: "the newest reading says what its correction says",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      yield* append(tenantId, [reading(deviceId, 1), reading(deviceId, 2)], ["accepted", "accepted"])
      yield* correct(tenantId, [correction(deviceId, 2, 10, { voltageV: 1 })], ["revised"])
      yield* assertLatest(tenantId, [deviceId], [reading(deviceId, 2, { voltageV: 1 })])
      yield* correct(tenantId, [correction(deviceId, 1, 10, { voltageV: 2 })], ["revised"])
      yield* assertLatest(tenantId, [deviceId], [reading(deviceId, 2, { voltageV: 1 })])
    })
  },
  {
    name: "a reading that is struck out is not there, until a later correction brings it back",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      const said = [1, 2, 3].map((seconds) => reading(deviceId, seconds))
      yield* append(tenantId, said, ["accepted", "accepted", "accepted"])
      const struck = [3, 2, 1].map((seconds) => correction(deviceId, seconds, 10, null))
      for (const [i, one] of struck.entries()) {
        yield* correct(tenantId, [one], ["revised"])
        yield* assertStored(tenantId, deviceId, said.slice(0, 2 - i))
        yield* assertLatest(tenantId, [deviceId], said.slice(1 - i, 2 - i))
      }
      assert.deepStrictEqual(yield* versionsOf(tenantId, deviceId, 2), versions(said[1], struck[1]!))
      yield* append(tenantId, [said[1]!], ["duplicate"])
      yield* assertStored(tenantId, deviceId, [])
      yield* correct(tenantId, [correction(deviceId, 2, 11, { powerW: 7 })], ["revised"])
      yield* assertStored(tenantId, deviceId, [reading(deviceId, 2, { powerW: 7 })])
      yield* assertLatest(tenantId, [deviceId], [reading(deviceId, 2, { powerW: 7 })])
    })
  },
  {
    name: "a correction may add a reading that never came; when it comes it is a revision",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      const made = correction(deviceId, 1, 10, { importWh: 5 })
      yield* correct(tenantId, [made], ["accepted"])
      const added = reading(deviceId, 1, { importWh: 5 })
      yield* assertStored(tenantId, deviceId, [added])
      yield* assertLatest(tenantId, [deviceId], [added])
      const said = reading(deviceId, 1, { importWh: 6 })
      const other = reading(deviceId, 1, { importWh: 7 })
      yield* append(tenantId, [said, said, other, added], ["superseded", "duplicate", "conflict", "conflict"])
      yield* assertStored(tenantId, deviceId, [added])
      yield* assertLatest(tenantId, [deviceId], [added])
      assert.deepStrictEqual(yield* versionsOf(tenantId, deviceId, 1), versions(said, made))
    })
  },
  {
    name: "what the device repeats is judged by what it said, not by the correction",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      const said = reading(deviceId, 1, { importWh: 5 })
      yield* append(tenantId, [said], ["accepted"])
      yield* correct(tenantId, [correction(deviceId, 1, 10, { importWh: 6 })], ["revised"])
      yield* append(tenantId, [said, reading(deviceId, 1, { importWh: 6 })], ["duplicate", "conflict"])
      yield* assertStored(tenantId, deviceId, [reading(deviceId, 1, { importWh: 6 })])
    })
  },
  {
    name: "the correction made last counts, not the one that came last",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      const said = reading(deviceId, 1)
      const early = correction(deviceId, 1, 10, { powerW: 10 })
      const middle = correction(deviceId, 1, 15, null)
      const late = correction(deviceId, 1, 20, { powerW: 20 })
      yield* correct(tenantId, [late, early], ["accepted", "superseded"])
      yield* append(tenantId, [said], ["superseded"])
      yield* correct(tenantId, [middle], ["superseded"])
      yield* assertStored(tenantId, deviceId, [reading(deviceId, 1, { powerW: 20 })])
      assert.deepStrictEqual(yield* versionsOf(tenantId, deviceId, 1), versions(said, early, middle, late))
    })
  },
  {
    name: "the same correction twice changes nothing, and another of the same moment is refused",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      yield* append(tenantId, [reading(deviceId, 1)], ["accepted"])
      const made = correction(deviceId, 1, 10, { powerW: 10 })
      yield* correct(tenantId, [made, made], ["revised", "duplicate"])
      yield* correct(tenantId, [made], ["duplicate"])
      const others = [correction(deviceId, 1, 10, { powerW: 11 }), correction(deviceId, 1, 10, null)]
      yield* correct(tenantId, others, ["conflict", "conflict"])
      const struck = correction(deviceId, 1, 11, null)
      yield* correct(tenantId, [struck, struck, made], ["revised", "duplicate", "duplicate"])
      assert.strictEqual((yield* versionsOf(tenantId, deviceId, 1)).length, 3)
    })
  },
  {
    name: "answers the outcomes of corrections in their order, of any channels and devices",
    run: Effect.gen(function* () {
      const { deviceIds, tenantId } = yield* addDevices(2)
      const [a, b] = [deviceIds[0]!, deviceIds[1]!]
      const L1 = channel("L1")
      yield* append(
        tenantId,
        [reading(b, 5), reading(a, 5, { powerW: 1, channel: L1 })],
        ["accepted", "accepted"]
      )
      const made = [
        correction(b, 5, 10, { powerW: 2 }),
        correction(a, 5, 10, { powerW: 3 }),
        correction(freshDeviceId(), 5, 10, { powerW: 3 }),
        correction(a, 5, 11, { powerW: 4, channel: L1 }),
        correction(b, 5, 9, null)
      ]
      yield* correct(tenantId, made, ["revised", "accepted", "unknown_device", "revised", "superseded"])
      yield* assertStored(tenantId, a, [reading(a, 5, { powerW: 4, channel: L1 })], L1)
      yield* assertStored(tenantId, a, [reading(a, 5, { powerW: 3 })])
      yield* assertStored(tenantId, b, [reading(b, 5, { powerW: 2 })])
      yield* correct(tenantId, [], [])
    })
  },
  {
    name: "corrects no reading of another tenant, and shows it none of the versions",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      const stranger = yield* oneDevice
      yield* append(tenantId, [reading(deviceId, 1)], ["accepted"])
      yield* correct(stranger.tenantId, [correction(deviceId, 1, 10, null)], ["unknown_device"])
      yield* correct(tenantId, [correction(deviceId, 1, 11, { powerW: 2 })], ["revised"])
      assert.deepStrictEqual(yield* versionsOf(stranger.tenantId, deviceId, 1), [])
      assert.strictEqual((yield* versionsOf(tenantId, deviceId, 1)).length, 2)
    })
  },
  {
    name: "keeps who corrected and why letter by letter, and every quantity",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      const words = [...Refusals.awkwardNames.filter((name) => !/\p{Cc}/u.test(name)), "é".repeat(500)]
      const said = {
        powerW: -1 / 3,
        importDeltaWh: 5e-324,
        since: at(-3),
        extra: { a: 1, constructor: -0.5 }
      }
      const made = words.map((word, i) =>
        correction(deviceId, 1, 10 + i / 1000, said, { by: word, reason: words.at(-1 - i)! })
      )
      const outcomes = made.map((_, i) => (i === 0 ? "accepted" : "revised"))
      yield* correct(tenantId, made, outcomes)
      assert.deepStrictEqual(yield* versionsOf(tenantId, deviceId, 1), versions(undefined, ...made))
      const page = yield* (yield* ReadingStore).page(tenantId, { ...all(deviceId), limit: 9 })
      assert.deepStrictEqual(page, [bare(reading(deviceId, 1, said))])
    })
  }
]
