import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { UserId } from "../../model/ids.ts"
import type { NotFound } from "../registryErrors.ts"
import type { StorageError } from "../StorageError.ts"

/** What a table keeps of a person: its rows as JSON, without secrets. */
export interface PersonalRows {
  readonly table: string
  readonly rows: ReadonlyArray<{ readonly [column: string]: unknown }>
}

/** How many rows of each table name a person; tables without any are left out. */
export type PersonalCounts = { readonly [table: string]: number }

/**
 * Everything that is kept of a person, wherever it is.
 *
 * Of a person is what belongs to them and what names them as who did something. What households and devices
 * are called, where they are and what they measured is of the tenant, whoever is a member of it.
 */
export interface PersonalData {
  /** What is kept, by table in the order of their names; secrets are left out, nothing else is. */
  readonly export: (id: UserId) => Effect.Effect<ReadonlyArray<PersonalRows>, NotFound | StorageError>
  readonly counts: (id: UserId) => Effect.Effect<PersonalCounts, NotFound | StorageError>
  /**
   * Takes a person out for ever and answers how many rows were removed, or say no more who did it. What is
   * their own is removed, also what a UserStore removes. What they decided about readings stays, decided by
   * `erased`. The audit log stays as it is: it names a person by the id alone, which means nobody any more.
   */
  readonly erase: (id: UserId) => Effect.Effect<PersonalCounts, NotFound | StorageError>
}

/** Who decided something, once that person was erased. */
export const erased = "erased"

/** The key of the PersonalData service. */
export const PersonalData = Context.Service<PersonalData>("@wattkit/core/PersonalData")
