import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type AuditEntry, AuditStore, SessionStore, type TenantId } from "@wattkit/core"
import { Effect } from "effect"
import { type Door, type Held, openDoor } from "./house.fixture.ts"

/** How many rounds there are; WATTKIT_TEST_REFRESH says another number. */
const rounds = Number(process.env["WATTKIT_TEST_REFRESH"] ?? 3)
const atOnce = 100

let door: Door
beforeAll(async () => {
  // The embedded database: what one step is has to be so in SQL.
  door = await openDoor({}, "embedded")
})
afterAll(() => door.close())

const refresh = (refreshToken: string) =>
  door.call<Held>("POST", "/v1/auth/refresh", { key: null, body: { refreshToken } })

const audited = (tenantId: TenantId): Promise<ReadonlyArray<AuditEntry>> =>
  door.run(AuditStore.use((store) => store.list(tenantId, { limit: 500, action: "session.steal" })))

describe("a hundred who turn in one refresh token at the same time", () => {
  it(
    `are told the same next one, ${rounds} times, and nobody is taken for a thief`,
    async () => {
      let held = await door.join("many@example.com")
      for (let round = 0; round < rounds; round++) {
        const all = await Promise.all(Array.from({ length: atOnce }, () => refresh(held.refreshToken)))
        assert.deepStrictEqual([...new Set(all.map(({ status }) => status))], [200], `round ${round}`)
        const next = new Set(all.map(({ data }) => data.refreshToken))
        assert.strictEqual(next.size, 1, `round ${round}`)
        assert.isFalse(next.has(held.refreshToken))
        held = all[0]!.data
      }
      const me = await door.as(held)("GET", "/v1/users/me")
      assert.strictEqual(me.status, 200)
      assert.lengthOf(await audited(me.data["tenantId"] as TenantId), 0)
    },
    60_000 + rounds * 15_000
  )
})

describe("a refresh token that was stolen", () => {
  it("ends the session for both who have it, is written down and mailed", async () => {
    const held = await door.join("stolen@example.com")
    const thief = await refresh(held.refreshToken)
    // The thief turns once more: from now on no answer can have been lost.
    const further = await refresh(thief.data.refreshToken)
    assert.strictEqual(further.status, 200)
    const me = await door.as(further.data)("GET", "/v1/users/me")
    assert.strictEqual((await refresh(held.refreshToken)).status, 401)
    assert.strictEqual((await refresh(further.data.refreshToken)).status, 401)
    assert.include(await door.mailTo("stolen@example.com", 2), "used from two places")
    const [entry] = await audited(me.data["tenantId"] as TenantId)
    assert.strictEqual(entry?.by, `user ${String(me.data["id"])}`)
    const since = performance.now()
    let status = 200
    while (status === 200 && performance.now() - since < 5_000)
      ({ status } = await door.as(further.data)("GET", "/v1/users/me"))
    assert.strictEqual(status, 401)
    const ended = await door.run(SessionStore.use((store) => Effect.orDie(store.endedSince(0 as never))))
    assert.lengthOf(ended, 1)
  })
})
