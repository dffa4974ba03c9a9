import { Deferred, Effect, Exit } from "effect"
import type { SqlError } from "effect/sql"
import type pg from "pg"
import type { Address } from "../hot/address.ts"
import { connect } from "../hot/connect.ts"
import { hotError } from "../hot/hotError.ts"

/** A number of ours among the locks of two numbers, which are apart from those of one: "news" in ASCII. */
const presence = 0x6e657773

/** What is known to be there and does not answer for so long is not there any more. */
const PATIENCE = "10 seconds"

/** A connection on which notifications of all processes come and those of this one go. */
export interface NewsConnection {
  /** How many other processes listen. */
  readonly others: Effect.Effect<number, SqlError.SqlError>
  /** Sends notifications, no two of which may be the same. */
  readonly send: (payloads: ReadonlyArray<string>) => Effect.Effect<void, SqlError.SqlError>
  /** Fails when the connection is broken. */
  readonly broken: Effect.Effect<never, SqlError.SqlError>
}

const patiently = <A>(effect: Effect.Effect<A, SqlError.SqlError>): Effect.Effect<A, SqlError.SqlError> =>
  Effect.timeoutOrElse(effect, {
    duration: PATIENCE,
    orElse: () => Effect.fail(hotError(new Error(`PostgreSQL did not answer in ${PATIENCE}`)))
  })

const querying =
  (client: pg.Client) =>
  <Row extends pg.QueryResultRow>(text: string, values: ReadonlyArray<unknown> = []) =>
    patiently(
      Effect.tryPromise({
        try: () => client.query<Row>(text, [...values]),
        catch: hotError
      })
    ).pipe(Effect.map(({ rows }) => rows))

/** Each schema has news of its own. Every process holds a lock that others can count. */
const others = `SELECT count(*)::int AS count FROM pg_locks
  WHERE locktype = 'advisory' AND objsubid = 2 AND classid = $1::bigint::oid
    AND objid = (hashtext($2)::bigint & 4294967295)::oid
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND granted AND pid <> pg_backend_pid()`

const close = (client: pg.Client) =>
  Effect.promise(() => client.end().catch(() => undefined)).pipe(
    Effect.timeoutOption("1 second"),
    Effect.andThen(Effect.sync(() => void client.connection.stream.destroy()))
  )

/**
 * Opens a connection that listens until the scope closes.
 *
 * Nothing that is stored depends on a notification, so it is not waited for until one is on disk.
 */
export const open = Effect.fnUntraced(function* (
  { client: config, session, ...address }: Address,
  tell: (payload: string) => void
) {
  const application_name = `${config.application_name?.replace(/ append$/, "") ?? "wattkit"} news`
  const client = yield* Effect.acquireRelease(
    connect({ ...address, session, client: { ...config, application_name } }),
    close,
    { interruptible: true }
  )
  const broken = yield* Deferred.make<never, SqlError.SqlError>()
  const end = (cause: unknown) => Deferred.doneUnsafe(broken, Exit.fail(hotError(cause)))
  client.on("error", end)
  client.on("end", () => end(new Error("the connection ended")))
  const query = querying(client)
  const settings = Object.entries({ ...session, synchronous_commit: "off" })
  yield* query(
    `SELECT set_config(name, value, false) FROM unnest($1::text[], $2::text[]) AS s (name, value)`,
    [settings.map(([name]) => name), settings.map(([, value]) => value)]
  )
  const [found] = yield* query<{ readonly channel: string }>(
    `SELECT 'wattkit_news_' || oid AS channel FROM pg_namespace WHERE nspname = current_schema()`
  )
  const channel = found?.channel ?? "wattkit_news"
  client.on("notification", ({ payload }) => tell(payload ?? ""))
  yield* query("SELECT pg_advisory_lock_shared($1, hashtext($2))", [presence, channel])
  yield* query(`LISTEN ${channel}`)
  return {
    others: Effect.map(
      query<{ readonly count: number }>(others, [presence, channel]),
      ([row]) => row?.count ?? 0
    ),
    send: (payloads) =>
      query("SELECT pg_notify($1, said) FROM unnest($2::text[]) AS said", [channel, payloads]),
    broken: Deferred.await(broken)
  } satisfies NewsConnection as NewsConnection
})
