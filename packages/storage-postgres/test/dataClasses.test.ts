import { assert, it } from "@effect/vitest"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { columnsOf, dataClasses } from "../src/migrations/dataClasses.ts"
import * as TestServer from "./TestServer.ts"

/** Every column of the schema; partitions have those of their table. */
const columns = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ column: string }>`SELECT c.relname || '.' || a.attname AS column
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'm', 'v', 'f')
      AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped`
  return rows.map(({ column }) => column)
})

const classified = Object.entries(dataClasses).flatMap(([table, classes]) =>
  columnsOf(classes).map(([column]) => `${table}.${column}`)
)

/** What stands in one list and not in the other, or oftener. */
const beyond = (some: ReadonlyArray<string>, others: ReadonlyArray<string>) =>
  some.filter((one, i) => !others.includes(one) || some.indexOf(one) !== i).sort()

it.live(
  "every column has one data class, and every class is of a column there is",
  () =>
    Effect.gen(function* () {
      const options = yield* TestServer.freshDatabase(yield* TestServer.make())
      yield* Effect.gen(function* () {
        yield* PostgresStorage.migrate
        const found = yield* columns
        assert.deepStrictEqual(beyond(found, classified), [], "say in dataClasses.ts what these hold")
        assert.deepStrictEqual(beyond(classified, found), [], "these are not there, or stand there twice")
        const sql = yield* SqlClient.SqlClient
        yield* sql`ALTER TABLE users ADD COLUMN birthday date`
        yield* sql`CREATE TABLE diaries (entry text)`
        assert.deepStrictEqual(beyond(yield* columns, classified), ["diaries.entry", "users.birthday"])
      }).pipe(Effect.provide(PostgresStorage.layerClient(options)))
    }),
  60_000
)
