import { assert, describe, it } from "vitest"
import { Memory } from "./Memory.ts"

describe("Memory", () => {
  it("forgets what was not asked for longest", () => {
    const memory = new Memory<number>(2)
    memory.set("a", 1)
    memory.set("b", 2)
    assert.strictEqual(memory.get("a"), 1)
    memory.set("c", 3)
    assert.strictEqual(memory.get("b"), undefined)
    assert.deepStrictEqual([...memory.keys()], ["a", "c"])
    assert.strictEqual(memory.size, 2)
  })

  it("makes what it does not know", () => {
    const memory = new Memory<number>(2)
    assert.strictEqual(
      memory.of("a", () => 1),
      1
    )
    assert.strictEqual(
      memory.of("a", () => 2),
      1
    )
  })

  it("looks without making younger", () => {
    const memory = new Memory<number>(2)
    memory.set("a", 1)
    memory.set("b", 2)
    assert.strictEqual(memory.peek("a"), 1)
    memory.set("c", 3)
    assert.strictEqual(memory.peek("a"), undefined)
  })
})
