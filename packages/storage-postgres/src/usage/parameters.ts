import { PgTypes } from "@effect/sql-pg"
import { Result } from "effect"

/** An array parameter of numbers; whole numbers go as `float8` too, and are cast where they arrive. */
export const numbers = (values: ReadonlyArray<number>): PgTypes.Parameter =>
  Result.getOrThrow(PgTypes.array(values, PgTypes.OID.float8))

/** An array parameter of instants, null where there is none. */
export const instants = (values: ReadonlyArray<number | null>): PgTypes.Parameter =>
  Result.getOrThrow(PgTypes.array(values, PgTypes.OID.timestamptz))

/** An array parameter of texts. */
export const texts = (values: ReadonlyArray<string>): PgTypes.Parameter =>
  Result.getOrThrow(PgTypes.array(values, PgTypes.OID.text))

/** An array parameter of dates. */
export const dates = (values: ReadonlyArray<string>): PgTypes.Parameter =>
  Result.getOrThrow(PgTypes.array(values, PgTypes.OID.date))
