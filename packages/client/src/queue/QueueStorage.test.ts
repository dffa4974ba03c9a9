import { assert, describe, it } from "vitest"
import { type Items, itemStorage } from "../queue.ts"

const items = () => {
  const map = new Map<string, string>()
  return {
    map,
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
    removeItem: (key: string) => void map.delete(key)
  }
}

/** As a browser has it. */
const webStorage = (): Items => {
  const { map, ...rest } = items()
  return {
    ...rest,
    get length() {
      return map.size
    },
    key: (index) => [...map.keys()][index] ?? null
  }
}

/** As a phone has it. */
const asyncStorage = (): Items => {
  const { getItem, map, removeItem, setItem } = items()
  return {
    getItem: async (key) => getItem(key),
    setItem: async (key, value) => setItem(key, value),
    removeItem: async (key) => removeItem(key),
    getAllKeys: async () => [...map.keys()]
  }
}

describe("items as a storage", () => {
  it.each([
    ["Web Storage", webStorage],
    ["AsyncStorage", asyncStorage]
  ])("%s keeps, tells and forgets", async (_, make) => {
    const storage = itemStorage(make())
    await storage.set("a", "1")
    await storage.set("b", "2")
    await storage.set("a", "3")
    assert.deepStrictEqual([...(await storage.keys())], ["a", "b"])
    assert.strictEqual(await storage.get("a"), "3")
    await storage.delete("a")
    assert.isNull(await storage.get("a"))
    assert.deepStrictEqual([...(await storage.keys())], ["b"])
  })
})
