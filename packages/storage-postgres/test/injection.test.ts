import { assert, it } from "@effect/vitest"
import { StorageError } from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Cause, Effect, Exit, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { everyRequest } from "./everyRequest.ts"
import { faultsIn } from "./mixedRequests.ts"
import * as TestServer from "./TestServer.ts"
import { addTenants, tenants } from "./twoTenants.ts"

/** What ends a text in a statement, and what would come after it. */
const quotes = ["'", "''", '"', "\\'", "$$", "$1", "${1}", "`", "')", "'))", "\\", "%27", "＇", "ʼ", "\u2019"]

const commands = [
  "'; DROP TABLE canaries; --",
  "'); DROP TABLE canaries; --",
  "'; DELETE FROM canaries; --",
  "'; UPDATE canaries SET song = 'none'; --",
  "'; TRUNCATE canaries CASCADE; --",
  "'; SELECT set_config('wattkit.tenant', 'all', false); --",
  "'; SET wattkit.tenant = 'all'; --",
  "'; SET ROLE NONE; --",
  "'; RESET ROLE; --",
  "'; COPY canaries TO PROGRAM 'true'; --",
  "'; CREATE TABLE eggs (n int); --",
  "'; COMMIT; DROP TABLE canaries; --",
  "$$; DROP TABLE canaries; $$",
  "\\'; DROP TABLE canaries; --",
  '"; DROP TABLE canaries; --'
]

const conditions = [
  "' OR '1'='1",
  "' OR 1=1 --",
  "') OR ('1'='1",
  "' OR tenant_key > 0 --",
  "x' OR true OR 'x'='x",
  "' AND 1=0 UNION SELECT name FROM tenants --",
  "' UNION ALL SELECT id, name FROM devices --",
  "1 OR 1=1",
  "all",
  "*",
  "%",
  "_",
  "%' ESCAPE '!",
  "' || (SELECT string_agg(name, ',') FROM tenants) || '",
  "' || current_setting('wattkit.tenant') || '",
  "{eve,ada}",
  '{"a":"b"}',
  "(SELECT 1)",
  "null",
  "-1",
  "'::regclass::text",
  "E'\\x27'"
]

const sleeps = [
  "'; SELECT pg_sleep(5); --",
  "' || pg_sleep(5) || '",
  "') OR pg_sleep(5) IS NULL --",
  "1; SELECT pg_sleep(5)",
  "' AND 1 = (SELECT 1 FROM pg_sleep(5)) --"
]

const payloads = [...quotes, ...commands, ...conditions, ...sleeps]

/** A statement that is not one, or that names what is not there. */
const isBrokenStatement = (cause: Cause.Cause<unknown>): boolean => {
  const said = Cause.pretty(cause)
  return (
    /syntax error|42601|unterminated|SqlSyntaxError/i.test(said) ||
    cause.reasons.some(
      (one) =>
        Cause.isFailReason(one) && one.error instanceof StorageError && one.error.reason === "misconfigured"
    )
  )
}

it.live(
  "what is said in any place is said, and never done",
  () =>
    Effect.gen(function* () {
      const options = yield* Effect.flatMap(TestServer.make(), TestServer.freshDatabase)
      yield* Effect.gen(function* () {
        yield* addTenants
        const sql = yield* SqlClient.SqlClient
        yield* sql`CREATE TABLE canaries (song text)`
        yield* sql`INSERT INTO canaries VALUES ('all is well')`
        yield* sql`GRANT ALL ON canaries TO wattkit_app`
        const wrong: Array<string> = []
        for (const [n, text] of payloads.entries()) {
          const [tenantId, other] = n % 2 === 0 ? tenants : [tenants[1], tenants[0]]
          const powerW = n
          for (const [name, request] of everyRequest({ tenantId, text, id: text, powerW, n })) {
            const began = performance.now()
            const exit = yield* Effect.exit(request)
            if (performance.now() - began > 4_000) wrong.push(`${name} slept: ${text}`)
            if (Exit.isFailure(exit) && isBrokenStatement(exit.cause)) wrong.push(`${name} broke: ${text}`)
            const seen = Exit.isSuccess(exit) ? faultsIn(tenantId, exit.value) : []
            if (seen.includes(other)) wrong.push(`${name} saw ${other}: ${text}`)
          }
        }
        assert.deepStrictEqual(wrong, [])
        assert.isAtLeast(payloads.length, 50)
        assert.deepStrictEqual(yield* sql`SELECT song FROM canaries`, [{ song: "all is well" }])
        assert.deepStrictEqual(yield* sql`SELECT FROM pg_class WHERE relname = 'eggs'`, [])
        const names = yield* sql<{ name: string }>`SELECT name FROM tenants ORDER BY name`
        assert.deepStrictEqual(
          names.map(({ name }) => name),
          tenants.map((tenant) => `text of ${tenant}`)
        )
      }).pipe(Effect.provide(Layer.fresh(PostgresStorage.layerOptions(options))))
    }),
  120_000
)

it.live(
  "a statement that is put together from what somebody said is found",
  () =>
    Effect.gen(function* () {
      const options = yield* Effect.flatMap(TestServer.make(), TestServer.freshDatabase)
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const careless = (text: string) => Effect.exit(sql.unsafe(`SELECT '${text}' AS text`))
        const exits = yield* Effect.forEach([...quotes, ...commands], careless)
        assert.isTrue(exits.some((exit) => Exit.isFailure(exit) && isBrokenStatement(exit.cause)))
      }).pipe(Effect.provide(PostgresStorage.layerClient(options)))
    }),
  30_000
)
