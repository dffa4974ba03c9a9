import { assert, describe, it } from "vitest"
import * as Chromium from "./Chromium.ts"
import * as Report from "./Report.ts"
import { runAll } from "./Schedule.ts"
import * as Selection from "./Selection.ts"
import type { Outcome, Step } from "./Step.ts"
import { steps as realSteps } from "./steps.ts"
import * as VitestReport from "./VitestReport.ts"

const step = (name: string, rest: Partial<Step> = {}): Step => ({
  name,
  what: name,
  command: [name],
  ...rest
})

const outcome = (one: Step, failed = 0): Outcome => ({
  step: one,
  passed: failed === 0 ? 1 : 0,
  failed,
  seconds: 0,
  failures: failed === 0 ? [] : ["broken"],
  notes: []
})

describe("Selection", () => {
  const steps = [
    step("build"),
    step("size", { needs: ["build"] }),
    step("unit", { vitest: "unit" }),
    step("lint")
  ]
  const chosen = (...argv: ReadonlyArray<string>): string =>
    Selection.choose(Selection.parse(argv, steps), steps)
      .map(({ name }) => name)
      .join(" ")

  it("runs everything, the named steps with their needs, or the tests for a path", () => {
    assert.strictEqual(chosen(), "build size unit lint")
    assert.strictEqual(chosen("--only", "size,lint"), "build size lint")
    assert.strictEqual(chosen("--only=lint"), "lint")
    assert.strictEqual(chosen("lint"), "lint")
    assert.strictEqual(chosen("packages/core"), "unit")
    assert.deepStrictEqual(Selection.parse(["packages/core", "--bail"], steps), {
      only: [],
      filters: ["packages/core"],
      list: false,
      bail: true,
      told: {}
    })
  })

  it("says which word it does not know", () => {
    assert.throws(() => chosen("--fast"), /--fast/)
    assert.throws(() => chosen("--only", "size,paint"), /Not: paint/)
    assert.throws(() => chosen("--kills", "0"), /positive/)
    assert.throws(() => chosen("--delay=soon"), /--delay needs a positive number, not soon/)
  })

  it("tells tests how long to do their worst", () => {
    const { told } = Selection.parse(["--kills", "40", "--outage=30", "--delay", "60"], steps)
    assert.deepStrictEqual(told, { WATTKIT_KILLS: "40", WATTKIT_OUTAGE: "30", WATTKIT_DELAY: "60" })
  })

  it("the real steps need only steps that come before them", () => {
    const names = realSteps.map(({ name }) => name)
    for (const [index, { name, needs = [] }] of realSteps.entries()) {
      assert.strictEqual(names.indexOf(name), index)
      for (const need of needs) assert.isBelow(names.indexOf(need), index)
    }
  })
})

describe("Schedule", () => {
  const play = async (
    steps: ReadonlyArray<Step>,
    broken: ReadonlyArray<string>,
    stopAfterFailure = false
  ) => {
    const log: Array<string> = []
    let running = 0
    let most = 0
    const outcomes = await runAll(steps, {
      run: async (one) => {
        log.push(one.name)
        running += one.weight ?? 1
        most = Math.max(most, running)
        await Promise.resolve()
        running -= one.weight ?? 1
        return outcome(one, broken.includes(one.name) ? 1 : 0)
      },
      finished: () => {},
      stopAfterFailure
    })
    return {
      log: log.join(" "),
      most,
      failed: outcomes.filter(({ failed }) => failed > 0).map((one) => one.step.name)
    }
  }
  const steps = [step("a"), step("b"), step("c", { weight: 2 }), step("d", { needs: ["a"] }), step("e")]

  it("never takes more than the machine has, and runs everything", async () => {
    assert.deepStrictEqual(await play(steps, []), { log: "a b c d e", most: 2, failed: [] })
  })

  it("goes on after a failure, without what needs the failed step", async () => {
    assert.deepStrictEqual(await play(steps, ["a"]), { log: "a b c e", most: 2, failed: ["a", "d"] })
  })

  it("stops when asked to", async () => {
    const { failed, log } = await play([step("a"), step("b", { weight: 2 }), step("c")], ["a"], true)
    assert.deepStrictEqual([log, failed], ["a", ["a"]])
  })
})

describe("VitestReport", () => {
  const file = (statuses: ReadonlyArray<string>, status = "passed", message?: string) => ({
    name: "/repo/packages/core/src/a.test.ts",
    status,
    ...(message === undefined ? {} : { message }),
    assertionResults: statuses.map((one) => ({
      fullName: `timescale ${one}`,
      status: one,
      failureMessages: one === "failed" ? ["\u001B[31mexpected 1\u001B[39m\n  at"] : []
    }))
  })
  const strict = { mustHaveTests: true, maySkip: [] }

  it("counts every test and names what failed", () => {
    const counted = VitestReport.count(
      { testResults: [file(["passed", "passed", "failed"], "failed")] },
      "/repo",
      strict
    )
    assert.strictEqual(counted.passed, 2)
    assert.deepStrictEqual(counted.failures, ["packages/core/src/a.test.ts: timescale failed: expected 1"])
  })

  it("a skipped test is a failure unless it is allowed", () => {
    const report = { testResults: [file(["passed", "skipped", "todo"])] }
    assert.strictEqual(VitestReport.count(report, "/repo", strict).failed, 2)
    const allowed = VitestReport.count(report, "/repo", {
      ...strict,
      maySkip: [{ name: /timescale/, reason: "no server" }]
    })
    assert.deepStrictEqual([allowed.failed, allowed.notes], [0, ["no server"]])
  })

  it("a file that cannot be loaded and a run without tests are failures", () => {
    const broken = VitestReport.count(
      { testResults: [file([], "failed", "no such module")] },
      "/repo",
      strict
    )
    assert.deepStrictEqual(broken.failures, ["packages/core/src/a.test.ts: no such module"])
    assert.strictEqual(VitestReport.count({ testResults: [] }, "/repo", strict).failed, 1)
    assert.strictEqual(
      VitestReport.count({ testResults: [] }, "/repo", { ...strict, mustHaveTests: false }).failed,
      0
    )
  })
})

describe("Chromium", () => {
  const find = (paths: ReadonlyArray<string>, env: Record<string, string> = {}) =>
    Chromium.find({
      env: { PATH: "/usr/bin", ...env },
      home: "/h",
      isExecutable: (path) => paths.includes(path),
      list: () => ["chromium-1200", "firefox-1"]
    })

  it("prefers the one that is named, then the system's, then Playwright's", () => {
    const own = "/h/.cache/ms-playwright/chromium-1200/chrome-linux/chrome"
    const all = ["/opt/chrome", "/usr/bin/chromium", own]
    assert.strictEqual(find(all, { WATTKIT_CHROMIUM: "/opt/chrome" }), "/opt/chrome")
    assert.strictEqual(find(all, { CHROME_PATH: "/opt/missing" }), "/usr/bin/chromium")
    assert.strictEqual(find([own]), own)
    assert.isUndefined(find([]))
  })
})

describe("Report", () => {
  it("ends with the line that counts", () => {
    let written = ""
    const report = Report.make((text) => {
      written += text
    })
    for (const one of [outcome(step("a")), { ...outcome(step("unit", { vitest: "unit" })), passed: 41 }]) {
      report.started(one.step)
      report.finished(one)
    }
    report.finished(outcome(step("lint"), 1))
    assert.strictEqual(report.summary(), 1)
    assert.match(written, /\n  lint: broken\n\n42 passed, 1 failed\n$/)
  })

  it("a filter that matches nothing is counted", () => {
    const report = Report.make(() => {})
    report.requireTests(["packages/nowhere"])
    assert.strictEqual(report.summary(), 1)
  })
})
