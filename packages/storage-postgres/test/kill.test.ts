import { assert, it } from "@effect/vitest"
import { StorageUpkeep } from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Effect, Schedule } from "effect"
import { household } from "./household.ts"
import * as Ledger from "./Ledger.ts"
import * as TestServer from "./TestServer.ts"

/** How often all of the server is killed; `WATTKIT_TEST_KILLS` says another number. */
const kills = Number(process.env["WATTKIT_TEST_KILLS"] ?? 10)
/** So many readings are acknowledged between two kills. */
const between = 2_000

const refresh = Effect.flatMap(StorageUpkeep, (upkeep) =>
  Effect.retry(upkeep.refreshUsage, Schedule.spaced("20 millis"))
)

const turn = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))

it.live(
  "nothing is lost and nothing is twice, however often all of PostgreSQL is killed under load",
  () =>
    Effect.gen(function* () {
      const server = yield* TestServer.make()
      const options = yield* TestServer.freshDatabase(server)
      yield* Effect.gen(function* () {
        const { tenantId, deviceIds } = yield* household(4)
        yield* Ledger.keepSecond
        const ledgers = deviceIds.map(Ledger.empty)
        const acknowledged = () => ledgers.reduce((sum, ledger) => sum + ledger.acknowledged.size, 0)
        const killing = Effect.gen(function* () {
          for (let kill = 0; kill < kills; kill++) {
            const enough = acknowledged() + between
            yield* Effect.repeat(turn, { until: () => acknowledged() >= enough })
            yield* Effect.promise(server.kill)
            yield* Effect.promise(server.start)
          }
          const enough = acknowledged() + between
          yield* Effect.repeat(turn, { until: () => acknowledged() >= enough })
        })
        const producing = ledgers.map((ledger) => Ledger.produce(tenantId, ledger))
        const load = Effect.all([Effect.forever(refresh), ...producing], { concurrency: "unbounded" })
        yield* Effect.raceFirst(killing, load)
        // What was on its way when the load ended may be stored a moment later; a lost mark stays lost.
        const differences = yield* Effect.repeat(
          Effect.andThen(refresh, Ledger.usageDifferences(tenantId, ledgers)),
          { until: (found) => found.length === 0, schedule: Schedule.spaced("200 millis"), times: 10 }
        )
        assert.deepStrictEqual(yield* Ledger.audit(tenantId, ledgers), Ledger.nothing)
        assert.deepStrictEqual(differences, [])
        assert.isAtLeast(acknowledged(), kills * between)
      }).pipe(Effect.provide(PostgresStorage.layerOptions(options)))
    }),
  180_000
)
