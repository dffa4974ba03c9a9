import { dirname } from "node:path"
import { assert, describe, it } from "vitest"
import { readRepository } from "./readRepository.ts"
import { rules } from "./rules.ts"
import { wrapComments } from "./wrapComments.ts"

const files = readRepository(dirname(dirname(import.meta.dirname)))

describe("this repository", () => {
  for (const rule of rules) {
    it(`keeps the rule ${rule.name}`, () => {
      const found = rule.check(files).map(({ line, message, path }) => `${path}:${line} ${message}`)
      assert.deepStrictEqual(found, [])
    })
  }

  it("is read without what was built or installed", () => {
    assert.isTrue(files.some(({ path }) => path === "package.json"))
    assert.isTrue(files.some(({ path }) => path === "scripts/start"))
    assert.isFalse(files.some(({ path }) => /(^|\/)(node_modules|dist)\//.test(path)))
  })
})

describe("wrapComments", () => {
  it("breaks comments and leaves code", () => {
    const prose = "word ".repeat(30).trim()
    assert.strictEqual(
      wrapComments(`  /** ${prose} */`),
      `  /**\n   * ${"word ".repeat(21).trim()}\n   * ${"word ".repeat(9).trim()}\n   */`
    )
    assert.deepStrictEqual(
      wrapComments(`// ${prose}`)
        .split("\n")
        .map((line) => line.length),
      [107, 47]
    )
    assert.strictEqual(wrapComments(`const a = "${prose}"`), `const a = "${prose}"`)
  })
})
