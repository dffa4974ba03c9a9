import { existsSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { run } from "./build/run.ts"
import { type Generator, generators } from "./generate/generators.ts"

// Usage: node scripts/generate.ts [--check] [name…]
// Writes every generated file; with --check nothing is written and a stale file is an error.

const root = dirname(import.meta.dirname)
const env = {
  ...process.env,
  PATH: [join(root, "node_modules", ".bin"), process.env["PATH"]].join(delimiter)
}
const words = process.argv.slice(2)
const check = words.includes("--check")
const wanted = words.filter((word) => !word.startsWith("-"))

const generate = async ({ name, script, writes }: Generator): Promise<boolean> => {
  if (!existsSync(join(root, script))) {
    process.stderr.write(`${name}: ${script} does not exist\n`)
    return false
  }
  const { code, output } = await run(["node", script, ...(check ? ["--check"] : [])], { cwd: root, env })
  const state = check ? "up to date" : "written"
  if (code === 0) process.stdout.write(`${name}: ${writes} ${state}\n`)
  else
    process.stderr.write(`${name}: ${check ? `${writes} is stale; run pnpm generate` : "failed"}\n${output}`)
  return code === 0
}

let sound = true
for (const generator of generators) {
  if (wanted.length > 0 && !wanted.includes(generator.name)) continue
  sound = (await generate(generator)) && sound
}
process.exitCode = sound ? 0 : 1
