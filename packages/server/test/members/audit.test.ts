import {
  ApiKeyId,
  auditHash,
  type AuditEntry,
  AuditStore,
  type Instant,
  programOf,
  type TenantId
} from "@wattkit/core"
import { Audit, AuditTrail } from "@wattkit/engine"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Effect, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import fc from "fast-check"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { startServer, type TestServer } from "../fixtures/inProcess.ts"
import { type Database, startDatabase } from "../fixtures/ordeal/Database.ts"
import { addHand, addTenant, type Hand } from "./crew.ts"

const runs = Number(process.env["WATTKIT_TEST_TAMPERINGS"] ?? 60)
const count = 40

interface Verified {
  readonly isWhole: boolean
  readonly fault: { readonly number: number; readonly kind: string } | null
  readonly head: { readonly number: number; readonly hash: string } | null
}

let database: Database
let server: TestServer
let tenantId: TenantId
let admin: Hand

const record = (after: unknown) =>
  Audit.use((audit) => audit.recordBy(tenantId, "server", { action: "test.done", subject: "thing 1", after }))

beforeAll(async () => {
  database = await startDatabase()
  server = await startServer(undefined, { databaseUrl: Redacted.make(database.url) })
  tenantId = await addTenant(server)
  admin = await addHand(server, tenantId, "admin")
  for (let i = 0; i < count; i++) await server.run(record({ i, deep: [{ b: "é\u0000", a: null }] }))
})

afterAll(async () => {
  await server.close()
  await database.close()
})

/** Does something as whoever owns the database, who may write to everything. */
const asOwner = <A, E>(work: Effect.Effect<A, E, SqlClient.SqlClient>): Promise<A> => {
  const client = PostgresStorage.layerClient({ url: Redacted.make(database.url), maxConnections: 1 })
  return Effect.runPromise(Effect.provide(work, client))
}

const verified = async (query = ""): Promise<Verified> => {
  const { data, status, text } = await admin.call<Verified>("GET", `/v1/audit-logs/verification${query}`)
  assert.strictEqual(status, 200, text)
  return data
}

describe("the audit log", () => {
  it("is shown newest first, page by page, and by whom, what and to what", async () => {
    const first = await admin.call<ReadonlyArray<AuditEntry>>("GET", "/v1/audit-logs?limit=30")
    const next = await admin.call<ReadonlyArray<AuditEntry>>(
      "GET",
      `/v1/audit-logs?limit=30&cursor=${first.meta.nextCursor}`
    )
    const numbers = [...first.data, ...next.data].map(({ number }) => number)
    assert.deepStrictEqual(
      numbers,
      Array.from({ length: count }, (_, i) => count - i)
    )
    assert.isUndefined(next.meta.nextCursor)
    assert.deepStrictEqual(first.data[0]?.after, { i: count - 1, deep: [{ b: "é\u0000", a: null }] })
    for (const [query, found] of [
      ["by=server", count],
      ["by=somebody", 0],
      ["action=test.done&subject=thing%201", count],
      ["subject=thing%202", 0]
    ] as const) {
      const { data } = await admin.call<ReadonlyArray<unknown>>("GET", `/v1/audit-logs?limit=99&${query}`)
      assert.lengthOf(data, found, query)
    }
    assert.strictEqual((await admin.call("GET", "/v1/audit-logs?cursor=bm9uZQ")).status, 400)
  })

  it("shows others what they did themselves, and is whole for administrators alone", async () => {
    const user = await addHand(server, tenantId, "user")
    await user.call("POST", "/v1/api-keys", { body: { name: "k", scopes: ["read"] } })
    const { data } = await user.call<ReadonlyArray<AuditEntry>>("GET", "/v1/audit-logs")
    assert.deepStrictEqual(
      data.map(({ action, by }) => [action, by]),
      [["key.create", `user ${user.userId}`]]
    )
    for (const path of ["/verification", "/export"]) {
      assert.strictEqual((await user.call("GET", `/v1/audit-logs${path}`)).status, 403)
      assert.strictEqual((await user.call("GET", `/v1/audit-logs${path}`, { key: null })).status, 401)
    }
    const foreign = await addHand(server, await addTenant(server), "admin")
    assert.deepStrictEqual((await foreign.call("GET", "/v1/audit-logs")).data, [] as never)
    assert.strictEqual((await foreign.call("GET", "/v1/audit-logs/export")).text, "")
  })

  it("is given out as lines of JSON, the oldest first, from which anybody can make the hashes", async () => {
    // More than are read at once.
    const deed = {
      tenantId,
      by: "server",
      action: "test.many",
      subject: "thing 3",
      before: null,
      after: null
    }
    const drafts = Array.from({ length: 600 }, () => ({ ...deed, at: 1_780_000_000_000 as Instant.Instant }))
    await server.run(AuditStore.use((store) => store.add(drafts, auditHash)))
    const { headers, status, text } = await admin.call("GET", "/v1/audit-logs/export")
    assert.strictEqual(status, 200)
    assert.strictEqual(headers.get("content-type"), "application/x-ndjson")
    const entries = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line))
    const { head } = await verified()
    assert.lengthOf(entries, head?.number ?? 0)
    let previous = "0".repeat(64)
    for (const [i, entry] of entries.entries()) {
      const at = Date.parse(entry.at) as Instant.Instant
      assert.deepStrictEqual([entry.number, entry.previous], [i + 1, previous])
      assert.strictEqual(auditHash({ ...entry, tenantId, at }), entry.hash)
      previous = entry.hash
    }
    assert.strictEqual(previous, head?.hash)
  })

  it("says that it is whole, and names an end that can be noted elsewhere", async () => {
    const { fault, head, isWhole } = await verified()
    assert.deepStrictEqual([isWhole, fault], [true, null])
    await server.run(record("later"))
    assert.isTrue((await verified(`?number=${head?.number}&hash=${head?.hash}`)).isWhole)
    const other = "0".repeat(64)
    const wrong = await verified(`?number=${head?.number}&hash=${other}`)
    assert.deepStrictEqual(wrong.fault, { number: head?.number ?? 0, kind: "changed" })
    const ahead = await verified(`?number=${(head?.number ?? 0) + 9}&hash=${other}`)
    assert.deepStrictEqual(ahead.fault, { number: (head?.number ?? 0) + 2, kind: "missing" })
    for (const query of [`?number=1`, `?hash=${other}`, `?number=0&hash=${other}`, "?number=1&hash=x"]) {
      assert.strictEqual((await admin.call("GET", `/v1/audit-logs/verification${query}`)).status, 400)
    }
  })
})

/** Somebody who writes to the database, and covers their tracks as far as one entry goes. */
type Tampering =
  | { readonly kind: "edit"; readonly at: number; readonly column: string; readonly isRehashed: boolean }
  | { readonly kind: "delete" | "insert" | "truncate"; readonly at: number }
  | { readonly kind: "reorder"; readonly at: number; readonly by: number }

const columns = ["at", "by", "action", "subject", "before", "after"]

describe("S33: in the rows of the audit log", () => {
  const small = 12
  let tenant: TenantId
  let principal: Parameters<AuditTrail["Service"]["verify"]>[0]

  beforeAll(async () => {
    tenant = await addTenant(server)
    principal = programOf(tenant, ApiKeyId.make("k"), ["administer"])
    const deed = (i: number) => ({ action: "a", subject: "s", before: { i }, after: { i: i + 1 } })
    const write = Effect.forEach(Array.from({ length: small }), (_, i) =>
      Audit.use((audit) => audit.recordBy(tenant, "server", deed(i)))
    )
    await server.run(write)
    await asOwner(SqlClient.SqlClient.use((sql) => sql`CREATE TABLE written AS SELECT * FROM audit_logs`))
  })

  const rowsOf = (sql: SqlClient.SqlClient) => {
    const ofTenant = sql`tenant_key = (SELECT key FROM tenants WHERE id = ${tenant})`

    const rehash = Effect.fnUntraced(function* (number: number) {
      const rows = yield* sql<Omit<AuditEntry, "at"> & { at: Date }>`SELECT number::float8 AS number, at, by,
        action, subject, before, after, previous FROM audit_logs WHERE ${ofTenant} AND number = ${number}`
      const row = rows[0]!
      const hash = auditHash({ ...row, tenantId: tenant, at: row.at.getTime() as Instant.Instant })
      yield* sql`UPDATE audit_logs SET hash = ${hash} WHERE ${ofTenant} AND number = ${number}`
    })

    const shift = (from: number, by: number) =>
      Effect.andThen(
        sql`UPDATE audit_logs SET number = number + 1000 + ${by}::int
          WHERE ${ofTenant} AND number >= ${from}`,
        sql`UPDATE audit_logs SET number = number - 1000 WHERE ${ofTenant} AND number >= 1000`
      )

    const swap = (one: number, other: number) =>
      Effect.forEach(
        [
          [one, 5_000],
          [other, one],
          [5_000, other]
        ] as const,
        ([from, to]) => sql`UPDATE audit_logs SET number = ${to} WHERE ${ofTenant} AND number = ${from}`
      )

    const edit = Effect.fnUntraced(function* ({ at, column, isRehashed }: Tampering & { kind: "edit" }) {
      const isJson = column === "before" || column === "after"
      const other = isJson ? sql`'{"i":99}'::json` : sql`${"forged"}`
      const said = column === "at" ? sql`at + interval '1 millisecond'` : other
      yield* sql`UPDATE audit_logs SET ${sql(column)} = ${said} WHERE ${ofTenant} AND number = ${at}`
      if (isRehashed) yield* rehash(at)
    })

    const tamper = Effect.fnUntraced(function* (how: Tampering) {
      if (how.kind === "edit") return yield* edit(how)
      const { at } = how
      if (how.kind === "reorder") return yield* swap(at, ((at - 1 + how.by) % small) + 1)
      if (how.kind === "insert") {
        yield* shift(at, 1)
        yield* sql`INSERT INTO audit_logs
          SELECT tenant_key, ${at}, at, 'forger', action, subject, before, after, previous, hash
          FROM audit_logs WHERE ${ofTenant} AND number = ${at + 1}`
        return yield* rehash(at)
      }
      const last = how.kind === "truncate" ? small : at
      yield* sql`DELETE FROM audit_logs WHERE ${ofTenant} AND number BETWEEN ${at} AND ${last}`
      if (how.kind === "delete") yield* shift(at, -1)
    })

    const undo = Effect.andThen(
      sql`DELETE FROM audit_logs WHERE ${ofTenant}`,
      sql`INSERT INTO audit_logs SELECT * FROM written WHERE ${ofTenant}`
    )
    return { tamper, undo }
  }

  const place = fc.oneof(fc.integer({ min: 1, max: small }), fc.constant(small))
  const tampering: fc.Arbitrary<Tampering> = fc.oneof(
    fc.record({
      kind: fc.constant("edit" as const),
      at: place,
      column: fc.constantFrom(...columns),
      isRehashed: fc.boolean()
    }),
    fc.record({
      kind: fc.constantFrom("delete" as const, "insert" as const, "truncate" as const),
      at: place
    }),
    fc.record({
      kind: fc.constant("reorder" as const),
      at: place,
      by: fc.integer({ min: 1, max: small - 1 })
    })
  )

  it("every edit, deletion, insertion and reordering is found, with a noted head every cut too", async () => {
    const seen = new Set<string>()
    const verify = (noted?: { number: number; hash: string }) =>
      Effect.promise(() => server.run(AuditTrail.use((trail) => trail.verify(principal, noted))))
    await asOwner(
      Effect.gen(function* () {
        const { tamper, undo } = rowsOf(yield* SqlClient.SqlClient)
        const { head, isWhole } = yield* verify()
        assert.deepStrictEqual([isWhole, head?.number], [true, small])
        const context = yield* Effect.context<SqlClient.SqlClient>()
        const run = Effect.runPromiseWith(context)
        const property = fc.asyncProperty(tampering, async (how) => {
          seen.add(how.kind)
          await run(tamper(how))
          const plain = await run(verify())
          const anchored = await run(verify(head ?? undefined))
          await run(undo)
          assert.isFalse(anchored.isWhole, "with a noted head")
          // A chain that only is shorter, or differs at its very end, nobody can tell without one.
          const isAtEnd =
            how.kind === "truncate" ||
            (how.at === small && (how.kind === "delete" || (how.kind === "edit" && how.isRehashed)))
          assert.strictEqual(plain.isWhole, isAtEnd)
        })
        yield* Effect.promise(() => fc.assert(property, { numRuns: runs }))
        assert.isTrue((yield* verify()).isWhole)
      })
    )
    assert.strictEqual(seen.size, 5)
  })
})

describe("the last administrator, over PostgreSQL", () => {
  it("is left when two lower each other at the same moment", async () => {
    for (let round = 0; round < 8; round++) {
      const tenant = await addTenant(server)
      const [one, two] = [await addHand(server, tenant, "admin"), await addHand(server, tenant, "admin")]
      for (const hand of [one, two]) assert.strictEqual((await hand.call("GET", "/v1/users")).status, 200)
      const body = { role: "user", locations: [] }
      const answers = await Promise.all(
        round % 2 === 0
          ? [
              one.call("PUT", `/v1/users/${two.userId}`, { body }),
              two.call("DELETE", `/v1/users/${one.userId}`)
            ]
          : [
              one.call("DELETE", `/v1/users/${two.userId}`),
              two.call("PUT", `/v1/users/${one.userId}`, { body })
            ]
      )
      const statuses = answers.map(({ status }) => status).sort()
      assert.strictEqual(statuses[0], 200, JSON.stringify(statuses))
      assert.include([401, 403, 409], statuses[1])
      const left = answers[0]?.status === 200 ? one : two
      assert.strictEqual((await left.call("GET", "/v1/users")).status, 200)
    }
  })
})

describe("S7: a dump of the database", () => {
  it("holds no key that works", async () => {
    const { data } = await admin.call<{ secret: string }>("POST", "/v1/api-keys", {
      body: { name: "dumped", scopes: ["read"] }
    })
    const dump = await asOwner(
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const tables = yield* sql<{ name: string }>`SELECT table_name AS name FROM information_schema.tables
          WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'`
        const texts: Array<string> = []
        for (const { name } of tables) {
          const rows = yield* sql<{ row: string }>`SELECT t::text AS row FROM ${sql(name)} t`
          texts.push(...rows.map(({ row }) => row))
        }
        return texts.join("\n")
      })
    )
    assert.include(dump, "dumped")
    for (const secret of [data.secret, server.key, admin.token]) assert.notInclude(dump, secret)
    assert.notMatch(dump, /wk_live_[0-9a-z]{38}/)
    const digest = /[0-9a-f]{64}/.exec(dump)?.[0] ?? ""
    assert.strictEqual((await server.call("GET", "/v1/locations", { key: digest })).status, 401)
  })
})
