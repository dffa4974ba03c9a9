/**
 * How rows of a table belong to a person.
 *
 * `own`: the column holds the key of the person, who takes the rows along. `through`: the rows belong to rows
 * of another table, which belong to the person. `names`: the columns say who did something; of somebody who
 * was erased they say so, as do `words`, which that person wrote, unless the rows are kept as they are.
 */
export type PersonLink =
  | { readonly kind: "own"; readonly column: string }
  | { readonly kind: "through"; readonly column: string; readonly table: string; readonly key: string }
  | {
      readonly kind: "names"
      readonly columns: readonly [string, ...Array<string>]
      readonly words?: ReadonlyArray<string>
      readonly isKept?: boolean
    }

const own = { kind: "own", column: "user_key" } as const

/**
 * Every table with rows that belong to a person or name one. A table that points to a person and is missing
 * here fails the tests.
 */
export const persons: { readonly [table: string]: PersonLink } = {
  api_keys: own,
  // A chain of hashes: it is kept as it is, and says no more of a person than the id.
  audit_logs: { kind: "names", columns: ["by", "subject"], isKept: true },
  consents: own,
  dead_letters: { kind: "names", columns: ["settled_by"] },
  job_parts: { kind: "through", column: "job_key", table: "jobs", key: "key" },
  jobs: own,
  membership_locations: own,
  memberships: own,
  notification_preferences: own,
  notifications: own,
  one_time: own,
  quarantine: { kind: "names", columns: ["settled_by"] },
  reading_revisions: { kind: "names", columns: ["by"], words: ["reason"] },
  refresh_tokens: { kind: "through", column: "session_key", table: "sessions", key: "key" },
  sessions: own,
  users: { kind: "own", column: "key" }
}

/**
 * Tables whose personal columns speak of the household or the business, whoever is a member of it: they go
 * when the tenant goes. Answers of requests are sealed and forgotten after a day.
 */
export const ofTenants: ReadonlyArray<string> = [
  "bindings",
  "devices",
  "location_zones",
  "locations",
  "tariffs",
  "tenants"
]
