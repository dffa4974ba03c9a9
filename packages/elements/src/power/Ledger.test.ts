import type { Device } from "@wattkit/client"
import { assert, describe, it } from "vitest"
import * as Ledger from "./Ledger.ts"

const device = (id: string, role: Device["role"], parentId: string | null = null): Device => ({
  id,
  role,
  parentId,
  name: id.toUpperCase(),
  kind: "virtual",
  locationId: "here",
  createdAt: "2026-01-01T00:00:00Z"
})

const devices = [
  device("grid", "grid"),
  device("pv", "generation", "grid"),
  device("battery", "storage", "grid"),
  device("kitchen", "load", "grid"),
  device("oven", "load", "kitchen"),
  device("fridge", "load", "kitchen"),
  device("car", "load", "grid"),
  device("sauna", "load", "grid")
]

const shown = (entries: ReadonlyArray<Ledger.Entry>) =>
  entries.map(({ depth, id, share, watts }) => [id, watts, Math.round(share * 100), depth])

const makeFrom = (watts: Record<string, number>) =>
  Ledger.make(devices, new Map(Object.entries(watts)), (id) => Math.abs(watts[id] ?? 0))

describe("Ledger", () => {
  it("has two sides of the same size", () => {
    const { from, silent, to } = makeFrom({
      grid: 400,
      pv: -3000,
      battery: -600,
      kitchen: 900,
      oven: 800,
      fridge: 100,
      car: 2000
    })
    assert.deepStrictEqual(shown(from), [
      ["pv", 3000, 75, 0],
      ["battery", 600, 15, 0],
      ["grid", 400, 10, 0]
    ])
    assert.deepStrictEqual(shown(to), [
      ["car", 2000, 50, 0],
      ["kitchen", 900, 23, 0],
      ["oven", 800, 20, 1],
      ["fridge", 100, 3, 1],
      ["rest", 1100, 28, 0]
    ])
    assert.deepStrictEqual(
      silent.map(({ id }) => id),
      ["sauna"]
    )
  })

  it("moves what turns round to the other side", () => {
    const { from, to } = makeFrom({ grid: -1000, pv: -3000, battery: 1500, car: 500 })
    assert.deepStrictEqual(shown(from), [["pv", 3000, 100, 0]])
    assert.deepStrictEqual(shown(to), [
      ["battery", 1500, 50, 0],
      ["grid", 1000, 33, 0],
      ["car", 500, 17, 0]
    ])
  })

  it("balances what panels without a meter bring in", () => {
    const { from, to } = makeFrom({ grid: -2000, car: 500 })
    assert.deepStrictEqual(shown(from), [["unexplained", 2500, 100, 0]])
    assert.deepStrictEqual(shown(to), [
      ["grid", 2000, 80, 0],
      ["car", 500, 20, 0]
    ])
  })

  it("shows a load that takes nothing and leaves out a source that gives nothing", () => {
    const { from, to } = makeFrom({ grid: 4, pv: -3, battery: 0, car: 0 })
    assert.deepStrictEqual(from, [])
    assert.deepStrictEqual(shown(to).slice(0, 1), [["car", 0, 0, 0]])
  })
})
