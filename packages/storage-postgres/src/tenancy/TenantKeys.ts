import type { TenantId } from "@wattkit/core"
import { Effect } from "effect"
import type { SqlError } from "effect/sql"
import { everyone, type Whose } from "./CurrentTenant.ts"

/** What a transaction is told to see everybody's rows. */
export const all = "all"

/** What a transaction is told to see no rows. */
export const nobody = ""

/** Asks for the key of a tenant, as one who may see all of them; undefined when it is not there. */
export type Ask = (tenantId: TenantId) => Effect.Effect<string | undefined, SqlError.SqlError>

/**
 * The keys of tenants, remembered by this process: a tenant has the same key for ever. One that is not there
 * is asked for again each time, because it may be there by then, and sees nothing until it is.
 */
export class TenantKeys {
  readonly #known = new Map<TenantId, string>()

  /** What a transaction is told of whose rows it sees. */
  find(whose: Whose, ask: Ask): Effect.Effect<string, SqlError.SqlError> {
    if (whose === undefined) return Effect.succeed(nobody)
    if (whose === everyone) return Effect.succeed(all)
    const known = this.#known.get(whose)
    if (known !== undefined) return Effect.succeed(known)
    return Effect.map(ask(whose), (key) => {
      if (key === undefined) return nobody
      this.#known.set(whose, key)
      return key
    })
  }
}
