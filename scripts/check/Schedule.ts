import type { Outcome, Step } from "./Step.ts"

/** How the schedule talks to its surroundings; a test passes fakes. */
export interface Hooks {
  readonly run: (step: Step) => Promise<Outcome>
  readonly finished: (outcome: Outcome) => void
  readonly stopAfterFailure: boolean
}

const capacity = 2

/**
 * Runs steps in their order, two light ones beside each other, and goes on after a failure.
 *
 * A step whose needs failed is counted as failed without being run: it would only repeat the first message.
 */
export const runAll = async (steps: ReadonlyArray<Step>, hooks: Hooks): Promise<ReadonlyArray<Outcome>> => {
  const outcomes = new Map<string, Outcome>()
  const waiting = [...steps]
  const running = new Map<string, Promise<void>>()
  const chosen = new Set(steps.map((step) => step.name))
  let load = 0
  let stopped = false

  const settle = (outcome: Outcome): void => {
    outcomes.set(outcome.step.name, outcome)
    if (hooks.stopAfterFailure && outcome.failed > 0) stopped = true
    hooks.finished(outcome)
  }
  const start = (step: Step, weight: number): void => {
    load += weight
    const done = hooks.run(step).then((outcome) => {
      load -= weight
      running.delete(step.name)
      settle(outcome)
    })
    running.set(step.name, done)
  }

  while (waiting.length > 0 || running.size > 0) {
    for (const step of stopped ? [] : [...waiting]) {
      const needs = (step.needs ?? []).filter((name) => chosen.has(name))
      if (needs.some((name) => !outcomes.has(name))) continue
      const broken = needs.filter((name) => outcomes.get(name)!.failed > 0)
      const weight = step.weight ?? 1
      if (broken.length === 0 && load + weight > capacity) break
      waiting.splice(waiting.indexOf(step), 1)
      if (broken.length > 0) settle(notRun(step, broken))
      else start(step, weight)
    }
    if (stopped) waiting.length = 0
    if (running.size > 0) await Promise.race(running.values())
  }
  return steps.flatMap((step) => outcomes.get(step.name) ?? [])
}

const notRun = (step: Step, broken: ReadonlyArray<string>): Outcome => ({
  step,
  passed: 0,
  failed: 1,
  seconds: 0,
  failures: [`not run, because ${broken.join(" and ")} failed`],
  notes: []
})
