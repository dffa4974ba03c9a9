import { Effect } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import * as Parameters from "../parameters.ts"

const monthOf = (instant: number): string => `${new Date(instant).toISOString().slice(0, 7)}-01`

/** Makes the months of usage, and remembers which there are. */
export interface Months {
  /** Makes sure that the months of the instants have partitions, in the transaction that is going on. */
  readonly ready: (instants: Iterable<number>) => Effect.Effect<void, SqlError.SqlError>
  /** The transaction succeeded, so what was made is there to stay. */
  readonly remember: () => void
  /** The transaction failed, or months were given up. */
  readonly forget: () => void
}

/** The months of usage in the database of the client. */
export const make = (sql: SqlClient.SqlClient): Months => {
  const known = new Set<string>()
  const made = new Set<string>()
  return {
    ready: (instants) =>
      Effect.suspend(() => {
        const missing = new Set<string>()
        let month = Number.NaN
        for (const instant of instants) {
          // Cells stand in order, so most are of the month of the one before.
          const days = Math.floor(instant / 86_400_000)
          if (days === month) continue
          month = days
          const first = monthOf(instant)
          if (!known.has(first) && !made.has(first)) missing.add(first)
        }
        if (missing.size === 0) return Effect.void
        return Effect.map(sql`SELECT wattkit_make_months(${Parameters.dates([...missing])})`, () => {
          for (const first of missing) made.add(first)
        })
      }),
    remember: () => {
      for (const first of made) known.add(first)
      made.clear()
    },
    forget: () => {
      known.clear()
      made.clear()
    }
  }
}
