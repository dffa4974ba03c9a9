import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { runStep } from "./runStep.ts"

describe("runStep", () => {
  let folder = ""
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "wattkit-step-"))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  /** Runs a line of JavaScript as a step; the arguments of a test run come after `--`. */
  const run = (code: string, vitest?: string, filters: ReadonlyArray<string> = []) =>
    runStep(
      {
        name: "step",
        what: "step",
        command: [process.execPath, "--eval", code, "--"],
        ...(vitest === undefined ? {} : { vitest })
      },
      { root: folder, output: folder, filters, env: process.env, groups: new Set() }
    )

  /** A program that does what vitest does: writes its report to the last argument and exits. */
  const reporting = (report: object, exit: number): string => {
    const text = JSON.stringify(JSON.stringify(report))
    return `require("fs").writeFileSync(process.argv.at(-1), ${text}); process.exit(${exit})`
  }

  const report = (...statuses: ReadonlyArray<string>) => ({
    testResults: [
      {
        name: "a.test.ts",
        status: "passed",
        assertionResults: statuses.map((status) => ({ fullName: "a", status }))
      }
    ]
  })

  it("counts a step as one, by its exit code, and keeps its output", async () => {
    assert.deepInclude(await run("console.log('fine')"), { passed: 1, failed: 0 })
    assert.strictEqual(readFileSync(join(folder, "step.log"), "utf8"), "fine\n")
    const failed = await run("console.error('it broke'); process.exit(3)")
    assert.deepInclude(failed, { passed: 0, failed: 1 })
    assert.match(failed.failures[0]!, /^exit code 3: it broke\n/)
  })

  it("counts every test of a test run", async () => {
    assert.deepInclude(await run(reporting(report("passed", "passed"), 0), "unit"), { passed: 2, failed: 0 })
    assert.deepInclude(await run(reporting(report("passed", "failed"), 1), "unit"), { passed: 1, failed: 1 })
  })

  it("fails when vitest failed for a reason that is not a test", async () => {
    assert.deepInclude(await run(reporting(report("passed"), 1), "unit"), { passed: 1, failed: 1 })
    assert.deepInclude(await run("process.exit(1)", "unit"), { passed: 0, failed: 1 })
  })

  it("does not count a report that an earlier run left behind", async () => {
    writeFileSync(join(folder, "step.json"), JSON.stringify(report("passed")))
    assert.deepInclude(await run("", "unit"), { passed: 0, failed: 1 })
  })

  it("no tests are a failure, unless a filter says which files are meant", async () => {
    const nothing = reporting({ testResults: [] }, 0)
    assert.deepInclude(await run(nothing, "unit"), { passed: 0, failed: 1 })
    assert.deepInclude(await run(nothing, "unit", ["packages/core"]), { passed: 0, failed: 0 })
  })
})
