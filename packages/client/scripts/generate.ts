import { join } from "node:path"
import { writeOrCheck } from "../../../scripts/generate/writeOrCheck.ts"
import { contractSource } from "./contractSource.ts"
import { statusSource } from "./statusSource.ts"

// Usage: node packages/client/scripts/generate.ts [--check]

const src = join(import.meta.dirname, "..", "src")
writeOrCheck(
  { [join(src, "contract.gen.ts")]: contractSource(), [join(src, "status.gen.ts")]: statusSource() },
  process.argv.slice(2)
)
