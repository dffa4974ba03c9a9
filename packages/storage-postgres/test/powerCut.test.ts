import { assert, describe, it } from "@effect/vitest"
import { StorageUpkeep } from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import * as fs from "node:fs"
import * as path from "node:path"
import * as CutDisk from "./CutDisk.ts"
import { household } from "./household.ts"
import * as Ledger from "./Ledger.ts"
import * as PostgresSubject from "./PostgresSubject.ts"
import * as TestServer from "./TestServer.ts"

const cuts = Number(process.env["WATTKIT_TEST_CUTS"] ?? 3)
const between = 2_000

/** A log writer that is seldom on time makes visible what a commit did not wait for. */
const settings = ["wal_writer_delay=10s", "checkpoint_timeout=1h", "max_wal_size=200MB"]

/** Commits are acknowledged before they are on the disk. */
const planted = [
  `CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM set_config('synchronous_commit', 'off', true); RETURN NULL; END $$`,
  "CREATE TRIGGER planted AFTER INSERT ON usage_stale EXECUTE FUNCTION planted()"
]

const turn = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))

/** What a disk after a power cut has to say of what was acknowledged before it. */
const auditCopy = Effect.fnUntraced(function* (
  directory: string,
  database: string,
  tenantId: Parameters<typeof Ledger.audit>[0],
  ledgers: ReadonlyArray<Ledger.Ledger>
) {
  // The process it names is that of the server that goes on beside this one.
  fs.rmSync(path.join(directory, "data", "postmaster.pid"))
  const server = yield* TestServer.open(directory, settings)
  return yield* Effect.gen(function* () {
    yield* (yield* StorageUpkeep).refreshUsage
    const differences = yield* Ledger.usageDifferences(tenantId, ledgers)
    return { ...(yield* Ledger.audit(tenantId, ledgers)), differences: differences.slice(0, 3) }
  }).pipe(Effect.provide(PostgresSubject.layer(TestServer.url(server, database))))
}, Effect.scoped)

/** What is found after each of some power cuts under load. */
const afterCuts = Effect.fnUntraced(function* (statements: ReadonlyArray<string>, times: number) {
  const disk = yield* CutDisk.make()
  const server = yield* TestServer.make(settings, disk.directory)
  const { database, url } = yield* TestServer.freshDatabase(server)
  return yield* Effect.gen(function* () {
    const { tenantId, deviceIds } = yield* household(3)
    yield* Ledger.keepSecond
    const sql = yield* SqlClient.SqlClient
    for (const statement of statements) yield* sql.unsafe(statement)
    yield* sql`CHECKPOINT`
    disk.sync()
    const ledgers = deviceIds.map(Ledger.empty)
    const acknowledged = () => ledgers.reduce((sum, ledger) => sum + ledger.acknowledged.size, 0)
    const cutting = Effect.gen(function* () {
      const enough = acknowledged() + between
      yield* Effect.repeat(turn, { until: () => acknowledged() >= enough })
      // What was sent until the cut may be there; what was acknowledged before it has to be.
      const before = ledgers.map((one) => ({ ...one, acknowledged: new Set(one.acknowledged) }))
      return { at: disk.cut(), before }
    })
    const refreshing = Effect.forever(
      Effect.flatMap(StorageUpkeep, (upkeep) => Effect.andThen(upkeep.refreshUsage, turn))
    )
    const load = [refreshing, ...ledgers.map((ledger) => Ledger.produce(tenantId, ledger))]
    const found: Array<Effect.Success<ReturnType<typeof auditCopy>>> = []
    for (let cut = 0; cut < times; cut++) {
      const loaded = Effect.andThen(Effect.all(load, { concurrency: "unbounded" }), Effect.never)
      const { at, before } = yield* Effect.raceFirst(cutting, loaded)
      const directory = path.join(at, path.basename(server.directory))
      found.push(yield* auditCopy(directory, database, tenantId, before))
    }
    return found
  }).pipe(Effect.provide(PostgresStorage.layerOptions({ url })))
}, Effect.scoped)

const isPossible = CutDisk.isPossible()

describe(isPossible ? "a power cut" : "a power cut (not run: mounting a disk needs root on Linux)", () => {
  if (!isPossible) return it("is not simulated here", () => assert.isFalse(isPossible))
  it.live(
    "takes nothing that was acknowledged",
    () =>
      Effect.map(afterCuts([], cuts), (found) =>
        assert.deepStrictEqual(
          found,
          found.map(() => ({ ...Ledger.nothing, differences: [] }))
        )
      ),
    120_000
  )
  it.live(
    "takes what was acknowledged before it was on the disk",
    () => Effect.map(afterCuts(planted, 1), ([found]) => assert.isAbove(found?.lost ?? 0, 0)),
    120_000
  )
})
