import type { Outcome, Step } from "./Step.ts"

/** Says what happens while it happens, and everything that failed at the end. */
export interface Report {
  readonly started: (step: Step) => void
  readonly finished: (outcome: Outcome) => void
  /** Filters that matched no test at all are a mistake of the caller, and counted as one. */
  readonly requireTests: (filters: ReadonlyArray<string>) => void
  /** Writes the failures and the last line; returns how many failed. */
  readonly summary: (note?: string) => number
}

const heartbeatSeconds = 30

/** A report that writes plain lines, the same for a terminal and a log. */
export const make = (write: (text: string) => void): Report => {
  const outcomes: Array<Outcome> = []
  const running = new Map<string, { readonly since: number; readonly beat: NodeJS.Timeout }>()
  let unmatched: string | undefined

  const stopBeat = (name: string): void => {
    clearInterval(running.get(name)?.beat)
    running.delete(name)
  }
  return {
    started: (step) => {
      const since = performance.now()
      const beat = setInterval(() => {
        write(`  … ${step.name} is running, ${Math.round((performance.now() - since) / 1000)} s\n`)
      }, heartbeatSeconds * 1000)
      beat.unref()
      running.set(step.name, { since, beat })
      write(`  · ${step.name.padEnd(14)} ${step.what}\n`)
    },
    finished: (outcome) => {
      stopBeat(outcome.step.name)
      outcomes.push(outcome)
      write(line(outcome))
      if (outcome.failed > 0) write(outcome.failures.map((text) => indent(text)).join(""))
    },
    requireTests: (filters) => {
      const ran = outcomes.some((outcome) => outcome.passed + outcome.failed > 0)
      if (!ran) unmatched = `No test file matches ${filters.join(" ")}.`
    },
    summary: (note) => {
      for (const name of running.keys()) stopBeat(name)
      const broken = outcomes.filter((outcome) => outcome.failed > 0)
      const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0)
      const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, unmatched === undefined ? 0 : 1)
      if (note !== undefined) write(`\n${note}\n`)
      if (unmatched !== undefined) write(`\n${unmatched}\n`)
      if (broken.length > 0) write(`\nFailed (logs in .test-output/check/):\n${broken.map(listed).join("")}`)
      write(`\n${passed} passed, ${failed} failed\n`)
      return failed
    }
  }
}

const line = ({ failed, notes, passed, seconds, step }: Outcome): string => {
  const mark = failed > 0 ? "✗" : "✓"
  const counts = step.vitest === undefined ? "" : ` ${passed} passed, ${failed} failed`
  const note = notes.length > 0 ? ` (${notes.join("; ")})` : ""
  return `  ${mark} ${step.name.padEnd(14)} ${seconds.toFixed(1).padStart(6)} s${counts}${note}\n`
}

const listed = ({ failures, step }: Outcome): string =>
  failures.map((text) => `  ${step.name}: ${text.split("\n")[0]}\n`).join("")

const indent = (text: string): string =>
  `${text
    .split("\n")
    .map((one) => `      ${one}`)
    .join("\n")}\n`
