import { PgTypes } from "@effect/sql-pg"
import { Effect, Result } from "effect"
import type { SqlClient, SqlError } from "effect/sql"

const dayMs = 86_400_000

/** How many partitions are made in one transaction; each of them is locked until its end. */
const atOnce = 50

/** The UTC day an instant is in, by number from 1970. */
const dayOf = (at: number): number => Math.floor(at / dayMs)

/** The UTC day of an instant as a date. */
const dateOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10)

/** Makes the partitions of days, and remembers for which days there are some. */
export interface Partitions {
  /** Makes sure that the days of the instants have partitions; those given up before stay without. */
  readonly ready: (ats: Iterable<number>) => Effect.Effect<void, SqlError.SqlError>
  /** What was remembered is no longer so. */
  readonly forget: () => void
}

/** The partitions of readings in the database of the client. */
export const make = (sql: SqlClient.SqlClient): Partitions => {
  const known = new Set<number>()
  const makeDays = Effect.fnUntraced(function* (missing: ReadonlyArray<number>) {
    for (let i = 0; i < missing.length; i += atOnce) {
      const days = missing.slice(i, i + atOnce)
      const dates = Result.getOrThrow(PgTypes.array(days.map(dateOf), PgTypes.OID.text))
      yield* sql`SELECT wattkit_make_days(${dates}::text[]::date[])`
      for (const day of days) known.add(day)
    }
  })
  return {
    ready: (ats) => {
      const missing = new Set<number>()
      let before: number | undefined
      for (const at of ats) {
        const day = dayOf(at)
        if (day !== before && !known.has(day)) missing.add(day)
        before = day
      }
      return missing.size === 0 ? Effect.void : makeDays([...missing].sort((a, b) => a - b))
    },
    forget: () => known.clear()
  }
}
