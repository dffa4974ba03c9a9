import type { Step } from "./Step.ts"

/** What the command line asked for. */
export interface Selection {
  readonly only: ReadonlyArray<string>
  readonly filters: ReadonlyArray<string>
  readonly list: boolean
  readonly bail: boolean
  /** What tests are told in their environment: how long or how often they do their worst. */
  readonly told: Readonly<Record<string, string>>
}

/** The options that tell tests something, and the name each has in the environment. */
const telling: Readonly<Record<string, string>> = {
  "--kills": "WATTKIT_KILLS",
  "--outage": "WATTKIT_OUTAGE",
  "--delay": "WATTKIT_DELAY"
}

/** A command line that makes no sense; the message says which word. */
export class UsageError extends Error {}

/** Reads the arguments of `./scripts/test`; a filter that names a step selects the step. */
export const parse = (argv: ReadonlyArray<string>, steps: ReadonlyArray<Step>): Selection => {
  const names = new Set(steps.map((step) => step.name))
  const only: Array<string> = []
  const filters: Array<string> = []
  let list = false
  let bail = false
  const told: Record<string, string> = {}
  const rest = argv.flatMap((word) => (/^--\w+=/.test(word) ? splitOption(word) : [word]))
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index]!
    if (word === "--list") list = true
    else if (word === "--bail") bail = true
    else if (Object.hasOwn(telling, word)) told[telling[word]!] = positive(word, rest[++index])
    else if (word === "--only") only.push(...known(rest[++index], names))
    else if (word.startsWith("-")) throw new UsageError(`Unknown option ${word}. See ./scripts/test --help.`)
    else if (names.has(word)) only.push(word)
    else filters.push(word)
  }
  return { only, filters, list, bail, told }
}

/** The steps to run: those selected with what they need, or the test steps alone when there are filters. */
export const choose = (selection: Selection, steps: ReadonlyArray<Step>): ReadonlyArray<Step> => {
  const wanted = new Set(selection.only)
  if (selection.filters.length > 0 && wanted.size === 0) {
    for (const step of steps) if (step.vitest !== undefined) wanted.add(step.name)
  }
  if (wanted.size === 0) return steps
  for (const name of wanted) {
    for (const need of steps.find((step) => step.name === name)?.needs ?? []) wanted.add(need)
  }
  return steps.filter((step) => wanted.has(step.name))
}

const splitOption = (word: string): ReadonlyArray<string> => {
  const at = word.indexOf("=")
  return [word.slice(0, at), word.slice(at + 1)]
}

const positive = (option: string, text: string | undefined): string => {
  if (text !== undefined && /^[1-9]\d*$/.test(text)) return text
  throw new UsageError(`${option} needs a positive number, not ${text ?? "nothing"}.`)
}

const known = (text: string | undefined, names: ReadonlySet<string>): ReadonlyArray<string> => {
  const asked = (text ?? "").split(",").filter((name) => name !== "")
  const strange = asked.filter((name) => !names.has(name))
  if (asked.length > 0 && strange.length === 0) return asked
  throw new UsageError(
    `--only knows these steps: ${[...names].join(", ")}. Not: ${strange.join(", ") || "nothing"}.`
  )
}
