import { type PgConnection, PgTypes } from "@effect/sql-pg"
import { Effect, Stream } from "effect"
import type { SqlConnection, SqlError } from "effect/sql"
import { CurrentTenant, type Whose } from "./CurrentTenant.ts"
import { all, type Ask, type TenantKeys } from "./TenantKeys.ts"

/** Opens a transaction; whose it is, is said with it. */
export const begin = "BEGIN"

const ends: ReadonlySet<string> = new Set(["COMMIT", "ROLLBACK"])

type Rows = ReadonlyArray<PgConnection.Row>
type Transform = Parameters<SqlConnection.Connection["execute"]>[2]

const shown = (rows: Rows, transform: Transform) => (transform === undefined ? rows : transform(rows))

/** What tells the server of a statement whose rows it sees. */
export interface Saying {
  readonly keys: TenantKeys
  /** The type whose values, when the server reads one, say it. */
  readonly oid: number
}

/**
 * A session whose statements see the rows of the current tenant.
 *
 * Each statement carries one parameter more than its text names, of the type `wattkit_acting_for`. The server
 * reads the parameters of a statement before it plans or runs it, and to read a value of that type is to set
 * `wattkit.tenant` until the end of the transaction. So statement and tenant are one message, there is no
 * moment at which the one has arrived without the other, and what was said is gone with the transaction. A
 * transaction of several statements is told it once, with its BEGIN.
 */
export class TenantConnection implements SqlConnection.Connection {
  readonly #session: PgConnection.PgConnection
  readonly #saying: Saying
  #open: { readonly whose: Whose } | undefined

  constructor(session: PgConnection.PgConnection, saying: Saying) {
    this.#session = session
    this.#saying = saying
  }

  /** Whether a transaction was begun and neither committed nor rolled back. */
  get isOpen(): boolean {
    return this.#open !== undefined
  }

  execute(sql: string, params: ReadonlyArray<unknown>, transform: Transform) {
    return Effect.map(this.#query(sql, params), ({ rows }) => shown(rows, transform))
  }

  executeRaw(sql: string, params: ReadonlyArray<unknown>) {
    return this.#query(sql, params)
  }

  executeUnprepared(sql: string, params: ReadonlyArray<unknown>, transform: Transform) {
    return Effect.map(this.#query(sql, params, false), ({ rows }) => shown(rows, transform))
  }

  executeValues(sql: string, params: ReadonlyArray<unknown>) {
    return this.#as(sql, params, (said) => this.#session.queryValues(sql, said))
  }

  executeValuesUnprepared(sql: string, params: ReadonlyArray<unknown>) {
    return this.#as(sql, params, (said) => this.#session.queryValues(sql, said, false))
  }

  executeStream(sql: string, params: ReadonlyArray<unknown>, transform: Transform) {
    const rows = Stream.unwrap(
      this.#as(sql, params, (said) => Effect.succeed(this.#session.stream(sql, said)))
    )
    return transform === undefined
      ? rows
      : Stream.flatMap(rows, (row) => Stream.fromIterable(transform([row])))
  }

  #query(sql: string, params: ReadonlyArray<unknown>, prepared = true) {
    return this.#as(sql, params, (said) => this.#session.query(sql, said, prepared))
  }

  /** Runs what sends a statement, with the parameter that says whose rows it sees. */
  #as<A>(
    sql: string,
    params: ReadonlyArray<unknown>,
    send: (params: ReadonlyArray<unknown>) => Effect.Effect<A, SqlError.SqlError>
  ): Effect.Effect<A, SqlError.SqlError> {
    return CurrentTenant.use((whose) => {
      const open = this.#open
      if (open !== undefined) {
        if (ends.has(sql)) return Effect.tap(send(params), () => Effect.sync(() => (this.#open = undefined)))
        // The server knows whose a transaction is from its begin; a change of mind is a mistake of ours.
        return open.whose === whose ? send(params) : Effect.die(new Error("a transaction has one tenant"))
      }
      return Effect.flatMap(this.#saying.keys.find(whose, this.#ask), (key) => {
        if (sql === begin) this.#open = { whose }
        return send([...params, this.#acting(key)])
      })
    })
  }

  readonly #ask: Ask = (tenantId) =>
    Effect.map(
      this.#session.query(keyOfTenant, [PgTypes.text(tenantId), this.#acting(all)]),
      ({ rows }) => rows[0]?.["key"] as string | undefined
    )

  #acting(key: string): PgTypes.Parameter {
    return { [PgTypes.ParameterTypeId]: PgTypes.ParameterTypeId, oid: this.#saying.oid, value: key }
  }
}

const keyOfTenant = "SELECT key::text AS key FROM tenants WHERE id = $1"
