import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { assert, describe, it } from "vitest"

const run = promisify(execFile)

describe("embed-ingest", () => {
  it("has at most twenty lines", () => {
    const lines = readFileSync(join(import.meta.dirname, "main.ts"), "utf8")
      .trimEnd()
      .split("\n")
    assert.isAtMost(lines.length, 20)
  })

  it("stores once, calls the same again a duplicate, and runs a second time on the same data", async () => {
    const directory = mkdtempSync(join(tmpdir(), "wattkit-embed-"))
    try {
      for (const _ of ["first", "second"]) {
        const { stdout } = await run(process.execPath, ["main.ts", join(directory, "data")], {
          cwd: import.meta.dirname
        })
        assert.match(stdout, /first: {2}\{ accepted: 1, duplicates: 0, rejected: \[\] \}/)
        assert.match(stdout, /again: {2}\{ accepted: 0, duplicates: 1, rejected: \[\] \}/)
        assert.match(stdout, /powerW: 420/)
      }
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  }, 120_000)
})
