import { ChannelReadings, type Interval, UsageCells, usageOf, type UsageRules } from "@wattkit/core"
import { assert, describe, it } from "vitest"
import { Luck } from "./Luck.ts"
import { Model } from "./Model.ts"
import { makeSequence } from "./Sequence.ts"
import type { Counted } from "./UsageModel.ts"

const CELL = UsageCells.CELL_MS
const DAY = 86_400_000

/** What a model knows after a sequence, as if each operation had been acknowledged. */
const played = (seed: number) => {
  const sequence = makeSequence({ seed, operations: 200, prefix: "s", long: seed % 50 === 7 })
  const model = new Model()
  for (const { id, zone } of sequence.locations) model.setZone(id, zone)
  for (const one of sequence.operations) {
    if (one.do === "append") one.batch.forEach((reading) => model.append(reading))
    if (one.do === "correct") one.corrections.forEach((correction) => model.correct(correction))
    if (one.do === "rules") model.setRules(one, one.rules)
  }
  return { sequence, model }
}

const columns = (counted: ReadonlyArray<Counted>) => {
  const edited = new Set(counted.filter((one) => one.edited).map(({ reading }) => reading.at))
  return ChannelReadings.fromReadings(
    counted.map(({ reading }) => reading),
    (at) => edited.has(at)
  )
}

const shown = (cells: ReadonlyArray<{ readonly within: Interval.Interval }>) =>
  cells.map((cell) => `${new Date(cell.within.start).toISOString()} ${JSON.stringify(cell)}`)

/** The usage of a piece, from as few readings around it as decide it. */
const pieceOf = (counted: ReadonlyArray<Counted>, within: Interval.Interval, rules: UsageRules) => {
  const has = (name: "importWh" | "exportWh") => counted.some(({ reading }) => reading[name] !== undefined)
  const from = counted.filter(({ reading }) => reading.at < within.start).length
  const to = counted.filter(({ reading }) => reading.at < within.end).length
  for (let context = 1; ; context *= 2) {
    const some = counted.slice(Math.max(0, from - context), to + context)
    const known = { before: from <= context, after: to + context >= counted.length }
    const registers = { imports: has("importWh"), exports: has("exportWh") }
    const cells = usageOf(columns(some), rules, within, { ...known, ...registers })
    if (cells !== undefined) return UsageCells.toUsages(cells)
    assert.isFalse(known.before && known.after, "all readings are given, and still it is not decided")
  }
}

/** Quarter hours from before the first reading until after the last, cut anywhere. */
const pieces = (counted: ReadonlyArray<Counted>, luck: Luck): ReadonlyArray<Interval.Interval> => {
  const instants = counted.map(({ reading }) => reading.at)
  const first = Math.floor((Math.min(...instants) - 2 * DAY) / CELL)
  const last = Math.ceil((Math.max(...instants) + 2 * DAY) / CELL)
  const near = Array.from({ length: 6 }, () => Math.floor(luck.one(instants) / CELL) + luck.whole(-1, 3))
  const cuts = [...new Set([first, ...near, last])].sort((a, b) => a - b)
  return cuts
    .slice(1)
    .map((cut, i) => ({ start: (cuts[i] ?? first) * CELL, end: cut * CELL }) as Interval.Interval)
}

const SEQUENCES = Number(process.env["WATTKIT_TEST_SEQUENCES"] ?? 60)

describe("usageOf", () => {
  it("equals the model, whole and piece by piece", () => {
    for (let seed = 1; seed <= SEQUENCES; seed++) {
      const { model, sequence } = played(seed)
      for (const place of sequence.channels) {
        const counted = model.counted(place)
        if (counted.length === 0) continue
        const expected = shown(model.usage(place, place.locationId, "PT15M"))
        const [rules, cut] = [model.rules(place), pieces(counted, new Luck(seed, "pieces"))]
        const said = `seed ${seed}, ${place.deviceId} ${place.channel}`
        const whole = { start: cut[0]!.start, end: cut.at(-1)!.end }
        assert.deepStrictEqual(shown(pieceOf(counted, whole, rules)), expected, said)
        const parts = cut.flatMap((within) => pieceOf(counted, within, rules))
        assert.deepStrictEqual(shown(parts), expected, `${said}, in pieces`)
      }
    }
  }, 300_000)
})
