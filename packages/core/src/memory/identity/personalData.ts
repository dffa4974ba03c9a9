import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { UserId } from "../../model/ids.ts"
import { AuditStore } from "../../ports/identity/AuditStore.ts"
import { erased, PersonalData, type PersonalRows } from "../../ports/identity/PersonalData.ts"
import { UserStore } from "../../ports/identity/UserStore.ts"
import { TenantStore } from "../../ports/TenantStore.ts"
import { KeptDecisions } from "../KeptDecisions.ts"
import { KeptIdentity } from "./KeptIdentity.ts"

type Rows = PersonalRows["rows"]

/** What is a person's own, and without any secret. */
const ownOf = (kept: KeptIdentity, id: UserId): ReadonlyArray<readonly [string, Rows]> => {
  const theirs = ({ userId }: { readonly userId: UserId | null }) => userId === id
  const user = kept.users.get(id)?.user
  const preferences = kept.notificationPreferences.get(id)
  const jobs = [...kept.jobs.values()].filter(({ job }) => job.userId === id)
  const memberships = [...kept.memberships.values()].flatMap((members) => members.get(id) ?? [])
  return [
    ["api_keys", [...kept.keys.values()].filter(theirs).map(({ digest: _, ...key }) => key)],
    ["consents", kept.consents.filter(theirs).map((consent) => ({ ...consent }))],
    ["job_parts", jobs.flatMap(({ job, parts }) => [...parts.keys()].map((part) => ({ id: job.id, part })))],
    ["jobs", jobs.map(({ job: { payload: _, lease: __, ...job } }) => ({ ...job }))],
    ["memberships", memberships],
    ["notification_preferences", preferences === undefined ? [] : [preferences]],
    ["notifications", [...kept.notifications.values()].filter(theirs).map((one) => ({ ...one }))],
    ["one_time", [...kept.oneTimes.values()].filter(theirs).map(({ digest: _, ...one }) => one)],
    ["sessions", [...kept.sessions.values()].filter(theirs)],
    ["users", user === undefined ? [] : [user]]
  ]
}

const withRows = (found: ReadonlyArray<readonly [string, Rows]>): ReadonlyArray<PersonalRows> =>
  found
    .filter(([, rows]) => rows.length > 0)
    .map(([table, rows]) => ({ table, rows }))
    .sort((a, b) => (a.table < b.table ? -1 : 1))

const countsOf = (found: ReadonlyArray<PersonalRows>) =>
  Object.fromEntries(found.map(({ rows, table }) => [table, rows.length]))

const make = Effect.gen(function* () {
  const kept = yield* KeptIdentity
  const decisions = yield* KeptDecisions
  const users = yield* UserStore
  const tenants = yield* TenantStore
  const audit = yield* AuditStore

  const namesOf = (id: UserId): ReadonlySet<string> => {
    const keys = [...kept.keys.values()].filter(({ userId }) => userId === id)
    return new Set([id, `user ${id}`, ...keys.flatMap((key) => [key.id, `key ${key.id}`])])
  }
  const decided = (id: UserId, forget?: string) =>
    [...decisions].map(([table, look]) => [table, look(namesOf(id), forget)] as const)
  const entriesOf = Effect.fnUntraced(function* (id: UserId) {
    const limit = Number.POSITIVE_INFINITY
    const names = namesOf(id)
    const chains = yield* Effect.forEach(yield* tenants.list({ limit }), (tenant) =>
      audit.list(tenant.id, { limit })
    )
    return chains.flat().filter(({ by, subject }) => names.has(by) || names.has(subject))
  })
  const everything = Effect.fnUntraced(function* (id: UserId) {
    yield* users.get(id)
    const entries = (yield* entriesOf(id)).map((entry) => ({ ...entry }))
    return withRows([...ownOf(kept, id), ...decided(id), ["audit_logs", entries]])
  })
  return {
    export: everything,
    counts: (id) => Effect.map(everything(id), countsOf),
    erase: Effect.fnUntraced(function* (id) {
      yield* users.get(id)
      const found = withRows([...ownOf(kept, id), ...decided(id, erased)])
      yield* users.remove(id)
      return countsOf(found)
    })
  } satisfies PersonalData
})

/** Finds in memory what is kept of a person. */
export const layer: Layer.Layer<
  PersonalData,
  never,
  AuditStore | KeptDecisions | KeptIdentity | TenantStore | UserStore
> = Layer.effect(PersonalData, make)
