import { assert, it } from "@effect/vitest"
import {
  ApiKeyId,
  ApiKeyStore,
  auditHash,
  AuditStore,
  ConsentStore,
  DeadLetterStore,
  Email,
  Instant,
  mainChannel,
  MembershipStore,
  OneTimeStore,
  PersonalData,
  QuarantineStore,
  ReadingStore,
  SessionId,
  SessionStore,
  UserId,
  UserStore
} from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { household, reading } from "./household.ts"
import * as TestServer from "./TestServer.ts"

const now = Instant.fromStringOrThrow("2026-06-01T12:00:00Z")
const later = Instant.plus(now, 1e9)

const name = "Ottilie Wunderwurz"
const email = Email.make("ottilie@wunderwurz.example")
const passwordHash = "$argon2id$v=19$m=19456,t=2,p=1$b3R0aWxpZQ$d3VuZGVyd3Vyeg"

/** The rows of each table, partitions in their table, that say a text somewhere, as bytes too. */
const rowsThatSay = Effect.fnUntraced(function* (text: string) {
  const sql = yield* SqlClient.SqlClient
  const tables = yield* sql<{ name: string }>`SELECT relname AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'm') AND NOT relispartition`
  const hex = Buffer.from(text).toString("hex")
  const counts = yield* Effect.forEach(tables, (table) =>
    Effect.map(
      sql<{ count: number }>`SELECT count(*)::int AS count FROM ${sql(table.name)} t
        WHERE position(${text} IN t::text) > 0 OR position(${hex} IN t::text) > 0`,
      ([row]) => [table.name, row?.count ?? 0] as const
    )
  )
  return Object.fromEntries(counts.filter(([, count]) => count > 0))
})

/** Ottilie signs up, signs in, decides, is written about, and makes a key. */
const live = Effect.fnUntraced(function* (id: UserId) {
  const { deviceIds, tenantId } = yield* household(1)
  const deviceId = deviceIds[0]!
  const times = { createdAt: now, verifiedAt: now, disabledAt: null, eraseAt: now }
  const totp = { totpSealed: "sealed", totpConfirmedAt: now, totpStep: 1, recoveryDigests: ["r"] }
  yield* (yield* UserStore).add({ id, email, name, ...times }, { passwordHash, ...totp })
  const member = { role: "admin", locations: [], disabledAt: null } as const
  yield* (yield* MembershipStore).put({ tenantId, userId: id, ...member, createdAt: now })
  const session = { id: SessionId.make("s"), userId: id, tenantId, createdAt: now, usedAt: now }
  const agent = `${name}'s Firefox`
  yield* (yield* SessionStore).begin({ ...session, expiresAt: later, endedAt: null, agent }, "1")
  const secret = { digest: "3", purpose: "reset_password", userId: id, tenantId, expiresAt: later } as const
  yield* (yield* OneTimeStore).put(secret)
  const keyId = ApiKeyId.make("key_1")
  const limits = { deviceId: null, locations: null, expiresAt: null, lastUsedAt: null, revokedAt: null }
  const key = { id: keyId, tenantId, name: `Phone of ${name}`, userId: id, prefix: "wk_", digest: "2" }
  yield* (yield* ApiKeyStore).add({ ...key, ...limits, scopes: ["read"], createdAt: now })
  const consent = { userId: id, at: now, subject: "terms", version: `as shown to ${email}`, isGiven: true }
  yield* (yield* ConsentStore).add(consent)
  yield* (yield* ReadingStore).append(tenantId, [reading(deviceId, 1)])
  const { at } = reading(deviceId, 1)
  const corrected = { deviceId, channel: mainChannel, at, madeAt: now, by: id, reason: `read by ${name}` }
  yield* (yield* ReadingStore).correct(tenantId, [{ ...corrected, reading: null }])
  const settled = { at: now, by: keyId, as: "released", shiftedMs: 0 } as const
  const waits = {
    id: "q",
    tenantId,
    reading: reading(deviceId, 2),
    reason: "future",
    receivedAt: now
  } as const
  yield* (yield* QuarantineStore).add([{ ...waits, settled }])
  const message = { carrier: "mqtt", topic: "a", payload: new Uint8Array(1), isRetained: false } as const
  const nothing = { format: null, subject: null, deviceId: null, detail: "", reason: "malformed" } as const
  const letter = { id: "l", tenantId, message: { ...message, receivedAt: now }, ...nothing }
  const replayed = { at: now, by: id, as: "replayed" } as const
  yield* (yield* DeadLetterStore).add(tenantId, [{ ...letter, settled: replayed }])
  const told = { tenantId, at: now, by: `user ${id}`, action: "user.update", subject: `user ${id}` }
  yield* (yield* AuditStore).add([{ ...told, before: { name: "x" }, after: { name, email } }], auditHash)
})

it.live(
  "no row of any table says the name, the address or the password of somebody who was erased",
  () =>
    Effect.gen(function* () {
      const options = yield* TestServer.freshDatabase(yield* TestServer.make())
      const id = UserId.make("user_ottilie")
      const inAll = Effect.gen(function* () {
        yield* live(id)
        const before = yield* Effect.forEach([name, email, passwordHash], rowsThatSay)
        const found = [
          { api_keys: 1, reading_revisions: 1, sessions: 1, users: 1 },
          { consents: 1, users: 1 }
        ]
        assert.deepStrictEqual(before, [...found, { users: 1 }])
        const counts = yield* (yield* PersonalData).erase(id)
        assert.deepStrictEqual(counts, {
          api_keys: 1,
          consents: 1,
          dead_letters: 1,
          memberships: 1,
          one_time: 1,
          quarantine: 1,
          reading_revisions: 1,
          refresh_tokens: 1,
          sessions: 1,
          users: 1
        })
        for (const word of [name, email, passwordHash, "Ottilie", "wunderwurz", "key_1"]) {
          assert.deepStrictEqual(yield* rowsThatSay(word), {}, word)
        }
        assert.deepStrictEqual(yield* rowsThatSay(id), { audit_logs: 1 })
      })
      yield* Effect.provide(inAll, PostgresStorage.layerOptions(options))
    }),
  60_000
)
