import { createGunzip } from "node:zlib"
import { Readable } from "node:stream"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import {
  DeviceId,
  Instant,
  mainChannel,
  type Membership,
  MembershipStore,
  ReadingStore,
  type UserId,
  UserStore
} from "@wattkit/core"
import { Totp } from "@wattkit/engine"
import { Effect, Redacted } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { makeHouse } from "../fixtures/call.ts"
import { type Database, startDatabase } from "../fixtures/ordeal/Database.ts"
import { type Door, openDoor, password } from "../identity/house.fixture.ts"
import { addHand, addTenant } from "../members/crew.ts"
import { archiveOf, askArchive } from "./town.ts"

setFlagsFromString("--expose-gc")
const collect = runInNewContext("gc") as () => void

/** What is really held, in MiB. */
const held = (): number => {
  collect()
  const { external, heapUsed } = process.memoryUsage()
  return (external + heapUsed) / 2 ** 20
}

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
const unbase32 = (text: string): Uint8Array<ArrayBuffer> => {
  const bits = [...text].map((letter) => base32.indexOf(letter).toString(2).padStart(5, "0")).join("")
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2))
}

let database: Database
let door: Door

beforeAll(async () => {
  database = await startDatabase()
  door = await openDoor({ databaseUrl: Redacted.make(database.url) as never }, "embedded")
})

afterAll(async () => {
  await door?.close()
  await database?.close()
})

const count = Number(process.env["WATTKIT_TEST_EXPORT"] ?? 80_000)
const start = Instant.fromStringOrThrow("2026-01-01T00:00:00Z")

describe("the export of a person", () => {
  it("holds what is kept of them in every table, and no secret", async () => {
    const session = await door.join("ada@example.com")
    const as = door.as(session)
    const me = await as<{ id: UserId; tenantId: Membership["tenantId"] }>("GET", "/v1/users/me")
    await makeHouse(as, "elm", "elm-meter")
    await as("POST", "/v1/users/me/consents", { body: { subject: "terms", version: "7", isGiven: true } })
    const key = await as<{ secret: string }>("POST", "/v1/api-keys", {
      body: { name: "phone", scopes: ["read"] }
    })
    const enrolled = await as<{ secret: string }>("POST", "/v1/auth/mfa/enrol", { body: { password } })
    const totp = unbase32(enrolled.data.secret)
    const code = await Effect.runPromise(Totp.codeOf(totp, Math.floor(Date.now() / 30_000)))
    const confirmed = await as<{ recoveryCodes: ReadonlyArray<string> }>("POST", "/v1/auth/mfa/confirm", {
      body: { code }
    })
    // Somebody else's house, and one that is shared, are not only theirs.
    const eve = await addHand(door, await addTenant(door), "admin")
    await makeHouse(eve.call, "oak", "oak-meter")
    const put = (membership: Membership) => door.run(MembershipStore.use((store) => store.put(membership)))
    const times = { createdAt: start, disabledAt: null }
    const shared = (await eve.call<{ tenantId: Membership["tenantId"] }>("GET", "/v1/users/me")).data.tenantId
    await put({ tenantId: shared, userId: me.data.id, role: "admin", locations: [], ...times })

    const { head, lines, response, text } = await archiveOf(door, session.accessToken)
    assert.strictEqual(response.status, 200)
    assert.strictEqual(response.headers.get("content-type"), "application/gzip")
    assert.match(
      response.headers.get("content-disposition") ?? "",
      /^attachment; filename="wattkit-personal-data-\d{4}-\d\d-\d\d\.ndjson\.gz"$/
    )
    assert.deepInclude(head, { format: "wattkit-personal-data", version: 1, userId: me.data.id })
    const tables = new Set(lines.map(({ table }) => table))
    const own = ["api_keys", "audit_logs", "consents", "memberships", "refresh_tokens", "sessions", "users"]
    assert.includeMembers([...tables], [...own, "tenants", "locations", "devices"])
    const ids = lines.filter(({ table }) => table === "devices").map(({ row }) => row["id"])
    assert.deepStrictEqual(ids, ["elm-meter"])
    const users = lines.filter(({ table }) => table === "users")
    assert.deepStrictEqual(
      users.map(({ row }) => row["email"]),
      ["ada@example.com"]
    )
    assert.notInclude(text, "eve")
    assert.notInclude(text, "oak-meter")

    const { secrets } = await door.run(UserStore.use((store) => store.get(me.data.id)))
    const canaries = [
      secrets.passwordHash!,
      secrets.totpSealed!,
      ...secrets.recoveryDigests,
      ...confirmed.data.recoveryCodes,
      enrolled.data.secret,
      key.data.secret,
      session.accessToken,
      session.refreshToken,
      password
    ]
    for (const canary of canaries) {
      assert.isAtLeast(canary.length, 8)
      assert.notInclude(text, canary)
      assert.notInclude(text, Buffer.from(canary).toString("hex"))
    }
    for (const word of ["password_hash", "digest", "sealed", "recovery"]) {
      assert.isEmpty(lines.filter(({ row }) => Object.keys(row).some((column) => column.includes(word))))
    }
    const log = await as<ReadonlyArray<{ action: string }>>("GET", "/v1/audit-logs?action=user.export")
    assert.lengthOf(log.data, 1)
  })

  it(
    `holds ${count} readings of a household without holding them in memory`,
    { timeout: 120_000 },
    async () => {
      const tenantId = await addTenant(door)
      const hand = await addHand(door, tenantId, "admin")
      await makeHouse(hand.call, "long", "long-meter")
      const deviceId = DeviceId.make("long-meter")
      await door.run(
        Effect.gen(function* () {
          const store = yield* ReadingStore
          const size = Math.min(5000, store.capabilities.maxBatch)
          for (let from = 0; from < count; from += size) {
            const length = Math.min(size, count - from)
            const batch = Array.from({ length }, (_, index) => ({
              deviceId,
              at: Instant.plus(start, (from + index) * 60_000),
              channel: mainChannel,
              powerW: (from + index) % 997,
              importWh: from + index
            }))
            yield* store.append(tenantId, batch)
          }
        })
      )
      const response = await askArchive(door, hand.token)
      const before = held()
      let [lines, most, sampled] = [0, 0, 0]
      let rest = ""
      const seen = new Set<unknown>()
      for await (const chunk of Readable.fromWeb(response.body as never).pipe(createGunzip())) {
        const all = (rest + String(chunk)).split("\n")
        rest = all.pop() ?? ""
        for (const line of all) {
          if (!line.startsWith('{"table":"readings"')) continue
          lines++
          if (lines % 20_000 === 1) seen.add((JSON.parse(line) as { row: { at: string } }).row.at)
          if (lines % 10_000 !== 0) continue
          sampled++
          most = Math.max(most, held() - before)
        }
      }
      assert.strictEqual(lines, count)
      assert.strictEqual(seen.size, Math.ceil(count / 20_000))
      assert.isAtLeast(sampled, Math.floor(count / 10_000))
      assert.isBelow(most, 16, "MiB more than before, at most")
    }
  )
})
