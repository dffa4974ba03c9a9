import { fileURLToPath } from "node:url"
import { Api } from "@wattkit/api"
import { OpenApi } from "effect/http-api"
import { writeOrCheck } from "../../../scripts/generate/writeOrCheck.ts"

// Usage: node packages/api/scripts/generate.ts [--check]
// Writes the OpenAPI document of the contract, as it is published.

const file = fileURLToPath(new URL("../openapi.json", import.meta.url))
writeOrCheck({ [file]: `${JSON.stringify(OpenApi.fromApi(Api), null, 2)}\n` }, process.argv)
