import { existsSync, readdirSync } from "node:fs"
import { cpus, totalmem } from "node:os"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import { type Bench, measure, type Row } from "./bench/Harness.ts"

const usage = `Usage: pnpm bench <name> [--quick] [--json] [--rounds N]
       pnpm bench --list

Runs packages/*/bench/<name>.bench.ts: every variant in every round, medians, and the ratio to the limit
measured in the same rounds. --quick checks that it works; --json prints numbers for a program.
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

const number = (value: number | null): string => {
  if (value === null) return "–"
  return value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(3)
}

const table = (rows: ReadonlyArray<Row>): string => {
  const head = ["variant", rows[0]?.unit ?? "", "ratio", "p50 ms", "p99 ms", "cpu µs"]
  const cells = rows.map((row) => [
    row.variant,
    ...[row.value, row.ratio, row.p50, row.p99, row.cpu].map(number)
  ])
  const widths = head.map((_, column) => Math.max(...[head, ...cells].map((line) => line[column]!.length)))
  return [head, ...cells]
    .map((line) =>
      line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
    )
    .map((line) => `${line.join("  ")}\n`)
    .join("")
}

const main = async (): Promise<number> => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
      rounds: { type: "string" }
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
  const rows = await measure(bench, { quick: values.quick, ...rounds, report })
  const broken = (bench.checks ?? []).filter((check) => !check.holds(rows)).map((check) => check.name)
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ name: bench.name, machine: machine(), rows }, undefined, 2)}\n`)
  } else {
    const { cores, cpu, memoryGiB, node, platform } = machine()
    process.stdout.write(`${bench.name} on ${cores} × ${cpu}, ${memoryGiB} GiB, ${platform}, Node ${node}\n`)
    process.stdout.write(table(rows))
  }
  for (const check of broken) process.stderr.write(`does not hold: ${check}\n`)
  return broken.length === 0 ? 0 : 1
}

process.exitCode = await main()
