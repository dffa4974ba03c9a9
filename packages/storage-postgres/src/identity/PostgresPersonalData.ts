import { erased, NotFound, PersonalData, type UserId } from "@wattkit/core"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { columnsOf, dataClasses } from "../migrations/dataClasses.ts"
import { type PersonLink, persons } from "../migrations/persons.ts"
import { orStorageErrorLater } from "../storageError.ts"
import { acrossTenants } from "../tenancy/CurrentTenant.ts"
import * as Parameters from "../usage/parameters.ts"

/** A person as tables know them: by key, and by the names under which they did something. */
interface Known {
  readonly key: string
  readonly names: ReadonlyArray<string>
}

/** The tables in the order of their names. */
const tables = Object.entries(persons).sort(([a], [b]) => (a < b ? -1 : 1))

/** A person, held until the transaction ends; the keys of theirs are names of theirs too. */
const known = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, id: UserId) {
  yield* sql`SET LOCAL statement_timeout = '5min'`
  const rows = yield* sql<{ key: string; keys: ReadonlyArray<string> }>`SELECT u.key::text AS key,
      ARRAY(SELECT k.id FROM api_keys k WHERE k.user_key = u.key) AS keys
    FROM users u WHERE u.id = ${id} FOR UPDATE`
  const row = rows[0]
  if (row === undefined) return yield* new NotFound({ what: "user", id })
  const names = [id, `user ${id}`, ...row.keys.flatMap((one) => [one, `key ${one}`])]
  return { key: row.key, names } satisfies Known
})

/** The rows of a table that belong to a person or name one. */
const where = (sql: SqlClient.SqlClient, link: PersonLink, { key, names }: Known) => {
  switch (link.kind) {
    case "own":
      return sql`${sql(link.column)} = ${key}::text::bigint`
    case "through":
      return sql`${sql(link.column)} IN (
        SELECT ${sql(link.key)} FROM ${sql(link.table)} WHERE user_key = ${key}::text::bigint
      )`
    case "names":
      return sql.or(
        link.columns.map((column) => sql`${sql(column)} = ANY (${Parameters.texts(names)}::text[])`)
      )
  }
}

/** What may be shown of a table. */
const shown = (table: string): ReadonlyArray<string> =>
  columnsOf(dataClasses[table] ?? {})
    .filter(([, dataClass]) => dataClass !== "secret")
    .map(([column]) => column)

const rowsOf = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  person: Known,
  [table, link]: (typeof tables)[number]
) {
  const columns = sql.csv(shown(table).map((column) => sql`${sql(column)}`))
  const found = yield* sql<{ row: { readonly [column: string]: unknown } }>`
    SELECT to_json(r) AS row FROM (
      SELECT ${columns} FROM ${sql(table)} WHERE ${where(sql, link, person)}
    ) r`
  return { table, rows: found.map(({ row }) => row) }
})

const countOf = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  person: Known,
  [table, link]: (typeof tables)[number]
) {
  const rows = yield* sql<{ count: number }>`SELECT count(*)::float8 AS count FROM ${sql(table)}
    WHERE ${where(sql, link, person)}`
  return [table, rows[0]?.count ?? 0] as const
})

const countsOf = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, person: Known, some: typeof tables) {
  const counts = yield* Effect.forEach(some, (one) => countOf(sql, person, one))
  return Object.fromEntries(counts.filter(([, count]) => count > 0))
})

/** Lets rows say that who did something was erased. */
const forgetWho = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  person: Known,
  [table, link]: (typeof tables)[number]
) {
  if (link.kind !== "names" || link.isKept === true) return
  const changed = sql.csv(
    [...link.columns, ...(link.words ?? [])].map((name) => sql`${sql(name)} = ${erased}`)
  )
  yield* sql`UPDATE ${sql(table)} SET ${changed} WHERE ${where(sql, link, person)}`
})

const erase = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, id: UserId) {
  const person = yield* known(sql, id)
  const some = tables.filter(([, link]) => link.kind !== "names" || link.isKept !== true)
  const counts = yield* countsOf(sql, person, some)
  yield* Effect.forEach(some, (one) => forgetWho(sql, person, one), { discard: true })
  yield* sql`DELETE FROM users WHERE id = ${id}`
  return counts
})

const make = Effect.map(SqlClient.SqlClient, (sql): PersonalData => ({
  export: Effect.fnUntraced(
    function* (id) {
      const person = yield* known(sql, id)
      const found = yield* Effect.forEach(tables, (one) => rowsOf(sql, person, one))
      return found.filter(({ rows }) => rows.length > 0)
    },
    sql.withTransaction,
    acrossTenants,
    orStorageErrorLater
  ),
  counts: Effect.fnUntraced(
    function* (id) {
      return yield* countsOf(sql, yield* known(sql, id), tables)
    },
    sql.withTransaction,
    acrossTenants,
    orStorageErrorLater
  ),
  erase: (id) => orStorageErrorLater(acrossTenants(sql.withTransaction(erase(sql, id))))
}))

/** Finds in PostgreSQL what is kept of a person, by the data classes of its columns. */
export const layer: Layer.Layer<PersonalData, never, SqlClient.SqlClient> = Layer.effect(PersonalData, make)
