import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { formatsPage } from "../scripts/formatsPage.ts"
import { formats } from "../src/index.ts"

describe("docs/formats.md", () => {
  it("was made from the data as it is", () => {
    execFileSync(process.execPath, [join(import.meta.dirname, "..", "scripts", "generate.ts"), "--check"])
  })

  it("speaks of every format", () => {
    const page = formatsPage()
    for (const { id, words } of formats) {
      assert.include(page, `## ${words.name}\n`)
      assert.include(page, `\`${id}\``)
    }
    assert.notInclude(page, "undefined")
    assert.notInclude(page, "\r")
  })
})
