import { assert, describe, it } from "vitest"
import { History } from "./History.ts"
import * as PowerHistory from "./PowerHistory.ts"

const steps = { end: 5000, stepMs: 1000, count: 5 }
const hold = { betweenMs: 10_000, newestMs: 1500 }
const grid = { id: "grid", role: "grid", parentId: null } as const
const solar = { id: "pv", role: "generation", parentId: null } as const
const plug = { id: "plug", role: "load", parentId: null } as const

const history = (said: Record<string, ReadonlyArray<readonly [number, number]>>) => {
  const all = new History()
  for (const [id, list] of Object.entries(said)) for (const [at, watts] of list) all.add(id, at, watts)
  return all
}

describe("PowerHistory", () => {
  it("leaves the house open until every part is known, and where the grid fell silent", () => {
    const said = history({
      grid: [
        [1000, 100],
        [2000, 200],
        [3000, 300]
      ],
      pv: [[2000, -50]]
    })
    const { grid: imported, house } = PowerHistory.make([grid, solar, plug], said, steps, hold)
    assert.deepStrictEqual(house, [undefined, 250, 350, 350, undefined])
    assert.deepStrictEqual(imported, [100, 200, 300, 300, undefined])
  })

  it("does not wait for an inverter that is off", () => {
    const said = history({ grid: [[5000, 100]] })
    assert.strictEqual(PowerHistory.make([grid, solar], said, steps, hold).house[4], 100)
  })

  it("adds the loads up where there is no grid meter", () => {
    const said = history({ plug: [[4000, 7]] })
    assert.deepStrictEqual(PowerHistory.make([plug], said, steps, hold).house.slice(2), [undefined, 7, 7])
  })
})
