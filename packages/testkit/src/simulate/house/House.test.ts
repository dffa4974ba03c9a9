import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import * as House from "./House.ts"

const minute = 60_000
const day = 86_400_000
const start = Date.UTC(2026, 2, 27, 23)

const places = [
  { zone: "Europe/Berlin", latitude: 52.52, longitude: 13.4 },
  { zone: "Australia/Sydney", latitude: -33.87, longitude: 151.21 },
  { zone: "Asia/Kathmandu", latitude: 27.72, longitude: 85.32 },
  { zone: "Africa/Accra", latitude: 5.6, longitude: -0.19 },
  { zone: "America/New_York", latitude: 40.7, longitude: -74 },
  { zone: "Australia/Lord_Howe", latitude: -31.55, longitude: 159.08 }
] as const

const anyHouse = fc
  .record({
    place: fc.constantFrom(...places),
    seed: fc.integer({ min: 0, max: 2 ** 31 }),
    start: fc.integer({ min: Date.UTC(2001, 0, 1), max: Date.UTC(2037, 0, 1) }),
    charger: fc.constantFrom({ mode: "smart" }, { mode: "immediate" }, false) as fc.Arbitrary<
      NonNullable<House.HouseOptions["charger"]>
    >,
    photovoltaics: fc.constantFrom({}, false as const)
  })
  .map(({ place, ...rest }) => House.make({ ...place, ...rest }))

const anyStep = fc.constantFrom(1_000, 7_000, minute, 90_000)

const family = House.make({ start, seed: 7 })

describe("House", () => {
  it("says the same for the same seed, start and pace, and something else for another seed", () => {
    const say = (seed: number): string => {
      const house = House.make({ start, seed })
      return JSON.stringify([
        ...House.stream(house, House.initial(house), { every: 15 * minute, until: start + day })
      ])
    }
    assert.strictEqual(say(3), say(3))
    assert.notStrictEqual(say(3), say(4))
  })

  it("goes on from a state saved as JSON as if it had never stopped", () => {
    fc.assert(
      fc.property(anyHouse, anyStep, fc.integer({ min: 1, max: 600 }), (house, stepMs, steps) => {
        const split = house.start + steps * stepMs
        const end = house.start + 700 * stepMs
        const through = House.advance(house, House.initial(house), end, stepMs)
        const saved = JSON.stringify([house, House.advance(house, House.initial(house), split, stepMs)])
        const [houseAgain, state] = JSON.parse(saved) as [House.House, House.HouseState]
        assert.deepStrictEqual(House.advance(houseAgain, state, end, stepMs), through)
      }),
      { numRuns: 30 }
    )
  })

  it("changes from minutes of history to live seconds without a jump of any register", () => {
    const before = House.advance(family, House.initial(family), start + day / 2)
    const after = House.advance(family, before, before.at + 1_000, 1_000)
    for (const { key } of family.devices) {
      const grown = after.importMj[key] - after.exportMj[key] - before.importMj[key] + before.exportMj[key]
      assert.strictEqual(grown, after.powerW[key] * 1_000, key)
    }
  })

  it("conserves power and energy exactly at every step", () => {
    fc.assert(
      fc.property(anyHouse, anyStep, (house, every) => {
        const children = house.devices
          .filter((device) => device.parentId === "grid")
          .map((device) => device.key)
        const kitchen = house.devices
          .filter((device) => device.parentId === "kitchen")
          .map((device) => device.key)
        let energy = 0
        const pace = { every, stepMs: every, until: house.start + 500 * every }
        for (const state of House.states(house, House.initial(house), pace)) {
          const { powerW, importMj, exportMj } = state
          const sum = children.reduce((total, key) => total + powerW[key], state.unmeteredW)
          assert.strictEqual(powerW.grid, sum)
          assert.isAtLeast(
            powerW.kitchen,
            kitchen.reduce((total, key) => total + powerW[key], 0)
          )
          energy += powerW.grid * every
          assert.strictEqual(importMj.grid - exportMj.grid, energy)
          const booked = children.reduce(
            (total, key) => total + importMj[key] - exportMj[key],
            state.unmeteredMj
          )
          assert.strictEqual(energy, booked)
        }
      }),
      { numRuns: 30 }
    )
  })

  it("shows registers that never fall and grow by power times time, to the milliwatt-hour", () => {
    fc.assert(
      fc.property(anyHouse, (house) => {
        const last = new Map<string, number>()
        const pace = { every: minute, until: house.start + 300 * minute }
        for (const reading of House.stream(house, House.initial(house), pace)) {
          for (const name of ["importWh", "exportWh"] as const) {
            const value = reading[name]
            if (value === undefined) continue
            assert.strictEqual(value, Math.round(value * 1_000) / 1_000)
            const before = last.get(reading.deviceId + name)
            last.set(reading.deviceId + name, value)
            if (before === undefined) continue
            const power = Math.max(0, (name === "importWh" ? 1 : -1) * (reading.powerW ?? 0))
            assert.isAtLeast(value, before)
            assert.closeTo(value - before, power / 60, 0.0011)
          }
        }
      }),
      { numRuns: 15 }
    )
  })

  it("keeps the state of charge in bounds and in balance with what went in and out", () => {
    const house = House.make({ start: Date.UTC(2026, 5, 1), seed: 11 })
    const battery = house.battery ?? assert.fail("a battery was expected")
    const oneWay = Math.sqrt(battery.roundTripEfficiency)
    const readings = [
      ...House.stream(house, House.initial(house), { every: minute, until: house.start + 5 * day })
    ].filter((reading) => reading.deviceId === "battery")
    const [first] = readings
    let full = 0
    for (const { importWh = 0, exportWh = 0, stateOfChargePct = -1, powerW = 0 } of readings) {
      assert.isTrue(stateOfChargePct >= battery.reservePct - 0.01 && stateOfChargePct <= 100)
      assert.isTrue(powerW <= battery.maxChargeW && powerW >= -battery.maxDischargeW)
      const stored =
        (importWh - (first?.importWh ?? 0)) * oneWay - (exportWh - (first?.exportWh ?? 0)) / oneWay
      const shown = ((stateOfChargePct - (first?.stateOfChargePct ?? 0)) / 100) * battery.capacityWh
      assert.closeTo(shown, stored, 1.1)
      if (stateOfChargePct > 99.9) full++
    }
    assert.isAbove(full, 0)
  })

  it("splits the grid power over three phases without remainder", () => {
    const house = House.make({ start, seed: 2, phases: 3 })
    for (const state of House.states(house, House.initial(house), {
      every: 5 * minute,
      until: start + day
    })) {
      const grid = House.readings(house, state).filter((reading) => reading.deviceId === "grid")
      const [whole, ...phases] = grid.map((reading) => reading.powerW ?? NaN)
      assert.deepStrictEqual(
        grid.map((reading) => String(reading.channel)),
        ["main", "L1", "L2", "L3"]
      )
      assert.strictEqual(
        phases.reduce((total, power) => total + power, 0),
        whole
      )
    }
  })

  it("leaves out what the house does not have, and names devices for their house", () => {
    const house = House.make({
      start,
      battery: false,
      charger: false,
      photovoltaics: false,
      idPrefix: "west."
    })
    const state = House.stateAt(house, start + day)
    const ids = new Set(House.readings(house, state).map((reading) => String(reading.deviceId)))
    assert.isTrue(ids.has("west.grid") && ids.has("west.heat-pump"))
    assert.isFalse(ids.has("west.battery") || ids.has("west.charger") || ids.has("west.pv"))
    assert.strictEqual(state.exportMj.grid, 0)
    for (const id of ids) assert.match(id, /^[A-Za-z0-9._:-]{1,64}$/)
  })
})
