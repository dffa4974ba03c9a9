import { assert } from "@effect/vitest"
import {
  ChannelName,
  type ChannelUsage,
  type DeviceId,
  mainChannel,
  ReadingStore,
  type UsageCursor,
  type UsageQuery,
  UsageStore,
  usualRules
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Refusals from "../refusals.ts"
import { freshDeviceId } from "../registered.ts"
import {
  addMeter,
  addMeters,
  always,
  cellsOf,
  instant,
  rulesOf,
  say,
  sayRegisters,
  sumOf,
  type UsageCheck
} from "./support.ts"

const L1 = ChannelName.make("L1")

const cursorOf = ({ channel, deviceId, within }: ChannelUsage): UsageCursor => ({
  deviceId,
  channel,
  start: within.start
})

/** Two devices, of which one has two channels, over some quarter hours, and one that has said nothing. */
const household = Effect.gen(function* () {
  const { deviceIds, tenantId } = yield* addMeters("UTC", 3)
  const [a, b, silent] = [deviceIds[0]!, deviceIds[1]!, deviceIds[2]!]
  for (const deviceId of [b, a]) {
    for (const channel of deviceId === a ? [mainChannel, L1] : [mainChannel]) {
      yield* say({ tenantId, deviceId }, [
        ["2026-06-01T11:00:00Z", { importWh: 700, channel }],
        ["2026-06-01T10:00:00Z", { importWh: 100, channel }],
        ["2026-06-01T10:30:00Z", { importWh: 300, channel }]
      ])
    }
  }
  yield* cellsOf({ tenantId, deviceId: a }, "PT15M")
  return { tenantId, a, b, silent }
})

const query = (deviceIds: UsageQuery["deviceIds"], over: Partial<UsageQuery> = {}): UsageQuery => ({
  deviceIds,
  within: always,
  resolution: "PT15M",
  ...over
})

/** How usage is asked for, and its rules. */
export const queryChecks: ReadonlyArray<UsageCheck> = [
  {
    name: "pages in the order of device, channel and start, and pages joined are the whole",
    run: Effect.gen(function* () {
      const { a, b, tenantId } = yield* household
      const store = yield* UsageStore
      const whole = yield* store.page(tenantId, { ...query([b, a, b]), limit: 100 })
      const keys = whole.map(({ channel, deviceId, within }) => [deviceId, channel, within.start].join(" "))
      assert.deepStrictEqual([whole.length, keys], [15, [...new Set(keys)].sort()])
      for (const limit of [1, 4, 5, 14]) {
        const joined: Array<ChannelUsage> = []
        for (let after: UsageCursor | undefined; ;) {
          const page = yield* store.page(tenantId, { ...query([a, b]), limit, after })
          assert.isAtMost(page.length, limit)
          if (page.length === 0) break
          joined.push(...page)
          assert.isAtMost(joined.length, whole.length)
          after = cursorOf(page.at(-1)!)
        }
        assert.deepStrictEqual(joined, whole)
      }
    })
  },
  {
    name: "a page may follow a cell that is not there",
    run: Effect.gen(function* () {
      const { a, b, tenantId } = yield* household
      const store = yield* UsageStore
      const whole = yield* store.page(tenantId, { ...query([a, b]), limit: 100 })
      const follow = (after: UsageCursor) =>
        Effect.map(store.page(tenantId, { ...query([a, b]), limit: 100, after }), (page) => page.length)
      const start = instant("2026-06-01T10:10:00Z")
      assert.strictEqual(yield* follow({ deviceId: a, channel: L1, start }), 14)
      assert.strictEqual(yield* follow({ deviceId: a, channel: ChannelName.make("M"), start }), 10)
      assert.strictEqual(yield* follow({ deviceId: a, channel: ChannelName.make("0"), start }), 15)
      assert.strictEqual(yield* follow({ deviceId: b, channel: ChannelName.make("z"), start }), 0)
      assert.strictEqual(whole.length, 15)
    })
  },
  {
    name: "the interval has the cells that begin in it, whole, and not the one that begins at its end",
    run: Effect.gen(function* () {
      const { a, tenantId } = yield* household
      const store = yield* UsageStore
      const starts = (start: string, end: string, resolution: UsageQuery["resolution"] = "PT15M") =>
        Effect.map(
          store.page(tenantId, {
            ...query([a], { channel: mainChannel, resolution }),
            within: { start: instant(start), end: instant(end) },
            limit: 100
          }),
          (cells) => cells.map(({ imported }) => imported as number | null)
        )
      assert.deepStrictEqual(
        yield* starts("2026-06-01T10:15:00Z", "2026-06-01T10:45:00Z"),
        [100_000, 200_000]
      )
      assert.deepStrictEqual(yield* starts("2026-06-01T10:15:00.001Z", "2026-06-01T10:45:00Z"), [200_000])
      assert.deepStrictEqual(yield* starts("2026-06-01T10:01:00Z", "2026-06-01T10:14:00Z"), [])
      assert.deepStrictEqual(yield* starts("2026-06-01T10:00:00Z", "2026-06-01T10:00:00Z"), [])
      assert.deepStrictEqual(yield* starts("2026-06-01T09:59:00Z", "2026-06-01T10:01:00Z", "PT1H"), [600_000])
      assert.deepStrictEqual(yield* starts("2026-06-01T00:00:00Z", "2026-06-01T00:01:00Z", "P1D"), [600_000])
      assert.deepStrictEqual(yield* starts("2026-06-01T00:01:00Z", "2026-06-02T00:00:00Z", "P1D"), [])
    })
  },
  {
    name: "asks one channel, every channel, or none",
    run: Effect.gen(function* () {
      const { a, b, tenantId } = yield* household
      const store = yield* UsageStore
      const count = (some: UsageQuery) =>
        Effect.map(store.page(tenantId, { ...some, limit: 100 }), (cells) => cells.length)
      assert.strictEqual(yield* count(query([a], { channel: L1 })), 5)
      assert.strictEqual(yield* count(query([a, b], { channel: mainChannel })), 10)
      assert.strictEqual(yield* count(query([b], { channel: L1 })), 0)
      assert.strictEqual(yield* count(query([])), 0)
    })
  },
  {
    name: "total counts a device by its main channel where that spoke, by the others where not, or as asked",
    run: Effect.gen(function* () {
      const { a, b, silent, tenantId } = yield* household
      const phases = { tenantId, deviceId: silent }
      const store = yield* UsageStore
      // A channel that has rules is there, and has said nothing.
      yield* store.setRules(tenantId, silent, mainChannel, usualRules)
      for (const channel of [L1, ChannelName.make("L2")]) {
        yield* say(phases, [
          ["2026-06-01T10:00:00Z", { importWh: 0, channel }],
          ["2026-06-01T10:15:00Z", { importWh: 50, channel }]
        ])
      }
      yield* cellsOf(phases, "P1D")
      const total = (ids: ReadonlyArray<DeviceId>, over: Partial<UsageQuery> = {}) =>
        Effect.map(
          store.total(tenantId, query(ids, { resolution: "P1D", ...over })),
          (cells) => [cells.length, sumOf(cells)] as const
        )
      assert.deepStrictEqual(yield* total([a]), [1, 600_000])
      assert.deepStrictEqual(yield* total([silent]), [1, 100_000])
      assert.deepStrictEqual(yield* total([a, b, silent]), [1, 1_300_000])
      assert.deepStrictEqual(yield* total([a, silent], { channel: L1 }), [1, 650_000])
      assert.deepStrictEqual(yield* total([]), [0, null])
    })
  },
  {
    name: "total counts the other channels again when all that the main one said is struck out",
    run: Effect.gen(function* () {
      const { silent: deviceId, tenantId } = yield* household
      const at = "2026-06-01T10:00:00Z"
      yield* say({ tenantId, deviceId }, [
        [at, { importWh: 0 }],
        [at, { importWh: 0, channel: L1 }],
        ["2026-06-01T10:15:00Z", { importWh: 50, channel: L1 }]
      ])
      const store = yield* UsageStore
      const total = Effect.andThen(
        cellsOf({ tenantId, deviceId }, "P1D"),
        Effect.map(store.total(tenantId, query([deviceId], { resolution: "P1D" })), (cells) => sumOf(cells))
      )
      assert.isNull(yield* total)
      const strike = { deviceId, channel: mainChannel, at: instant(at), reading: null } as const
      const said = { by: "ada", reason: "of another meter", madeAt: instant("2026-06-02T00:00:00Z") }
      yield* ReadingStore.use((readings) => readings.correct(tenantId, [{ ...strike, ...said }]))
      assert.strictEqual(yield* total, 50_000)
    })
  },
  {
    name: "shows a tenant nothing of another's",
    run: Effect.gen(function* () {
      const { a, tenantId } = yield* household
      const stranger = yield* addMeter()
      const store = yield* UsageStore
      const both = query([a, stranger.deviceId, freshDeviceId()])
      assert.deepStrictEqual(yield* store.page(stranger.tenantId, { ...both, limit: 9 }), [])
      assert.deepStrictEqual(yield* store.total(stranger.tenantId, both), [])
      assert.strictEqual((yield* store.page(tenantId, { ...both, limit: 99 })).length, 10)
      const rules = store.rules(stranger.tenantId, a, mainChannel)
      yield* Refusals.assertMissing("device", a, rules)
      const set = store.setRules(stranger.tenantId, a, mainChannel, rulesOf({ basis: "power" }))
      yield* Refusals.assertMissing("device", a, set)
      assert.deepStrictEqual(yield* store.rules(tenantId, a, mainChannel), usualRules)
    })
  },
  {
    name: "rules: the usual ones until some are set, for each channel apart, and as they were set",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* addMeter()
      const store = yield* UsageStore
      assert.deepStrictEqual(yield* store.rules(tenantId, deviceId, mainChannel), usualRules)
      const at = instant("2026-06-01T10:00:00.001Z")
      const rules = rulesOf({
        basis: "delta",
        register: "daily",
        modulusWh: 838_860.8,
        maxPowerW: 1 / 3,
        maxGapMs: 1,
        exchanges: [
          { at },
          { at, finalImportWh: 0.1, startImportWh: 0, finalExportWh: 9e12, startExportWh: 5e-324 }
        ],
        confirmations: [
          { at, as: "nothing" },
          { at, as: "reset" }
        ]
      })
      yield* store.setRules(tenantId, deviceId, L1, rules)
      assert.deepStrictEqual(yield* store.rules(tenantId, deviceId, L1), rules)
      assert.deepStrictEqual(yield* store.rules(tenantId, deviceId, mainChannel), usualRules)
      yield* store.setRules(tenantId, deviceId, L1, rules)
      yield* store.setRules(tenantId, deviceId, L1, usualRules)
      assert.deepStrictEqual(yield* store.rules(tenantId, deviceId, L1), usualRules)
      const absent = freshDeviceId()
      yield* Refusals.assertMissing("device", absent, store.rules(tenantId, absent, mainChannel))
      yield* Refusals.assertMissing("device", absent, store.setRules(tenantId, absent, L1, rules))
    })
  },
  {
    name: "rules set before the first reading hold for it",
    run: Effect.gen(function* () {
      const meter = yield* addMeter("UTC", { maxPowerW: 100 })
      yield* sayRegisters(meter, [
        ["2026-06-01T10:00:00Z", 1],
        ["2026-06-01T10:15:00Z", 2]
      ])
      assert.isNull(sumOf(yield* cellsOf(meter, "P1D")))
    })
  }
]
