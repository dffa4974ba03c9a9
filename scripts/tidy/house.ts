/**
 * What a package may stand on. Everything below its floor is allowed; these are the floors and the
 * exceptions.
 */

export const scope = "@wattkit/"

/** Folder name → floor. An arrow points from a floor to a lower one, never sideways or up. */
export const floors: Readonly<Record<string, number>> = {
  core: 0,
  tariff: 1,
  analytics: 1,
  formats: 1,
  testkit: 1,
  "storage-postgres": 2,
  "storage-timescale": 2,
  "storage-sheets": 2,
  "transport-mqtt": 2,
  "transport-websocket": 2,
  "transport-http": 2,
  connectors: 2,
  api: 2,
  engine: 3,
  client: 3,
  elements: 3,
  server: 4,
  wattkit: 5
}

/** The arrows between siblings, each with its reason. */
export const siblingArrows: ReadonlyArray<{
  readonly from: string
  readonly to: string
  readonly reason: string
}> = [
  { from: "storage-timescale", to: "storage-postgres", reason: "it is PostgreSQL with other tables" },
  { from: "elements", to: "client", reason: "the components are fed by the client" }
]

/** The testkit is for tests; the server's demo runs on its simulators. */
export const testkit = { folder: "testkit", runtimeUsers: ["server"], subpath: "@wattkit/testkit/simulate" }

/** Packages without any runtime dependency at all. */
export const standalone: ReadonlyArray<string> = ["client"]

/** Top-level modules of effect that are not marked stable. */
export const unstableModules: ReadonlyArray<string> = [
  "Arbitrary",
  "ByteSize",
  "Bytes",
  "ChannelSchema",
  "ErrorReporter",
  "ExecutionPlan",
  "FileSystem",
  "Glob",
  "Graph",
  "HashRing",
  "LayerMap",
  "LayerRef",
  "Newtype",
  "PartitionedSemaphore",
  "Path",
  "PlatformError",
  "SemVer",
  "SemVerRange",
  "Stdio",
  "Terminal",
  "TextDiff",
  "TxChunk",
  "Version"
]

/** A part of the house and the unstable modules it may use; the longest matching path decides. */
export interface Fence {
  readonly under: string
  /** Beginnings of specifiers. `"*"` allows everything. */
  readonly allowed: ReadonlyArray<string>
}

export const fences: ReadonlyArray<Fence> = [
  { under: "packages/core/", allowed: [] },
  { under: "packages/tariff/", allowed: [] },
  { under: "packages/analytics/", allowed: [] },
  { under: "packages/formats/", allowed: [] },
  { under: "packages/elements/", allowed: [] },
  { under: "packages/testkit/", allowed: ["effect/testing", "effect/http", "@effect/vitest"] },
  { under: "packages/testkit/src/simulate/", allowed: [] },
  { under: "packages/api/", allowed: ["effect/http-api", "effect/http"] },
  { under: "packages/client/", allowed: ["effect/http-api", "effect/http"] },
  {
    under: "packages/connectors/",
    allowed: ["effect/http", "effect/encoding", "effect/crypto", "effect/persistence"]
  },
  {
    under: "packages/storage-sheets/",
    allowed: ["effect/http", "effect/encoding", "effect/crypto", "effect/persistence"]
  },
  {
    under: "packages/transport-http/",
    allowed: ["effect/http", "effect/encoding", "effect/crypto", "effect/persistence"]
  },
  { under: "packages/transport-websocket/", allowed: ["effect/socket", "effect/http"] },
  { under: "packages/transport-mqtt/", allowed: [] },
  { under: "packages/storage-postgres/", allowed: ["effect/sql", "effect/reactivity", "@effect/sql-pg"] },
  { under: "packages/storage-timescale/", allowed: ["effect/sql", "@effect/sql-pg"] },
  { under: "packages/engine/", allowed: [] },
  {
    under: "packages/engine/src/durable/",
    allowed: ["effect/cluster", "effect/workflow", "effect/persistence", "effect/sql"]
  },
  { under: "packages/server/", allowed: ["*"] },
  { under: "packages/wattkit/", allowed: [] }
]
