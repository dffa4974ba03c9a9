import { assert } from "@effect/vitest"
import {
  type Correction,
  DeviceId,
  type DeviceReading,
  Instant,
  LocalCalendar,
  mainChannel,
  type Reading,
  ReadingStore,
  Resolution,
  StorageUpkeep,
  TimeZone,
  type UsageRules,
  UsageStore
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import * as Arbitraries from "../../arbitraries/index.ts"
import {
  addMeter,
  bare,
  cellsOf,
  expectedQuarters,
  expectedSums,
  imports,
  instant,
  kWh,
  type Needs,
  readingAt,
  rulesOf,
  say,
  sayRegisters,
  sumOf,
  type UsageCheck
} from "./support.ts"

const zones = ["Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe"]
/** Rules under which the same readings come to different usage. */
const someRules: ReadonlyArray<Partial<UsageRules>> = [
  {},
  { register: "daily" },
  { modulusWh: 150_000, maxPowerW: 20_000 },
  { basis: "delta" },
  { basis: "power", maxGapMs: 600_000 },
  {
    exchanges: [
      { at: instant("2025-06-15T18:00:00Z"), finalImportWh: 123_900.5, startImportWh: 3 },
      { at: instant("2025-06-16T00:00:00Z"), startImportWh: 0, finalExportWh: 99 }
    ],
    confirmations: [{ at: instant("2025-06-15T16:00:00Z"), as: "reset" }]
  }
]
const placeholder = DeviceId.make("a")

/** One thing that arrives. */
type Arriving = { readonly said: DeviceReading } | { readonly corrected: Correction }

interface Arrival {
  readonly readings: ReadonlyArray<DeviceReading>
  readonly corrections: ReadonlyArray<Correction>
  readonly order: ReadonlyArray<Arriving>
  readonly size: number
  readonly zone: string
  readonly rules: UsageRules
  /** After so many pieces the rules are set. */
  readonly rulesAfter: number
}

const arriving: fc.Arbitrary<Arrival> = Arbitraries.registerWalk(placeholder).chain((readings) =>
  Arbitraries.correctionsOf(readings).chain((corrections) => {
    const all: Array<Arriving> = [
      ...readings.map((said) => ({ said })),
      ...corrections.map((corrected) => ({ corrected }))
    ]
    const shuffled = fc
      .subarray(all)
      .chain((again) => fc.shuffledSubarray([...all, ...again], { minLength: all.length + again.length }))
    return fc.record({
      readings: fc.constant(readings),
      corrections: fc.constant(corrections),
      order: fc.oneof(fc.constant(all), shuffled),
      size: fc.integer({ min: 1, max: 12 }),
      zone: fc.constantFrom(...zones),
      rules: fc.constantFrom(...someRules).map(rulesOf),
      rulesAfter: fc.nat(3)
    })
  })
)

/** Runs a property whose runs need the stores. */
const property = <A>(
  runs: number,
  arbitrary: fc.Arbitrary<A>,
  run: (value: A) => Effect.Effect<void, unknown, Needs>
) =>
  Effect.flatMap(Effect.context<Needs>(), (context) =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(arbitrary, (value) => Effect.runPromise(Effect.provideContext(run(value), context))),
        // To make a failure smaller would take many more runs, each of which a database has to answer.
        { numRuns: runs, seed: 20_250_615, endOnFailure: true }
      )
    )
  )

const lastOf = (corrections: ReadonlyArray<Correction>, at: number) =>
  corrections
    .filter((one) => one.at === at)
    .sort((a, b) => a.madeAt - b.madeAt)
    .at(-1)

/** What counts once everything has come: the correction made last, or what the device said. */
const counted = (readings: ReadonlyArray<Reading>, corrections: ReadonlyArray<Correction>) =>
  readings.flatMap((reading) => {
    const correction = lastOf(corrections, reading.at)
    return correction === undefined ? [reading] : correction.reading === null ? [] : [correction.reading]
  })

const arrive = Effect.fnUntraced(function* (arrival: Arrival) {
  const { corrections, order, readings, rules, rulesAfter, size, zone } = arrival
  const meter = yield* addMeter(zone)
  const setRules = (yield* UsageStore).setRules(meter.tenantId, meter.deviceId, mainChannel, rules)
  const { deviceId, tenantId } = meter
  const store = yield* ReadingStore
  const upkeep = yield* StorageUpkeep
  for (let from = 0; from < order.length; from += size) {
    if (from / size === rulesAfter) yield* setRules
    const some = order.slice(from, from + size)
    const said = some.flatMap((one) => ("said" in one ? [{ ...one.said, deviceId }] : []))
    const corrected = some.flatMap((one) => ("corrected" in one ? [{ ...one.corrected, deviceId }] : []))
    yield* store.append(tenantId, said)
    if (corrected.length > 0) yield* store.correct(tenantId, corrected)
    if (from % 3 === 0) yield* upkeep.refreshUsage
  }
  yield* setRules
  const edited = new Set<number>(corrections.map(({ at }) => at))
  const quarters = expectedQuarters(counted(readings, corrections), rules, edited)
  const calendar = LocalCalendar.of(TimeZone.makeOrThrow(zone))
  for (const resolution of ["PT15M", "PT1H", "P1D"] as const) {
    const cells = (yield* cellsOf(meter, resolution)).map(bare)
    const expected =
      resolution === "PT15M"
        ? quarters
        : expectedSums(quarters, (start) => Resolution.cellOf(start, resolution, calendar))
    assert.deepStrictEqual(cells, expected)
    assert.strictEqual(sumOf(cells), sumOf(quarters))
    assert.strictEqual(sumOf(cells, "exported"), sumOf(quarters, "exported"))
  }
})

/** What holds however readings arrive. */
export const arrivalChecks: ReadonlyArray<UsageCheck> = [
  {
    name: "equals usage computed anew, in any order of readings, corrections and repeats",
    run: property(20, arriving, arrive)
  },
  {
    name: "quarter hours, hours and days of the same time have the same sum, whatever digits registers have",
    run: Effect.gen(function* () {
      const meter = yield* addMeter("Asia/Kathmandu")
      const start = instant("2026-01-31T18:15:00Z")
      yield* say(
        meter,
        Array.from({ length: 1500 }, (_, i) => [
          Instant.plus(start, i * 430_000 + (i % 7) * 1000),
          { importWh: 0.1 * i + 0.3 * Math.floor(i / 3), exportWh: (i * 7) / 3 }
        ])
      )
      const quarters = yield* cellsOf(meter, "PT15M")
      const imported = sumOf(quarters)
      const exported = sumOf(quarters, "exported")
      assert.strictEqual(imported, Math.round(0.1 * 1499_000 + 0.3 * 499_000))
      assert.strictEqual(exported, Math.round((1499 * 7000) / 3))
      for (const resolution of ["PT1H", "P1D"] as const) {
        const cells = yield* cellsOf(meter, resolution)
        assert.isTrue(cells.every((cell) => Number.isSafeInteger(cell.imported)))
        assert.deepStrictEqual([sumOf(cells), sumOf(cells, "exported")], [imported, exported])
      }
    })
  },
  {
    name: "what comes again changes nothing",
    run: Effect.gen(function* () {
      const meter = yield* addMeter("UTC", { basis: "delta" })
      const store = yield* ReadingStore
      const since = instant("2026-06-01T10:00:00Z")
      const reading = readingAt(meter, "2026-06-01T10:15:00Z", { importDeltaWh: 250, since })
      const told: Array<unknown> = []
      for (let i = 0; i < 3; i++) {
        told.push(...(yield* store.append(meter.tenantId, [reading])))
        assert.strictEqual(sumOf(yield* cellsOf(meter, "P1D")), kWh(0.25))
      }
      assert.deepStrictEqual(told, ["accepted", "duplicate", "duplicate"])
    })
  },
  {
    name: "a reading that comes late divides the step it falls into",
    run: Effect.gen(function* () {
      const meter = yield* addMeter()
      yield* sayRegisters(meter, [
        ["2026-06-01T10:00:00Z", 100],
        ["2026-06-01T10:30:00Z", 103]
      ])
      const before = yield* cellsOf(meter, "PT15M")
      assert.deepStrictEqual(Object.values(imports(before)), [kWh(1.5), kWh(1.5)])
      assert.deepStrictEqual(before.map(({ quality }) => quality).slice(0, 2), ["estimated", "estimated"])
      yield* sayRegisters(meter, [["2026-06-01T10:15:00Z", 101]])
      const after = yield* cellsOf(meter, "PT15M")
      assert.deepStrictEqual(Object.values(imports(after)), [kWh(1), kWh(2)])
      assert.deepStrictEqual(after.map(({ quality }) => quality).slice(0, 2), ["measured", "measured"])
      assert.deepStrictEqual(after.map(({ estimated }) => estimated as number).slice(0, 2), [0, 0])
      assert.strictEqual(sumOf(yield* cellsOf(meter, "PT1H")), kWh(3))
      const [latest] = yield* (yield* ReadingStore).latest(meter.tenantId, [meter.deviceId])
      assert.strictEqual(latest?.importWh, 103_000)
    })
  },
  {
    name: "a reading that comes 399 days late changes what is in between",
    run: Effect.gen(function* () {
      const meter = yield* addMeter("Europe/Berlin")
      yield* sayRegisters(meter, [["2026-06-01T10:00:00Z", 900]])
      assert.isNull(sumOf(yield* cellsOf(meter, "P1D")))
      yield* sayRegisters(meter, [["2025-04-28T10:00:00Z", 100]])
      const days = yield* cellsOf(meter, "P1D")
      assert.deepStrictEqual([days.length, sumOf(days)], [400, kWh(800)])
      yield* sayRegisters(meter, [["2025-12-01T00:00:00Z", 500]])
      const months = yield* cellsOf(meter, "P1D", {
        start: instant("2025-04-01T00:00:00Z"),
        end: instant("2025-11-30T23:00:00Z")
      })
      assert.approximately(sumOf(months)!, kWh(400), kWh(2))
      assert.strictEqual(sumOf(yield* cellsOf(meter, "P1D")), kWh(800))
    })
  },
  {
    name: "a correction changes what follows from the reading, and striking it out too",
    run: Effect.gen(function* () {
      const meter = yield* addMeter()
      const { deviceId } = meter
      yield* sayRegisters(meter, [
        ["2026-06-01T10:00:00Z", 100],
        ["2026-06-01T10:15:00Z", 101],
        ["2026-06-01T10:30:00Z", 102]
      ])
      yield* cellsOf(meter, "PT15M")
      const store = yield* ReadingStore
      const correct = (at: string, kWhs: number | null) =>
        store.correct(meter.tenantId, [
          {
            deviceId,
            channel: mainChannel,
            at: instant(at),
            reading: kWhs === null ? null : readingAt(meter, at, { importWh: kWhs * 1000 }),
            by: "ada",
            reason: "read from the meter",
            madeAt: instant("2026-06-02T00:00:00Z")
          }
        ])
      assert.deepStrictEqual(yield* correct("2026-06-01T10:00:00Z", 100.4), ["revised"])
      const edited = yield* cellsOf(meter, "PT15M")
      assert.deepStrictEqual(Object.values(imports(edited)), [kWh(0.6), kWh(1)])
      assert.deepStrictEqual(edited.map(({ quality }) => quality).slice(0, 2), ["edited", "measured"])
      assert.deepStrictEqual(yield* correct("2026-06-01T10:15:00Z", null), ["revised"])
      const struck = yield* cellsOf(meter, "PT15M")
      assert.deepStrictEqual(Object.values(imports(struck)), [kWh(0.8), kWh(0.8)])
      assert.deepStrictEqual(
        struck.map(({ readings }) => readings),
        [1, 0, 1]
      )
      assert.deepStrictEqual(yield* correct("2026-06-01T10:30:00Z", null), ["revised"])
      assert.isNull(sumOf(yield* cellsOf(meter, "PT15M")))
      assert.deepStrictEqual(
        (yield* cellsOf(meter, "P1D")).map(({ readings }) => readings),
        [1]
      )
    })
  }
]
