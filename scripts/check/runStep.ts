import { spawn } from "node:child_process"
import { createWriteStream, existsSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import type { Outcome, Step } from "./Step.ts"
import * as VitestReport from "./VitestReport.ts"

/** What every step shares. */
export interface Surroundings {
  readonly root: string
  readonly output: string
  readonly filters: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string | undefined>>
  /** Process groups to end when the run is interrupted. */
  readonly groups: Set<number>
}

const maySkip = (env: Surroundings["env"]): VitestReport.Allowance["maySkip"] =>
  (env["WATTKIT_TEST_TIMESCALE_URL"] ?? "") === ""
    ? [{ name: /timescale/i, reason: "Timescale tests need WATTKIT_TEST_TIMESCALE_URL" }]
    : []

/** Runs one step with its output in a log file and counts what came of it. */
export const runStep = async (step: Step, around: Surroundings): Promise<Outcome> => {
  const started = performance.now()
  const log = join(around.output, `${step.name}.log`)
  const report = join(around.output, `${step.name}.json`)
  rmSync(report, { force: true })
  const reporters = [
    "--passWithNoTests",
    "--reporter",
    "default",
    "--reporter",
    "json",
    "--outputFile.json",
    report
  ]
  const command =
    step.vitest === undefined ? step.command : [...step.command, ...around.filters, ...reporters]
  const code = await execute(command, log, step, around)
  const seconds = (performance.now() - started) / 1000
  if (step.vitest === undefined) {
    const failures = code === 0 ? [] : [broken(code, log)]
    return { step, passed: code === 0 ? 1 : 0, failed: failures.length, seconds, failures, notes: [] }
  }
  return { step, seconds, ...countTests(code, report, log, around) }
}

const countTests = (code: number, report: string, log: string, around: Surroundings): VitestReport.Count => {
  if (!existsSync(report)) return { passed: 0, failed: 1, failures: [broken(code, log)], notes: [] }
  const counted = VitestReport.count(JSON.parse(readFileSync(report, "utf8")), around.root, {
    mustHaveTests: around.filters.length === 0,
    maySkip: maySkip(around.env)
  })
  // An error outside any test (an unhandled rejection, a thread that died) shows in the exit code alone.
  if (code === 0 || counted.failed > 0) return counted
  return { ...counted, failed: 1, failures: [broken(code, log)] }
}

const execute = (
  command: ReadonlyArray<string>,
  log: string,
  step: Step,
  around: Surroundings
): Promise<number> =>
  new Promise((resolve) => {
    const sink = createWriteStream(log)
    const [program, ...words] = command
    const child = spawn(program!, words, {
      cwd: around.root,
      env: { ...around.env, ...step.env, WATTKIT_STEP: step.name },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that an interruption ends what the step started and nothing else.
      detached: true
    })
    if (child.pid !== undefined) around.groups.add(child.pid)
    child.stdout.pipe(sink, { end: false })
    child.stderr.pipe(sink, { end: false })
    const finish = (code: number, message = ""): void => {
      if (child.pid !== undefined) around.groups.delete(child.pid)
      sink.end(message, () => resolve(code))
    }
    child.on("error", (error) => finish(127, `${error.message}\n`))
    child.on("close", (code, signal) => finish(code ?? 1, signal === null ? "" : `ended by ${signal}\n`))
  })

/** The end of a log; its last line goes first, because that is where most tools say what they found. */
const broken = (code: number, log: string): string => {
  const text = tail(log)
  const last = text.split("\n").findLast((line) => !/^\s*$|^Finished in/.test(line)) ?? "no output"
  return `exit code ${code}: ${last.trim()}\n${text}`
}

const tail = (log: string): string => {
  const lines = readFileSync(log, "utf8").trimEnd().split("\n")
  return lines.slice(-40).join("\n")
}
