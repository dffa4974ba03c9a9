import { assert, it } from "@effect/vitest"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { columnsOf, dataClasses } from "../src/migrations/dataClasses.ts"
import { ofTenants, persons } from "../src/migrations/persons.ts"
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

/** Every column that points to a person takes its rows along, and is known to do so. */
const assertPersons = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const pointing = yield* sql<{ table: string; column: string; cascades: boolean }>`
    SELECT c.conrelid::regclass::text AS table, a.attname AS column, c.confdeltype = 'c' AS cascades
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
    WHERE c.contype = 'f' AND c.confrelid = 'users'::regclass ORDER BY 1`
  const known = Object.entries(persons).flatMap(([table, link]) =>
    link.kind === "own" && table !== "users" ? [`${table}.${link.column}`] : []
  )
  // The locations of a membership go with the membership.
  const names = [
    ...pointing.map(({ column, table }) => `${table}.${column}`),
    "membership_locations.user_key"
  ]
  assert.deepStrictEqual(names.sort(), known.sort())
  assert.isTrue(pointing.every(({ cascades }) => cascades))
})

it.live(
  "every column has one data class, every class is of a column there is, and pointers to persons are known",
  () =>
    Effect.gen(function* () {
      const options = yield* TestServer.freshDatabase(yield* TestServer.make())
      yield* Effect.gen(function* () {
        yield* PostgresStorage.migrate
        const found = yield* columns
        assert.deepStrictEqual(beyond(found, classified), [], "say in dataClasses.ts what these hold")
        assert.deepStrictEqual(beyond(classified, found), [], "these are not there, or stand there twice")
        yield* assertPersons
        const sql = yield* SqlClient.SqlClient
        yield* sql`ALTER TABLE users ADD COLUMN birthday date`
        yield* sql`CREATE TABLE diaries (entry text)`
        assert.deepStrictEqual(beyond(yield* columns, classified), ["diaries.entry", "users.birthday"])
      }).pipe(Effect.provide(PostgresStorage.layerClient(options)))
    }),
  60_000
)

it("every table with something personal says whose it is: a person's, or the tenant's", () => {
  const personal = Object.entries(dataClasses).flatMap(([table, classes]) =>
    classes.personal === undefined ? [] : [table]
  )
  const said = [...Object.keys(persons), ...ofTenants]
  assert.deepStrictEqual(beyond(personal, said), [], "say in persons.ts whose these are")
  assert.deepStrictEqual(beyond(said, Object.keys(dataClasses)), [], "these are not there, or are said twice")
})
