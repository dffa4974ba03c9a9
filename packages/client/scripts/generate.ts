import { join } from "node:path"
import { writeOrCheck } from "../../../scripts/generate/writeOrCheck.ts"
import { contractSource } from "./contractSource.ts"

// Usage: node packages/client/scripts/generate.ts [--check]

writeOrCheck(
  { [join(import.meta.dirname, "..", "src", "contract.gen.ts")]: contractSource() },
  process.argv.slice(2)
)
