import type { Device } from "@wattkit/core"
import { assert, describe, it } from "vitest"
import { outermost } from "./reach.ts"

const device = (id: string, parentId: string | null = null) => ({ id, parentId }) as Device

describe("outermost", () => {
  const all = [
    device("grid"),
    device("floor", "grid"),
    device("plug", "floor"),
    device("lamp", "plug"),
    device("solar")
  ]
  const of = (...ids: ReadonlyArray<string>) =>
    outermost(
      all.filter(({ id }) => ids.includes(id)),
      all
    ).map(({ id }) => id)

  it("leaves out what another one contains, however far down", () => {
    assert.deepStrictEqual(of("grid", "floor", "plug", "lamp", "solar"), ["grid", "solar"])
    assert.deepStrictEqual(of("floor", "lamp"), ["floor"])
    assert.deepStrictEqual(of("plug", "solar"), ["plug", "solar"])
  })

  it("ends where devices contain each other", () => {
    const circle = [device("a", "b"), device("b", "c"), device("c", "b")]
    assert.deepStrictEqual(outermost(circle.slice(0, 1), circle), circle.slice(0, 1))
  })
})
