import { PgTypes } from "@effect/sql-pg"
import type { Reading } from "@wattkit/core"
import { Result } from "effect"
import type { Column, ColumnType } from "../hot/column.ts"
import { saidNames } from "../rows.ts"
import type { SaidName } from "./said.ts"

const typeOf = (name: SaidName): ColumnType =>
  name === "extra" ? "jsonb" : name === "since" ? "timestamptz" : "float8"

/** The type of each column of what a reading says, in their order. */
export const saidTypes: ReadonlyArray<ColumnType> = saidNames.map(typeOf)

/** What the readings at the places say under some names, a column for each. */
export const valuesOf = (
  readings: ReadonlyArray<Partial<Reading>>,
  places: ReadonlyArray<number>,
  names: ReadonlyArray<SaidName>
): ReadonlyArray<Column> =>
  names.map((name) => ({
    type: typeOf(name),
    values: places.map((place) => readings[place]![name] ?? null)
  }))

/** The parameters of such columns in a statement, from a number on. */
export const typesOf = (names: ReadonlyArray<SaidName>, from: number): string =>
  placeholders(names.map(typeOf), from)

/**
 * What the readings at the places say, a column for each quantity. One that is not among the bits of what is
 * said is empty: `unnest` fills it with nulls.
 */
export const saidBy = (
  readings: ReadonlyArray<Partial<Reading>>,
  places: ReadonlyArray<number>,
  said: number
): ReadonlyArray<Column> =>
  saidNames.map((name, i) => ({
    type: saidTypes[i]!,
    values: (said & (1 << i)) === 0 ? [] : places.map((place) => readings[place]![name] ?? null)
  }))

/** The parameters of columns in a statement, from a number on, such as `$3::float8[], $4::jsonb[]`. */
export const placeholders = (types: ReadonlyArray<ColumnType>, from: number): string =>
  types.map((type, i) => `$${from + i}::${type}[]`).join(", ")

const elements = {
  int8: PgTypes.OID.int8,
  float8: PgTypes.OID.float8,
  timestamptz: PgTypes.OID.timestamptz,
  jsonb: PgTypes.OID.jsonb
} as const

/** A column as a parameter of the pooled client. */
export const asParameter = ({ type, values }: Column): PgTypes.Parameter =>
  Result.getOrThrow(
    PgTypes.array(type === "int8" ? values.map((value) => BigInt(Number(value))) : values, elements[type])
  )
