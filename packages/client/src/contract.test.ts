import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "vitest"
import { contractSource } from "../scripts/contractSource.ts"
import { routes } from "./contract.gen.ts"
import { createClient } from "./createClient.ts"

const folder = dirname(import.meta.dirname)
const sources = readdirSync(import.meta.dirname, { recursive: true, withFileTypes: true })
  .filter((one) => one.isFile() && one.name.endsWith(".ts") && !one.name.endsWith(".test.ts"))
  .map((one) => join(one.parentPath, one.name))

describe("the contract", () => {
  it("is the one the generated file was made from", () => {
    assert.strictEqual(
      readFileSync(join(import.meta.dirname, "contract.gen.ts"), "utf8"),
      contractSource(),
      "run node packages/client/scripts/generate.ts"
    )
  })

  it("is checked by the command too", () => {
    execFileSync(process.execPath, [join(folder, "scripts", "generate.ts"), "--check"])
  })

  it("has a function for every endpoint", () => {
    const client = createClient({ baseUrl: "http://x" })
    for (const [group, entries] of Object.entries(routes)) {
      const functions: unknown = Reflect.get(client, group)
      assert.deepStrictEqual(Object.keys(functions as object), Object.keys(entries))
    }
  })
})

describe("the package", () => {
  it("imports nothing but itself, and Effect where it is asked for", () => {
    assert.isAbove(sources.length, 8)
    for (const file of sources) {
      const mayUseEffect = /src\/effect(\/\w+)?\.ts$/.test(file)
      const text = readFileSync(file, "utf8")
      for (const [, name] of text.matchAll(/\b(?:from\s+|import\s+|import\s*\(\s*)"([^"]+)"/g)) {
        assert.match(name!, mayUseEffect ? /^(\.\.?|effect)\// : /^\.\.?\/(?!effect)/, file)
      }
    }
  })
})
