import { readdirSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { Application } from "typedoc"

const here = dirname(fileURLToPath(import.meta.url))
const repository = join(here, "..")
const out = join(here, "site")

/** The packages whose exports are for people to call, in the order a reader meets them. */
const entryPoints = [
  "core/src/index.ts",
  "engine/src/index.ts",
  "engine/src/promise/index.ts",
  "tariff/src/index.ts",
  "tariff/src/import/index.ts",
  "client/src/index.ts",
  "client/src/live.ts",
  "client/src/queue.ts",
  "client/src/webhooks.ts",
  "elements/src/index.ts",
  "api/src/index.ts",
  "storage-postgres/src/index.ts",
  "storage-timescale/src/index.ts",
  "transport-http/src/index.ts",
  "transport-websocket/src/index.ts",
  "testkit/src/suites/index.ts",
  "testkit/src/simulate/index.ts"
].map((entry) => join(repository, "packages", entry))

const pages = readdirSync(here)
  .filter((name) => name.endsWith(".md"))
  .sort()
  .map((name) => join(here, name))

const app = await Application.bootstrapWithPlugins({
  name: "wattkit",
  entryPoints,
  projectDocuments: [...pages, join(repository, "ARCHITECTURE.md"), join(repository, "GLOSSARY.md")],
  readme: join(repository, "README.md"),
  tsconfig: join(here, "tsconfig.json"),
  out,
  excludeExternals: true,
  excludePrivate: true,
  excludeInternal: true,
  disableSources: true,
  githubPages: false,
  searchInComments: true,
  navigation: { includeCategories: false, includeGroups: false },
  validation: { notExported: false, invalidLink: true, notDocumented: false },
  treatValidationWarningsAsErrors: true,
  logLevel: "Warn"
})

const project = await app.convert()
if (project === undefined) process.exit(1)
app.validate(project)
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1)
rmSync(out, { recursive: true, force: true })
await app.generateOutputs(project)
console.log(`docs: ${pages.length + 2} pages and ${entryPoints.length} entry points in docs/site/index.html`)
