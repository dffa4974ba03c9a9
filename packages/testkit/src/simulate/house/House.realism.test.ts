import { assert, describe, it } from "vitest"
import * as House from "./House.ts"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const kwh = (energyMj: number): number => energyMj / 3.6e9

const hourIn = (zone: string, at: number): number =>
  Number(new Intl.DateTimeFormat("en-US", { timeZone: zone, hour: "numeric", hourCycle: "h23" }).format(at))

const places = [
  { zone: "Europe/Berlin", latitude: 52.52, longitude: 13.4 },
  { zone: "Australia/Sydney", latitude: -33.87, longitude: 151.21 },
  { zone: "Asia/Kathmandu", latitude: 27.72, longitude: 85.32 },
  { zone: "Europe/London", latitude: 51.5, longitude: -0.13 },
  { zone: "Africa/Accra", latitude: 5.6, longitude: -0.19 },
  { zone: "Pacific/Auckland", latitude: -36.85, longitude: 174.76 }
]

describe("a simulated house is believable", () => {
  it.each(places)("generates by day and not at night in $zone", (place) => {
    for (const month of [0, 2, 5, 8]) {
      const start = Date.UTC(2026, month, 20)
      const house = House.make({ ...place, start, seed: 5 })
      let noon = 0
      for (const state of House.states(house, House.initial(house), {
        every: 10 * minute,
        until: start + 3 * day
      })) {
        const local = hourIn(place.zone, state.at - 1)
        if (local >= 22 || local < 3) assert.strictEqual(state.powerW.photovoltaics, 0)
        if (local >= 11 && local < 14) noon = Math.max(noon, -state.powerW.photovoltaics)
      }
      assert.isAbove(noon, 500)
    }
  })

  it("uses what families use in a year", () => {
    const start = Date.UTC(2025, 0, 1)
    for (const seed of [1, 2]) {
      const house = House.make({ start, seed, charger: false })
      const state = House.advance(house, House.initial(house), start + 365 * day)
      const { importMj, exportMj, unmeteredMj } = state
      const used = kwh(importMj.kitchen + importMj.washer + importMj.lights + importMj.heatPump + unmeteredMj)
      assert.isTrue(used > 5_000 && used < 9_000, `${used}`)
      const without = used - kwh(importMj.heatPump)
      assert.isTrue(without > 2_200 && without < 4_500, `${without}`)
      const perPeak = kwh(exportMj.photovoltaics) / 8
      assert.isTrue(perPeak > 850 && perPeak < 1_250, `${perPeak}`)
      assert.closeTo(exportMj.battery / importMj.battery, 0.9, 0.01)
      assert.isTrue(kwh(importMj.battery) > 1_000 && kwh(importMj.battery) < 3_500)
    }
  })

  it("heats in winter and not in summer, and keeps the rooms warm", () => {
    const heating = (month: number): number => {
      const house = House.make({ start: Date.UTC(2026, month, 1), seed: 4 })
      let state = House.initial(house)
      let switched = 0
      for (const next of House.states(house, state, { every: minute, until: house.start + 14 * day })) {
        if (next.heat.on !== state.heat.on) switched++
        assert.isTrue(next.heat.indoorC > 19.5 && next.heat.indoorC < 30)
        state = next
      }
      if (month === 0) assert.isTrue(switched > 100 && switched < 1_000, `${switched}`)
      return kwh(state.importMj.heatPump) / 14
    }
    const [winter, summer] = [heating(0), heating(6)]
    assert.isTrue(winter > 12 && winter < 45, `${winter}`)
    assert.isTrue(summer > 0.8 && summer < 4, `${summer}`)
  })

  it.each(["immediate", "smart"] as const)("gives the car what it needs by morning (%s)", (mode) => {
    const house = House.make({ start: Date.UTC(2026, 10, 2), seed: 8, charger: { mode } })
    let charging = 0
    let evening = 0
    let state = House.initial(house)
    for (state of House.states(house, state, { every: minute, until: house.start + 28 * day })) {
      if (state.powerW.charger < 1_000) continue
      charging++
      const local = hourIn(house.zone, state.at - 1)
      if (local >= 15 && local < 24) evening++
    }
    const stays = kwh(state.importMj.charger - 28 * 24 * 3 * 3.6e6) / 10.5
    assert.isTrue(stays > 10 && stays < 24, `${stays}`)
    assert.isAbove(charging, 0)
    assert.isTrue(
      mode === "immediate" ? evening > 0.7 * charging : evening < 0.3 * charging,
      `${evening}/${charging}`
    )
  })

  it("leaves something that no sub-meter sees", () => {
    const house = House.make({ start: Date.UTC(2026, 3, 1), seed: 9 })
    const state = House.stateAt(house, house.start + 7 * day)
    const share = state.unmeteredMj / state.importMj.grid
    assert.isTrue(share > 0.05 && share < 1)
    for (const key of ["fridge", "lights", "washer", "dishwasher", "oven", "kitchen"] as const) {
      assert.isAbove(state.importMj[key], 0, key)
    }
  })
})
