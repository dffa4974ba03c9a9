import { assert, describe, it } from "vitest"
import { leastFilters } from "./leastFilters.ts"

describe("leastFilters", () => {
  it.each([
    [["a", "a"], ["a"]],
    [["#", "a/b", "+/c", "a/#"], ["#"]],
    [
      ["$SYS/#", "#"],
      ["$SYS/#", "#"]
    ],
    [
      ["a/#", "a", "a/+", "b/+"],
      ["a/#", "b/+"]
    ],
    [
      ["+/b", "a/+", "a/b"],
      ["+/b", "a/+"]
    ],
    [["a/+", "a/#"], ["a/#"]],
    [
      ["+/+", "a/#"],
      ["+/+", "a/#"]
    ],
    [
      ["a/b/c", "a/b"],
      ["a/b/c", "a/b"]
    ],
    [
      ["+", "a/b"],
      ["+", "a/b"]
    ]
  ])("of %j are %j", (filters, least) => {
    assert.deepStrictEqual(leastFilters(filters), least)
  })
})
