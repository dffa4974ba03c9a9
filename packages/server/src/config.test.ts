import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { load, type Setting, settings } from "./config.ts"
import { packageRoot } from "./packageRoot.ts"

describe("settings", () => {
  it("stand in the README as they are here", () => {
    const readme = readFileSync(join(packageRoot, "README.md"), "utf8")
    for (const setting of Object.values<Setting>(settings)) {
      const { flag, name, purpose, standard } = setting
      const cell = (text: string | undefined) => (text === undefined || text === "" ? " " : ` \`${text}\` `)
      assert.include(readme, `| \`${name}\` |${cell(flag)}|${cell(standard)}| ${purpose} |`)
    }
  })

  it.effect("are what the flags say, and otherwise what everybody starts with", () =>
    Effect.gen(function* () {
      const config = yield* load({ port: 1234, dataDir: "/somewhere" })
      assert.strictEqual(config.port, 1234)
      assert.strictEqual(config.dataDir, "/somewhere")
      assert.strictEqual(config.host, settings.host.standard)
      assert.deepStrictEqual(config.corsOrigins, [])
    })
  )
})
