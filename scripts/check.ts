import { globSync, mkdirSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import * as Chromium from "./check/Chromium.ts"
import { findOrInstall as findOrInstallAiosmtpd } from "./check/installAiosmtpd.ts"
import { findOrInstall } from "./check/installChromium.ts"
import { findOrInstall as findOrInstallMosquitto } from "./check/installMosquitto.ts"
import * as Report from "./check/Report.ts"
import { runStep } from "./check/runStep.ts"
import { runAll } from "./check/Schedule.ts"
import * as Selection from "./check/Selection.ts"
import type { Outcome, Step } from "./check/Step.ts"
import { steps } from "./check/steps.ts"

const root = dirname(import.meta.dirname)
const output = join(root, ".test-output", "check")
const groups = new Set<number>()

const environment = (selection: Selection.Selection): Record<string, string | undefined> => ({
  ...process.env,
  PATH: [join(root, "node_modules", ".bin"), process.env["PATH"]].join(delimiter),
  // Many processes start on the same sources, and most of a start goes into stripping and compiling them.
  NODE_COMPILE_CACHE: join(root, ".test-output", "compile-cache"),
  ...selection.told
})

const noBrowser = (step: Step): Outcome => ({
  step,
  passed: 0,
  failed: 1,
  seconds: 0,
  failures: [Chromium.advice],
  notes: []
})

/** Filters that match none of these tests must not make anyone install what only they need. */
const isWanted = (tests: string, filters: ReadonlyArray<string>): boolean =>
  filters.length === 0 ||
  globSync(tests, { cwd: root }).some((path) => filters.some((filter) => path.includes(filter)))

const needsBrowser = (filters: ReadonlyArray<string>): boolean =>
  isWanted("packages/*/e2e/**/*.test.ts", filters)

const needsMosquitto = (filters: ReadonlyArray<string>): boolean =>
  isWanted("packages/{transport-mqtt,server}/test/**/*.test.ts", filters)

const needsAiosmtpd = (filters: ReadonlyArray<string>): boolean =>
  isWanted("packages/server/test/mail.test.ts", filters)

const runOne =
  (selection: Selection.Selection, report: Report.Report) =>
  (step: Step): Promise<Outcome> => {
    report.started(step)
    const env = environment(selection)
    if (step.name === "browser" && needsBrowser(selection.filters)) {
      const browser = findOrInstall()
      if (browser === undefined) return Promise.resolve(noBrowser(step))
      env["WATTKIT_CHROMIUM"] = browser
    }
    // Where there is none, the tests that need it fail with advice.
    if (step.name === "integration" && needsMosquitto(selection.filters)) findOrInstallMosquitto()
    if (step.name === "integration" && needsAiosmtpd(selection.filters)) findOrInstallAiosmtpd()
    return runStep(step, { root, output, filters: selection.filters, env, groups })
  }

const endChildren = (): void => {
  for (const group of groups) {
    try {
      process.kill(-group, "SIGTERM")
    } catch {
      // It ended by itself in the meantime.
    }
  }
}

const main = async (): Promise<number> => {
  const selection = Selection.parse(process.argv.slice(2), steps)
  if (selection.list) {
    for (const step of steps) process.stdout.write(`${step.name.padEnd(14)} ${step.what}\n`)
    return 0
  }
  mkdirSync(output, { recursive: true })
  const report = Report.make((text) => process.stdout.write(text))
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      endChildren()
      report.summary("Interrupted: the steps above are all that ran.")
      process.exit(130)
    })
  }
  const chosen = Selection.choose(selection, steps)
  await runAll(chosen, {
    run: runOne(selection, report),
    finished: report.finished,
    stopAfterFailure: selection.bail
  })
  if (selection.filters.length > 0) report.requireTests(selection.filters)
  return report.summary() === 0 ? 0 : 1
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof Selection.UsageError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}
