import { assert, describe, it } from "vitest"
import { firstExample, snippetsOf } from "./Snippet.ts"

const markdown = [
  "# Title",
  "```sh",
  "npm install",
  "```",
  "````md",
  "```ts",
  "inside",
  "```",
  "````",
  "```ts run",
  "const a = 1",
  "```",
  "```ts",
  "never closed"
].join("\n")

describe("Snippet", () => {
  it("reads fenced blocks with language, tags and line", () => {
    assert.deepStrictEqual(
      snippetsOf(markdown).map(({ language, line, tags }) => [language, line, ...tags]),
      [
        ["sh", 3],
        ["md", 6],
        ["ts", 11, "run"]
      ]
    )
  })

  it("finds the first example", () => {
    assert.strictEqual(firstExample(markdown)?.code, "const a = 1\n")
    assert.isUndefined(firstExample("no code"))
  })
})
