import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { contractSource } from "./contractSource.ts"

// Usage: node packages/client/scripts/generate.ts [--check]

const file = join(import.meta.dirname, "..", "src", "contract.gen.ts")
const fresh = contractSource()

if (!process.argv.includes("--check")) writeFileSync(file, fresh)
else if (readFileSync(file, "utf8") !== fresh) {
  process.stderr.write("packages/client/src/contract.gen.ts is stale: run node packages/client/scripts/generate.ts\n")
  process.exitCode = 1
}
