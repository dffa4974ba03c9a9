import { readFileSync, writeFileSync } from "node:fs"
import { Api } from "@wattkit/api"
import { OpenApi } from "effect/http-api"

// Usage: node packages/api/scripts/generate.ts [--check]
// Writes the OpenAPI document of the contract, as it is published; --check fails when it is stale.

const file = new URL("../openapi.json", import.meta.url)
const text = `${JSON.stringify(OpenApi.fromApi(Api), null, 2)}\n`

if (process.argv.includes("--check")) {
  if (readFileSync(file, "utf8") !== text) process.exit(1)
} else {
  writeFileSync(file, text)
}
