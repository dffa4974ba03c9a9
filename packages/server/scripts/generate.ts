import { fileURLToPath } from "node:url"
import { writeOrCheck } from "../../../scripts/generate/writeOrCheck.ts"
import { settings } from "../src/config.ts"
import type { Setting } from "../src/Setting.ts"

// Usage: node packages/server/scripts/generate.ts [--check]
// Writes the page of all settings from the table the server reads them by.

const row = ({ flag, name, purpose, standard }: Setting): string => {
  const cell = (text: string | undefined) => (text === undefined || text === "" ? "" : `\`${text}\``)
  return `| ${cell(name)} | ${cell(flag)} | ${cell(standard)} | ${purpose} |`
}

const page = `---
title: Configuration
---

# Configuration

Every setting of \`wattkit serve\`. A flag goes before the environment, and the environment before the file
\`.env\` of the working directory. A value that cannot be used ends the start with a sentence that names the
setting.

| environment | flag | default | purpose |
| --- | --- | --- | --- |
${Object.values<Setting>(settings).map(row).join("\n")}

This page is made from \`packages/server/src/config.ts\` by \`pnpm generate\`.
`

const file = fileURLToPath(new URL("../../../docs/configuration.md", import.meta.url))
writeOrCheck({ [file]: page }, process.argv)
