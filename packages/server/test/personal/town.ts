import { gunzipSync } from "node:zlib"
import { Instant, type UserId, UserStore } from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Effect, type Redacted } from "effect"
import { SqlClient } from "effect/sql"
import type { TestServer } from "../fixtures/inProcess.ts"

/** A line of an archive. */
export interface Line {
  readonly table: string
  readonly row: Readonly<Record<string, unknown>>
}

/** Asks for an archive, as it comes. */
export const askArchive = ({ url }: TestServer, token: string): Promise<Response> =>
  fetch(`${url}/v1/users/me/export`, { headers: { authorization: `Bearer ${token}` } })

/** All of an archive: the first line, and those after it. */
export const archiveOf = async (server: TestServer, token: string) => {
  const response = await askArchive(server, token)
  const text = gunzipSync(Buffer.from(await response.arrayBuffer())).toString("utf8")
  const [head, ...lines] = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown)
  return {
    response,
    text,
    head: head as Readonly<Record<string, unknown>>,
    lines: lines as ReadonlyArray<Line>
  }
}

/** Somebody asked to be erased, and the days of grace have passed. */
export const letTimePass = (server: TestServer, id: UserId): Promise<boolean> =>
  server.run(
    Effect.gen(function* () {
      const users = yield* UserStore
      const known = yield* users.get(id)
      if (known.user.eraseAt === null) return yield* Effect.die("nobody asked for it")
      return yield* users.replace(known, { user: { eraseAt: Instant.plus(yield* Instant.now, -1) } })
    })
  )

/** Runs statements beside the server, in its database. */
export const inDatabase = <A, E>(url: Redacted.Redacted, run: Effect.Effect<A, E, SqlClient.SqlClient>) =>
  Effect.runPromise(
    Effect.scoped(Effect.provide(run, PostgresStorage.layerClient({ url, maxConnections: 1 })))
  )

/** The tables with rows that say a text somewhere, also as bytes, and how many do. */
export const rowsThatSay = Effect.fnUntraced(function* (text: string) {
  const sql = yield* SqlClient.SqlClient
  const tables = yield* sql<{ name: string }>`SELECT relname AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'm') AND NOT relispartition`
  const hex = Buffer.from(text).toString("hex")
  const found: Record<string, number> = {}
  for (const { name } of tables) {
    const [row] = yield* sql<{ count: number }>`SELECT count(*)::int AS count FROM ${sql(name)} t
      WHERE position(${text} IN t::text) > 0 OR position(${hex} IN t::text) > 0`
    if (row !== undefined && row.count > 0) found[name] = row.count
  }
  return found
})
