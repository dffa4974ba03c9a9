import { fileURLToPath } from "node:url"
import { writeOrCheck } from "../../../scripts/generate/writeOrCheck.ts"
import { formatsPage } from "./formatsPage.ts"

// Usage: node packages/formats/scripts/generate.ts [--check]
// Writes the page of all formats from the data they are read with.

const file = fileURLToPath(new URL("../../../docs/formats.md", import.meta.url))
writeOrCheck({ [file]: formatsPage() }, process.argv)
