import { existsSync, readdirSync } from "node:fs"
import { cpus, totalmem } from "node:os"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import { type Bench, measure } from "./bench/Harness.ts"
import { goalsOf, table, tableOfGoals } from "./bench/Report.ts"

const usage = `Usage: pnpm bench <name> [--quick] [--json] [--rounds N] [--only words]…
       pnpm bench --list

Runs packages/*/bench/<name>.bench.ts: every variant in every round, medians, the ratio to the limit measured
in the same rounds, and whether the goals hold. --quick checks that it works; --json prints numbers for a
program; --only, which may be repeated, runs the variants whose name has these words, and the limit.
`

const root = dirname(import.meta.dirname)

const find = (): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const folder of readdirSync(join(root, "packages")).toSorted()) {
    const room = join(root, "packages", folder, "bench")
    if (!existsSync(room)) continue
    for (const file of readdirSync(room).filter((name) => name.endsWith(".bench.ts"))) {
      found.set(file.slice(0, -".bench.ts".length), join(room, file))
    }
  }
  return found
}

const machine = () => ({
  cpu: cpus()[0]?.model.trim() ?? "unknown",
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  platform: `${process.platform} ${process.arch}`
})

const main = async (): Promise<number> => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
      rounds: { type: "string" },
      only: { type: "string", multiple: true }
    }
  })
  const benches = find()
  const [name] = positionals
  const file = name === undefined ? undefined : benches.get(name)
  if (values.help) process.stdout.write(usage)
  if (values.help || values.list || file === undefined) {
    if (name !== undefined) process.stderr.write(`No bench is called ${name}. There are:\n`)
    for (const known of benches.keys()) process.stdout.write(`${known}\n`)
    return name === undefined ? 0 : 2
  }
  const rounds = values.rounds === undefined ? {} : { rounds: Number.parseInt(values.rounds, 10) }
  const { default: bench }: { readonly default: Bench } = await import(pathToFileURL(file).href)
  const report = (line: string): void => {
    if (!values.json) process.stderr.write(`  ${line}\n`)
  }
  const only = values.only === undefined ? {} : { only: values.only }
  const rows = await measure(bench, { quick: values.quick, ...rounds, ...only, report })
  const goals = goalsOf(bench, rows)
  if (values.json) {
    const said = { name: bench.name, machine: machine(), rows, goals }
    process.stdout.write(`${JSON.stringify(said, undefined, 2)}\n`)
  } else {
    const { cores, cpu, memoryGiB, node, platform } = machine()
    process.stdout.write(`${bench.name} on ${cores} × ${cpu}, ${memoryGiB} GiB, ${platform}, Node ${node}\n`)
    process.stdout.write(table(rows))
    process.stdout.write(tableOfGoals(goals))
  }
  return goals.every(({ holds }) => holds) ? 0 : 1
}

process.exitCode = await main()
