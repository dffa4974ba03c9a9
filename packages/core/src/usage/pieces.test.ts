import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { mainChannel } from "../model/ids.ts"
import type { Reading } from "../model/Reading.ts"
import { type UsageRules, usualRules } from "../model/UsageRules.ts"
import type { Instant } from "../time/Instant.ts"
import { fromReadings } from "./ChannelReadings.ts"
import { MAX_STEP_MS } from "./Step.ts"
import { CELL_MS, toUsages } from "./UsageCells.ts"
import { spanOf } from "./usage.fixture.ts"
import { usageOf } from "./usageOf.ts"

const start = 1_780_000_200_000

/** Registers that rise, blip, jump, fall and begin anew, at odd times, now and then with a gap. */
const readings: fc.Arbitrary<ReadonlyArray<Reading>> = fc
  .array(
    fc.record({
      pause: fc.oneof(
        { weight: 40, arbitrary: fc.integer({ min: 1, max: 1_800_000 }) },
        { weight: 1, arbitrary: fc.constantFrom(7_200_000, 86_400_000, MAX_STEP_MS, MAX_STEP_MS + 1) }
      ),
      turn: fc.oneof(
        { weight: 10, arbitrary: fc.constant("on") },
        { weight: 3, arbitrary: fc.constantFrom("zero", "spike", "reset", "dip", "back") }
      ),
      energy: fc.integer({ min: 0, max: 5000 }),
      has: fc.constantFrom("import", "both", "neither", "delta", "power")
    }),
    { minLength: 1, maxLength: 90 }
  )
  .map((steps) => {
    let at = start
    let register = 100_000
    let low = 0
    return steps.map(({ energy, has, pause, turn }): Reading => {
      at += pause
      register += energy
      if (turn === "reset") register = energy
      if (turn === "back") register = Math.max(0, register - 40_000)
      low = register
      if (turn === "zero") low = 0
      if (turn === "spike") low = register * 3
      if (turn === "dip") low = register * 0.97
      const said = { at: at as Instant, channel: mainChannel, powerW: energy }
      if (has === "neither") return said
      if (has === "delta") return { ...said, importDeltaWh: energy / 7 }
      if (has === "power") return { ...said, powerW: -energy }
      return { ...said, importWh: low, ...(has === "both" ? { exportWh: low / 3 } : {}) }
    })
  })

const rules = (bases: ReadonlyArray<UsageRules["basis"]>): fc.Arbitrary<UsageRules> =>
  fc
    .record({
      basis: fc.constantFrom(...bases),
      register: fc.constantFrom("lifetime", "daily"),
      modulusWh: fc.constantFrom(null, 200_000),
      maxPowerW: fc.constantFrom(20_000, 10_000_000),
      exchange: fc.option(fc.integer({ min: 0, max: 50_000_000 }), { nil: undefined }),
      confirmed: fc.constantFrom(undefined, "reset", "nothing")
    })
    .map(({ confirmed, exchange, ...some }) => ({
      ...usualRules,
      ...some,
      exchanges:
        exchange === undefined
          ? []
          : [{ at: (start + exchange) as Instant, finalImportWh: 120_000, startImportWh: 10 }],
      confirmations: confirmed === undefined ? [] : [{ at: (start + 5_000_000) as Instant, as: confirmed }]
    }))

/** Registers that mean nothing: every one may be a blip, a jump or a new beginning. */
const noise: fc.Arbitrary<ReadonlyArray<Reading>> = fc
  .array(fc.integer({ min: 0, max: 6 }), { minLength: 5, maxLength: 40 })
  .map((values) =>
    values.map((value, i) => ({
      at: (start + i * 300_000) as Instant,
      channel: mainChannel,
      importWh: value * 1000
    }))
  )

/** Computes a piece with more and more readings around it, and answers how often fewer than all sufficed. */
const sufficed = (all: ReadonlyArray<Reading>, rule: UsageRules, place: number, length: number): number => {
  const span = spanOf(all)
  const whole = toUsages(usageOf(fromReadings(all), rule, span, { before: true, after: true })!)
  const cells = Math.round((span.end - span.start) / CELL_MS)
  const from = (span.start + (place % cells) * CELL_MS) as Instant
  const piece = { start: from, end: (from + length * CELL_MS) as Instant }
  const first = all.findIndex(({ at }) => at >= piece.start)
  const begin = first < 0 ? all.length : first
  const inside = all.filter(({ at }) => at >= piece.start && at < piece.end).length
  let count = 0
  for (let context = 0; ; context++) {
    const low = Math.max(0, begin - context)
    const high = Math.min(all.length, begin + inside + context)
    const says = { imports: true, exports: all.some(({ exportWh }) => exportWh !== undefined) }
    const known = { before: low === 0, after: high === all.length, ...says }
    const isAll = known.before && known.after
    const some = usageOf(fromReadings(all.slice(low, high)), rule, piece, known)
    if (some === undefined) assert.isFalse(isAll)
    else {
      if (!isAll) count++
      assert.deepStrictEqual(
        toUsages(some),
        whole.filter(({ within }) => within.start >= piece.start && within.start < piece.end)
      )
    }
    if (isAll) return count
  }
}

describe("usage computed piece by piece", () => {
  for (const [name, given, bases, runs] of [
    ["of meters with every fault", readings, ["register", "delta", "power"], 2000],
    ["of noise", noise, ["register"], 3000]
  ] as const) {
    it(`is what all readings together give, as soon as those around the piece suffice: ${name}`, () => {
      let count = 0
      fc.assert(
        fc.property(
          given,
          rules(bases),
          fc.nat(),
          fc.integer({ min: 1, max: 4 }),
          (all, rule, place, length) => {
            count += sufficed(all, rule, place, length)
          }
        ),
        { numRuns: runs }
      )
      assert.isAbove(count, 1000)
    }, 60_000)
  }

  it("re-sums: the cells of a plain register are its last value less its first", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 90_000_000 }), fc.integer({ min: 0, max: 1e9 })), {
          minLength: 2,
          maxLength: 30
        }),
        (steps) => {
          let at = start
          let register = 0
          const all = steps.map(([pause, milliWattHours]): Reading => {
            at += pause
            register += milliWattHours
            return { at: at as Instant, channel: mainChannel, importWh: register / 1000 }
          })
          const cells = usageOf(fromReadings(all), { ...usualRules, maxPowerW: 1e9 }, spanOf(all), {
            before: true,
            after: true
          })!
          const sum = cells.imported.reduce((total, energy) => total + (Number.isNaN(energy) ? 0 : energy), 0)
          const held = cells.events.some((bits) => bits !== 0)
          if (!held) assert.strictEqual(sum, register - steps[0]![1])
        }
      ),
      { numRuns: 500 }
    )
  })
})
