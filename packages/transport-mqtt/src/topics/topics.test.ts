import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import * as Filter from "./Filter.ts"
import { FilterTree } from "./FilterTree.ts"
import * as Topic from "./Topic.ts"

const level = fc.constantFrom("", "a", "b", "devices", "$SYS", "ä")
const topics = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join("/"))
const filters = fc
  .tuple(fc.array(fc.oneof(level, fc.constant("+")), { maxLength: 4 }), fc.constantFrom(undefined, "#", "+"))
  .map(([levels, last]) => [...levels, ...(last === undefined ? [] : [last])].join("/"))

/** The rules of the standard as one regular expression, written without looking at the code under test. */
const bruteForce = (filter: string, topic: string): boolean => {
  if (topic.startsWith("$") && /^[+#]/.test(filter)) return false
  const escaped = filter.replace(/[.*?^${}()|[\]\\]/g, "\\$&")
  const pattern = escaped
    .split("/")
    .map((part) => (part === "+" ? "[^/]*" : part))
    .join("/")
    .replace(/^#$/, ".*")
    .replace(/\/#$/, "(/.*)?")
  return new RegExp(`^${pattern}$`, "su").test(topic)
}

describe("what is a topic and a filter", () => {
  it.each(["a", "/", "a//b", "a b/ü", "$SYS/x", "x".repeat(1024), "/".repeat(31)])("%j is both", (text) => {
    assert.isTrue(Topic.isTopic(text))
    assert.isTrue(Filter.isFilter(text))
  })

  it.each(["", "a\u0000", "x".repeat(1025), "ü".repeat(513), "/".repeat(32), "\ud800"])(
    "%j is neither",
    (text) => {
      assert.isFalse(Topic.isTopic(text))
      assert.isFalse(Filter.isFilter(text))
    }
  )

  it.each(["#", "+", "a/#", "+/b/+", "/+", "a/+/#"])("%j is only a filter", (text) => {
    assert.isFalse(Topic.isTopic(text))
    assert.isTrue(Filter.isFilter(text))
  })

  it.each(["a#", "#/a", "a+/b", "a/#/b", "++", "a/b+"])("%j is neither, for its wildcard", (text) => {
    assert.isFalse(Topic.isTopic(text))
    assert.isFalse(Filter.isFilter(text))
  })

  it("takes a shared subscription apart", () => {
    assert.deepStrictEqual(Filter.sharedOf("$share/g/a/+/#"), { group: "g", filter: "a/+/#" })
    for (const text of ["$share/g", "$share//a", "$share/g+/a", "$shared/g/a", "a"]) {
      assert.isUndefined(Filter.sharedOf(text))
    }
  })
})

describe("which topics a filter stands for", () => {
  it.each([
    ["a/#", "a", true],
    ["a/#", "ab", false],
    ["+", "", true],
    ["+/+", "/a", true],
    ["/+", "/a", true],
    ["+", "/a", false],
    ["#", "$SYS/a", false],
    ["+/a", "$SYS/a", false],
    ["$SYS/#", "$SYS/a", true],
    ["a/+/c", "a//c", true]
  ] as const)("%j and %j: %j", (filter, topic, expected) => {
    assert.strictEqual(Filter.matches(filter, topic), expected)
  })

  it("agrees with the brute force", () => {
    fc.assert(
      fc.property(filters, topics, (filter, topic) => {
        assert.strictEqual(Filter.matches(filter, topic), bruteForce(filter, topic))
      }),
      { numRuns: 3000 }
    )
  })

  it("agrees with the brute force when many filters are looked through at once, also after some left", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(filters, fc.boolean()), { maxLength: 20 }),
        fc.array(topics, { minLength: 1, maxLength: 5 }),
        (drawn, asked) => {
          const tree = new FilterTree<number, string>()
          drawn.forEach(([filter], key) => tree.set(filter, key, filter))
          drawn.forEach(([filter, leaves], key) => {
            if (leaves) assert.isTrue(tree.delete(filter, key))
          })
          const left = drawn.flatMap(([filter, leaves], key) => (leaves ? [] : [[filter, key] as const]))
          assert.strictEqual(tree.size, left.length)
          for (const topic of asked) {
            const found: Array<number> = []
            tree.match(topic, (key) => found.push(key))
            const expected = left.filter(([filter]) => bruteForce(filter, topic)).map(([, key]) => key)
            assert.deepStrictEqual(
              found.sort((a, b) => a - b),
              expected
            )
          }
        }
      ),
      { numRuns: 1000 }
    )
  })
})
