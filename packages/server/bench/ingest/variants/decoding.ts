import { ReadingFromWire, Submission } from "@wattkit/core"
import { Result, Schema } from "effect"
import { variant } from "../../../../../scripts/bench/Harness.ts"
import { saidBy } from "../sender/said.ts"

const inBody = 100

const bySchema = Schema.decodeUnknownResult(ReadingFromWire, { errors: "all", onExcessProperty: "error" })

const bodies = (readings: number): ReadonlyArray<string> => {
  const task = { form: "wattkit", readings: inBody, start: 1.79e12 } as const
  return Array.from({ length: readings / inBody }, (_, i) => saidBy(task, i % 1000, i))
}

/** Work on the text of every body, or on what was parsed of it; it answers how many readings it saw. */
const worked = <A>(name: string, prepare: (body: string) => A, work: (body: A) => number) =>
  variant({
    name,
    setup: ({ quick }) => bodies(quick ? 50_000 : 300_000).map(prepare),
    run: (all) => {
      const used = process.cpuUsage()
      const started = performance.now()
      let units = 0
      for (const body of all) units += work(body)
      const elapsed = performance.now() - started
      const { system, user } = process.cpuUsage(used)
      return { units, elapsed, processors: { server: user + system } }
    }
  })

const parse = (body: string): ReadonlyArray<unknown> => JSON.parse(body)

/** What the text of readings costs on one processor, without anything around it. */
export const decoding = [
  worked("JSON.parse alone", String, (body) => parse(body).length),
  worked("Schema decode alone, of what was parsed", parse, (rows) => {
    let sound = 0
    for (const row of rows) if (Result.isSuccess(bySchema(row))) sound++
    return sound
  }),
  worked(
    "Submission.decode alone, of what was parsed",
    parse,
    (rows) => Submission.decode(rows).readings.length
  )
]
