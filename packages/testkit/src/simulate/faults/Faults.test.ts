import { assert, describe, it } from "vitest"
import * as House from "../house/House.ts"
import type { DeviceReading } from "../Words.ts"
import * as Faults from "./Faults.ts"
import * as Trigger from "./Trigger.ts"

const minute = 60_000
const start = Date.UTC(2026, 4, 1)
const house = House.make({ start, seed: 3 })
const truth = [
  ...House.stream(house, House.initial(house), { every: 10 * minute, until: start + 86_400_000 })
]
const noon = start + 43_200_000

const of = (readings: Iterable<DeviceReading>, id: string): ReadonlyArray<DeviceReading> =>
  [...readings].filter((reading) => reading.deviceId === id && reading.channel === "main")

const key = (reading: DeviceReading): string => `${reading.deviceId} ${reading.channel} ${reading.at}`

describe("Faults", () => {
  it("reset: counts from zero afterwards and loses nothing in between", () => {
    const faulty = Faults.withReset(truth, "grid", noon)
    const [said, real] = [of(faulty, "grid"), of(truth, "grid")]
    const index = real.findIndex((reading) => reading.at >= noon)
    const base = real[index - 1]?.importWh ?? NaN
    said.forEach((reading, i) => {
      const right = real[i]?.importWh ?? NaN
      assert.strictEqual(reading.importWh, i < index ? right : Math.round((right - base) * 1_000) / 1_000)
    })
    assert.strictEqual(faulty.labels.length, 1)
    assert.strictEqual(faulty.labels[0]?.truth, real[index])
    assert.deepStrictEqual(of(faulty, "fridge"), of(truth, "fridge"))
  })

  it("roll-over: stays below the modulus and can be unrolled", () => {
    const modulus = 1_000
    const faulty = Faults.withRollOver(truth, Trigger.onDevices(["heat-pump"]), modulus)
    const [said, real] = [of(faulty, "heat-pump"), of(truth, "heat-pump")]
    let turns = Math.floor((real[0]?.importWh ?? 0) / modulus)
    let wraps = 0
    said.forEach(({ importWh = NaN }, i) => {
      assert.isTrue(importWh >= 0 && importWh < modulus)
      if (i > 0 && importWh < (said[i - 1]?.importWh ?? 0)) {
        turns++
        wraps++
      }
      assert.closeTo(turns * modulus + importWh, real[i]?.importWh ?? NaN, 1e-6)
    })
    assert.isAbove(wraps, 0)
    assert.strictEqual(faulty.labels.length, wraps)
  })

  it("glitch: a wrong register, once, the power untouched", () => {
    const faulty = Faults.withGlitches(truth, Trigger.onDevices(["pv"], Trigger.at(noon)))
    const wrong = [...faulty].filter((reading) => !truth.includes(reading))
    assert.strictEqual(wrong.length, 1)
    assert.strictEqual(wrong[0]?.exportWh, 0)
    assert.strictEqual(wrong[0]?.powerW, faulty.labels[0]?.truth.powerW)
  })

  it("gap: what is missing is what the labels say", () => {
    const faulty = Faults.withGaps(truth, Trigger.outages(4, 2, 3 * 3_600_000))
    const kept = [...faulty]
    const missing = faulty.labels.map((label) => label.truth)
    assert.isTrue(missing.length > 0 && missing.length < truth.length)
    assert.deepStrictEqual([...kept, ...missing].map(key).toSorted(), truth.map(key).toSorted())
  })

  it("skew: other instants, same quantities", () => {
    const half = { start: noon, end: start + 86_400_001 }
    const faulty = Faults.withClockSkew(truth, Trigger.during(half), 7 * minute)
    const said = [...faulty]
    said.forEach((reading, i) => {
      const right = truth[i]?.at ?? NaN
      assert.strictEqual(reading.at, right < noon ? right : right + 7 * minute)
    })
    assert.strictEqual(faulty.labels.length, truth.filter((reading) => reading.at >= noon).length)
  })

  it.each([0, 25 * minute])("duplicates: twice the same, %i ms later", (after) => {
    const faulty = Faults.withDuplicates(truth, Trigger.random(2, 0.1), after)
    const said = [...faulty]
    assert.isAbove(faulty.labels.length, 20)
    assert.strictEqual(said.length, truth.length + faulty.labels.length)
    assert.deepStrictEqual([...new Set(said.map(key))].toSorted(), truth.map(key).toSorted())
    for (const { truth: twice } of faulty.labels) {
      const first = said.indexOf(twice)
      const again = said.lastIndexOf(twice)
      const youngest = Math.max(...said.slice(0, again).map((reading) => reading.at))
      assert.isBelow(first, again)
      assert.isAtLeast(youngest, Math.min(twice.at + (after === 0 ? 0 : 20 * minute), start + 86_400_000))
    }
  })

  it("late: all arrive, the struck ones behind those that are younger by the delay", () => {
    const faulty = Faults.withLateness(truth, Trigger.random(2, 0.05), 60 * minute)
    const said = [...faulty]
    assert.deepStrictEqual(said.map(key).toSorted(), truth.map(key).toSorted())
    for (const { truth: late } of faulty.labels) {
      const before = said.slice(0, said.indexOf(late)).map((reading) => reading.at)
      const expected = Math.min(late.at + 50 * minute, start + 86_400_000)
      assert.isAtLeast(Math.max(...before), expected)
    }
    assert.isAbove(faulty.labels.length, 10)
  })

  it("late by different delays: arrive in the order in which they are due", () => {
    const delays = new Map(truth.map((reading, i) => [reading, ((i * 7919) % 90) * minute]))
    const dueOf = (reading: DeviceReading): number => reading.at + (delays.get(reading) ?? NaN)
    const faulty = Faults.withLateness(
      truth,
      Trigger.onDevices(["grid"]),
      (reading) => dueOf(reading) - reading.at
    )
    const dues = of(faulty, "grid").map(dueOf)
    assert.strictEqual(dues.length, 144)
    dues.forEach((due, i) => assert.isAtLeast(due, dues[i - 1] ?? 0))
    assert.notDeepEqual(of(faulty, "grid"), of(truth, "grid"))
  })

  it("disorder: same readings, labels for the overtaken", () => {
    const faulty = Faults.withDisorder(truth, 9, 40)
    const said = [...faulty]
    assert.deepStrictEqual(said.map(key).toSorted(), truth.map(key).toSorted())
    assert.notDeepEqual(said, truth)
    const overtaken = new Set(faulty.labels.map((label) => label.truth))
    const rest = said.filter((reading) => !overtaken.has(reading)).map((reading) => reading.at)
    assert.isAbove(overtaken.size, 100)
    rest.forEach((at, i) => assert.isAtLeast(at, rest[i - 1] ?? 0))
  })

  it("compose, repeat exactly, and keep the labels of every layer", () => {
    const gaps = Faults.withGaps(truth, Trigger.random(1, 0.02))
    const both = Faults.withDuplicates(gaps, Trigger.random(8, 0.02))
    const first = JSON.stringify([[...both], both.labels])
    assert.strictEqual(JSON.stringify([[...both], both.labels]), first)
    const kinds = both.labels.map((label) => label.fault)
    assert.isTrue(kinds.includes("gap") && kinds.includes("duplicate"))
  })

  it("work on readings that never end", () => {
    const endless = House.stream(house, House.initial(house), { every: minute })
    const faulty = Faults.withLateness(
      Faults.withGaps(endless, Trigger.random(1, 0.1)),
      Trigger.random(2, 0.1),
      minute
    )
    let seen = 0
    for (const reading of faulty) {
      assert.isAbove(reading.at, start)
      if (++seen === 500) break
    }
    assert.isAbove(faulty.labels.length, 20)
  })
})
