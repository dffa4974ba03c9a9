import { type Gift, type Giving, type Membership, NotFound } from "@wattkit/core"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import * as Parameters from "../usage/parameters.ts"
import { type MembershipRow, selected, toMembership } from "./memberships.ts"

const changed: Giving = { kind: "changed" }

/**
 * Holds everything a gift looks at: the tenant, so that gifts and replacements come one after the other, the
 * location before what is given of it, and persons before what they are, each as everywhere.
 */
const hold = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  { locationId, tenantId }: Gift,
  ids: ReadonlyArray<string>
) {
  yield* sql`SELECT key FROM tenants WHERE id = ${tenantId} FOR NO KEY UPDATE`
  const places = yield* sql`SELECT id FROM locations
    WHERE tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId}) AND id = ${locationId} FOR KEY SHARE`
  if (places.length === 0) return yield* new NotFound({ what: "location", id: locationId })
  const persons = Parameters.texts(ids)
  yield* sql`SELECT key FROM users WHERE id = ANY(${persons}::text[]) ORDER BY key FOR KEY SHARE`
  yield* sql`SELECT role FROM memberships
    WHERE tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId})
      AND user_key = ANY(ARRAY(SELECT key FROM users WHERE id = ANY(${persons}::text[])))
    ORDER BY user_key FOR UPDATE`
})

/** Who has the location now, and who shall, as they are. */
const concerned = (sql: SqlClient.SqlClient, { locationId, tenantId, wanted }: Gift) =>
  Effect.map(
    sql<MembershipRow>`${selected(sql)} WHERE t.id = ${tenantId} AND (
        u.id = ANY(${Parameters.texts(wanted)}::text[]) OR EXISTS (
          SELECT FROM membership_locations l WHERE l.tenant_key = m.tenant_key
            AND l.user_key = m.user_key AND l.location_id = ${locationId}
        )
      ) ORDER BY u.id`,
    (rows) => rows.map(toMembership)
  )

/** Writes down who lost the location and who gained it. */
const write = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  { locationId, tenantId }: Gift,
  lost: ReadonlyArray<Membership>,
  gained: ReadonlyArray<Membership>
) {
  const textsOf = (all: ReadonlyArray<Membership>) => Parameters.texts(all.map(({ userId }) => userId))
  const tenant = sql`(SELECT key FROM tenants WHERE id = ${tenantId})`
  if (lost.length > 0)
    yield* sql`DELETE FROM membership_locations WHERE tenant_key = ${tenant} AND location_id = ${locationId}
      AND user_key IN (SELECT key FROM users WHERE id = ANY(${textsOf(lost)}::text[]))`
  if (gained.length > 0)
    yield* sql`INSERT INTO membership_locations (tenant_key, user_key, location_id)
      SELECT ${tenant}, u.key, l.id FROM users u, locations l
      WHERE u.id = ANY(${textsOf(gained)}::text[]) AND l.tenant_key = ${tenant} AND l.id = ${locationId}`
})

/**
 * Gives a location in the transaction it runs in. Each statement sees what was committed before it began, so
 * that what is compared is what is there once everything is held.
 */
export const giveLocation = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, gift: Gift) {
  const { known, locationId } = gift
  const wanted = new Set(gift.wanted)
  yield* hold(sql, gift, [...known.map(({ userId }) => userId), ...wanted])
  const all = yield* concerned(sql, gift)
  const had = new Set(all.filter(({ locations }) => locations.includes(locationId)))
  const roles = new Map(known.map(({ role, userId }) => [userId, role]))
  const isKnown = [...had].every(({ role, userId }) => roles.get(userId) === role)
  if (!isKnown || roles.size !== had.size) return changed
  const members = all.filter(({ userId }) => wanted.has(userId))
  if (members.length !== wanted.size) return changed
  const lost = [...had].filter(({ userId }) => !wanted.has(userId))
  const gained = members.filter((member) => !had.has(member))
  yield* write(sql, gift, lost, gained)
  const after = (member: Membership): Membership => {
    const others = member.locations.filter((id) => id !== locationId)
    return { ...member, locations: wanted.has(member.userId) ? [...others, locationId].sort() : others }
  }
  const changes = all
    .filter((member) => had.has(member) !== wanted.has(member.userId))
    .map((before) => ({ before, after: after(before) }))
  return { kind: "given", members: members.map(after), changes } satisfies Giving as Giving
})
