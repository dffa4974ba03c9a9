/** The part of vitest's JSON report that is counted here. */
export interface VitestReport {
  readonly testResults: ReadonlyArray<{
    readonly name: string
    readonly status: string
    readonly message?: string
    readonly assertionResults: ReadonlyArray<{
      readonly fullName: string
      readonly status: string
      readonly failureMessages?: ReadonlyArray<string> | null
    }>
  }>
}

/** Counts and the sentences behind them. */
export interface Count {
  readonly passed: number
  readonly failed: number
  readonly failures: ReadonlyArray<string>
  readonly notes: ReadonlyArray<string>
}

/** What a run was allowed to do. */
export interface Allowance {
  /** False when path filters were given, which may leave a project empty. */
  readonly mustHaveTests: boolean
  /** Tests whose name matches may be skipped, with the reason as a note. */
  readonly maySkip: ReadonlyArray<{ readonly name: RegExp; readonly reason: string }>
}

/**
 * Counts every test of a run. A skipped test is a failure unless the allowance names it, because a test that
 * does not run protects nothing; a file that could not be loaded is one failure.
 */
export const count = (report: VitestReport, root: string, allowance: Allowance): Count => {
  const failures: Array<string> = []
  const notes = new Set<string>()
  let passed = 0
  let tests = 0
  for (const file of report.testResults) {
    const path = file.name.startsWith(root) ? file.name.slice(root.length + 1) : file.name
    tests += file.assertionResults.length
    let failedHere = 0
    for (const test of file.assertionResults) {
      const allowed = allowance.maySkip.find(({ name }) => name.test(test.fullName) || name.test(path))
      if (test.status === "passed") passed++
      else if (test.status === "failed") {
        failedHere++
        failures.push(`${path}: ${test.fullName}: ${firstLine(test.failureMessages?.[0])}`)
      } else if (allowed !== undefined) notes.add(allowed.reason)
      else failures.push(`${path}: ${test.fullName}: skipped, and a skipped test counts as a failure`)
    }
    if (file.status === "failed" && failedHere === 0) failures.push(`${path}: ${firstLine(file.message)}`)
  }
  if (tests === 0 && failures.length === 0 && allowance.mustHaveTests) failures.push("no tests were found")
  return { passed, failed: failures.length, failures, notes: [...notes] }
}

// oxlint-disable-next-line no-control-regex -- colour codes are control characters
const colour = /\u001B\[[0-9;]*m/g

const firstLine = (text: string | undefined): string =>
  (text ?? "failed").replace(colour, "").split("\n")[0]!.slice(0, 300)
