import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { writeOrCheck } from "./writeOrCheck.ts"

describe("writeOrCheck", () => {
  let folder = ""
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "wattkit-generate-"))
  })
  afterEach(() => {
    process.exitCode = undefined
    rmSync(folder, { recursive: true, force: true })
  })

  it("writes what differs and leaves what is right", () => {
    const path = join(folder, "a", "b.ts")
    writeOrCheck({ [path]: "one\n" }, [])
    const { mtimeMs } = statSync(path)
    writeOrCheck({ [path]: "one\n" }, [])
    assert.strictEqual(statSync(path).mtimeMs, mtimeMs)
    writeOrCheck({ [path]: "two\n" }, [])
    assert.strictEqual(readFileSync(path, "utf8"), "two\n")
  })

  it("only compares when asked to check", () => {
    const path = join(folder, "c.ts")
    writeOrCheck({ [path]: "one\n" }, [])
    writeOrCheck({ [path]: "one\n" }, ["--check"])
    assert.strictEqual(process.exitCode, undefined)
    writeOrCheck({ [path]: "two\n" }, ["--check"])
    assert.strictEqual(process.exitCode, 1)
    assert.strictEqual(readFileSync(path, "utf8"), "one\n")
  })
})
