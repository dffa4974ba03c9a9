import { assert, describe, it } from "vitest"
import { fewestFilters } from "./filters.ts"

describe("fewestFilters", () => {
  it("leaves out what another filter holds", () => {
    const cases: ReadonlyArray<readonly [ReadonlyArray<string>, ReadonlyArray<string>]> = [
      [["a/#", "a/b", "a/+/c", "a"], ["a/#"]],
      [
        ["+/b", "a/b", "a/c"],
        ["+/b", "a/c"]
      ],
      [["a/+", "a/#"], ["a/#"]],
      [
        ["a/+", "+/a"],
        ["a/+", "+/a"]
      ],
      [["a/b", "a/b"], ["a/b"]],
      [
        ["a/b/c", "a/b"],
        ["a/b/c", "a/b"]
      ],
      [["#", "$x/y", "+/#"], ["#"]],
      [
        ["a/+", "a/b/#"],
        ["a/+", "a/b/#"]
      ]
    ]
    for (const [filters, expected] of cases) assert.deepStrictEqual(fewestFilters(filters), expected)
  })
})
