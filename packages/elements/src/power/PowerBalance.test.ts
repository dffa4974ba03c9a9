import fc from "fast-check"
import { assert, describe, it } from "vitest"
import * as PowerBalance from "./PowerBalance.ts"

type Role = PowerBalance.Measured["role"]
const device = (id: string, role: Role, parentId: string | null = null) => ({ id, role, parentId })
const power = (watts: Record<string, number>) => new Map(Object.entries(watts))

const house = [
  device("grid", "grid"),
  device("pv", "generation", "grid"),
  device("battery", "storage", "grid"),
  device("kitchen", "load", "grid"),
  device("oven", "load", "kitchen"),
  device("car", "load", "grid")
]

describe("PowerBalance", () => {
  it("balances grid, solar, battery and house", () => {
    const watts = power({ grid: -500, pv: -3000, battery: 700, kitchen: 900, oven: 800, car: 600 })
    assert.deepStrictEqual(PowerBalance.make(house, watts), {
      grid: -500,
      solar: 3000,
      battery: 700,
      house: 1800,
      unexplained: 0,
      metered: 1500,
      unmetered: 300,
      isComplete: true
    })
  })

  it("does not count a plug twice that hangs behind a measured circuit", () => {
    const own = PowerBalance.ownPower(house, power({ kitchen: 900, oven: 800 }))
    assert.deepStrictEqual(
      [...own],
      [
        ["kitchen", 100],
        ["oven", 800]
      ]
    )
  })

  it("looks through a device that has not said anything", () => {
    const watts = power({ grid: 1000, oven: 800 })
    assert.strictEqual(PowerBalance.make(house, watts).metered, 800)
  })

  it("tells the panels of a hybrid inverter from the battery behind it", () => {
    const hybrid = [device("inverter", "generation"), device("battery", "storage", "inverter")]
    const balance = PowerBalance.make(hybrid, power({ inverter: -1000, battery: 2000 }))
    assert.strictEqual(balance.solar, 3000)
    assert.strictEqual(balance.battery, 2000)
  })

  it("says nothing of what nobody measures", () => {
    const balance = PowerBalance.make([device("plug", "load")], power({ plug: 40 }))
    assert.deepStrictEqual(balance, {
      grid: undefined,
      solar: undefined,
      battery: undefined,
      house: 40,
      unexplained: 0,
      metered: 40,
      unmetered: undefined,
      isComplete: false
    })
    assert.isUndefined(PowerBalance.make([], new Map()).house)
  })

  it("does not take what panels without a meter export for what the house uses", () => {
    const { house: used, unexplained, unmetered } = PowerBalance.make(house, power({ grid: -2000, car: 500 }))
    assert.deepStrictEqual([used, unexplained, unmetered], [undefined, 2500, undefined])
    assert.strictEqual(PowerBalance.make(house, power({ grid: -20 })).house, 0)
  })

  it("survives a circle of parents", () => {
    const circle = [device("a", "load", "b"), device("b", "load", "a")]
    assert.strictEqual(PowerBalance.make(circle, new Map()).house, undefined)
  })

  it("gives the same sums however the loads are nested", () => {
    const watts = fc.integer({ min: -5000, max: 5000 })
    fc.assert(
      fc.property(fc.array(fc.tuple(watts, fc.nat()), { maxLength: 12 }), watts, (loads, grid) => {
        // The power of a parent is its own plus that of all devices inside it.
        const flat = loads.map(([own], index) => ({ id: `d${index}`, own }))
        const parents = loads.map(([, pick], index) => (index === 0 ? -1 : (pick % (index + 1)) - 1))
        const shown = flat.map(({ own }) => own)
        for (let index = flat.length - 1; index >= 0; index--)
          if (parents[index]! >= 0) shown[parents[index]!]! += shown[index]!
        const devices = [
          device("grid", "grid"),
          ...flat.map(({ id }, index) =>
            device(id, "load", parents[index]! < 0 ? "grid" : `d${parents[index]}`)
          )
        ]
        const said = new Map([["grid", grid], ...flat.map(({ id }, index) => [id, shown[index]!] as const)])
        const balance = PowerBalance.make(devices, said)
        assert.strictEqual(balance.house, grid > -50 ? Math.max(0, grid) : undefined)
        assert.strictEqual(
          balance.metered ?? 0,
          flat.reduce((sum, { own }) => sum + own, 0)
        )
      })
    )
  })
})
