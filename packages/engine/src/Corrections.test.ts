import { assert, describe, it } from "@effect/vitest"
import {
  DeviceId,
  Instant,
  Interval,
  mainChannel,
  type Reading,
  ReadingBus,
  ReadingStore,
  type StoredReadings,
  TenantId
} from "@wattkit/core"
import { Effect } from "effect"
import { type CorrectionDraft, Corrections, mostStruckOut } from "./Corrections.ts"
import { layer, meter, now, principal, seed, tenantId } from "./house.fixture.ts"

const reading = (powerW: number, at = now): Reading => ({ at, channel: mainChannel, powerW })

const correct = (draft: Partial<CorrectionDraft>, as = principal(), device = meter) =>
  Corrections.use((corrections) =>
    corrections.correct(as, device, { reason: "because", readings: [], strikeOut: [], ...draft })
  )

const within = Interval.fromStringsOrThrow("2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z")

const strikeOut = Corrections.use((corrections) =>
  corrections.strikeOut(principal(), { deviceId: meter, channel: mainChannel, within, reason: "because" })
)

const latest = ReadingStore.use((store) => store.latest(tenantId, [meter]))

const append = (readings: ReadonlyArray<Reading>) =>
  ReadingStore.use((store) =>
    store.append(
      tenantId,
      readings.map((one) => ({ ...one, deviceId: meter }))
    )
  )

describe("Corrections", () => {
  it.effect("lets the second of two decisions in one millisecond count", () =>
    Effect.gen(function* () {
      yield* seed
      yield* append([reading(1)])
      for (const powerW of [2, 3, 4]) {
        assert.strictEqual((yield* correct({ readings: [reading(powerW)] })).revised, 1)
      }
      assert.strictEqual((yield* latest)[0]?.powerW, 4)
      const versions = yield* Corrections.use((corrections) =>
        corrections.revisions(principal(), { deviceId: meter, channel: mainChannel, at: now })
      )
      assert.deepStrictEqual(
        versions.map((one) => [one.reading?.powerW, one.provenance?.by]),
        [
          [1, undefined],
          [2, "k1"],
          [3, "k1"],
          [4, "k1"]
        ]
      )
    }).pipe(Effect.provide(layer))
  )

  it.effect("publishes what counts now, and nothing that does not", () =>
    Effect.gen(function* () {
      yield* seed
      yield* append([reading(1)])
      const news: Array<StoredReadings> = []
      yield* ReadingBus.use((bus) => bus.listen(tenantId, (one) => news.push(one)))
      yield* correct({ readings: [reading(2)], madeAt: now })
      yield* correct({ readings: [reading(2)], madeAt: now })
      yield* correct({ readings: [reading(3)], madeAt: Instant.plus(now, -1) })
      yield* correct({ strikeOut: [reading(0)] })
      assert.deepStrictEqual(
        news.map((one) => one.readings.map(({ deviceId, powerW }) => [deviceId, powerW])),
        [[[meter, 2]]]
      )
      assert.deepStrictEqual(yield* latest, [])
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.effect("strikes out no more at once than it can keep account of", () =>
    Effect.gen(function* () {
      yield* seed
      const readings = Array.from({ length: mostStruckOut + 1 }, (_, i) =>
        reading(i, Instant.plus(within.start, i * 1000))
      )
      yield* append(readings)
      const error = yield* Effect.flip(strikeOut)
      assert.strictEqual(error._tag === "Invalid" && error.field, "to")
      assert.strictEqual((yield* latest)[0]?.powerW, mostStruckOut)
      yield* correct({ strikeOut: readings.slice(0, 1) })
      assert.deepStrictEqual(yield* strikeOut, { struckOut: mostStruckOut })
      assert.deepStrictEqual(yield* latest, [])
    }).pipe(Effect.provide(layer))
  )

  it.effect("is for those who may, on what they may see", () =>
    Effect.gen(function* () {
      yield* seed
      const tag = (as: ReturnType<typeof principal>, device = meter) =>
        Effect.map(Effect.flip(correct({ readings: [reading(1)] }, as, device)), (error) => error._tag)
      assert.strictEqual(yield* tag(principal({ scopes: ["read", "ingest", "manage"] })), "Forbidden")
      assert.strictEqual(yield* tag(principal({ tenantId: TenantId.make("t2") })), "NotFound")
      assert.strictEqual(yield* tag(principal({ deviceId: DeviceId.make("another") })), "NotFound")
      assert.strictEqual(yield* tag(principal(), DeviceId.make("nobody")), "NotFound")
      assert.deepStrictEqual(yield* latest, [])
    }).pipe(Effect.provide(layer))
  )
})
