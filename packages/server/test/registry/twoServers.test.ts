import { MembershipStore, UserId } from "@wattkit/core"
import { Redacted } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Answer, type Call, makeCall } from "../fixtures/call.ts"
import { startServer, type TestServer } from "../fixtures/inProcess.ts"
import { type Database, startDatabase } from "../fixtures/ordeal/Database.ts"
import { entriesOf, house, join, place, plug, register, tariff, tenantId, thingOf } from "./things.fixture.ts"

const moves = Number(process.env["WATTKIT_TEST_MOVES"] ?? 60)

interface Placed {
  readonly id: string
  readonly parentId: string | null
}

const people = ["ada", "bob", "cem", "dana", "eve"]

describe("two servers over one PostgreSQL", () => {
  let database: Database
  let first: TestServer
  let second: TestServer
  let calls: ReadonlyArray<Call>

  beforeAll(async () => {
    database = await startDatabase()
    const databaseUrl = Redacted.make(database.url)
    first = await startServer(undefined, { databaseUrl })
    second = await startServer(undefined, { databaseUrl })
    calls = [first.call, makeCall(second.url, first.key)]
    await place(first, "home")
    await register(first, "home", "meter")
    await first.call("POST", "/v1/tariffs", { body: { id: "flat", definition: tariff() } })
    for (const id of people) await join(first, id)
  }, 120_000)

  afterAll(async () => {
    await second.close()
    await first.close()
    await database.close()
  })

  /** Some of the people: others for each number up to 31. */
  const someOf = (i: number) => people.filter((_, n) => (((i % 31) + 1) >> n) % 2 === 1)

  /** Calls now the one server, now the other. */
  const callOf = (i: number): Call => calls[i % 2] ?? first.call

  const things: ReadonlyArray<{ readonly path: string; readonly to: (i: number) => unknown }> = [
    { path: "/v1/locations/home", to: (i) => ({ ...house, name: `House ${i}`, occupants: i }) },
    { path: "/v1/devices/meter", to: (i) => ({ ...plug, name: `Meter ${i}` }) },
    { path: "/v1/tariffs/flat", to: (i) => ({ definition: { ...tariff(), name: `Flat ${i}` } }) },
    {
      path: "/v1/locations/home/tariffs",
      to: (i) => ({ assignments: [{ direction: "import", from: `20${i + 20}-01-01`, tariffId: "flat" }] })
    },
    { path: "/v1/locations/home/members", to: (i) => ({ members: someOf(i) }) }
  ]

  it.each(things)("of 50 that change $path at once for the same tag one does", async ({ path, to }) => {
    const { headers } = await callOf(1)("GET", path)
    const tag = headers.get("etag") ?? ""
    const answers: ReadonlyArray<Answer<unknown>> = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        callOf(i)("PUT", path, { body: to(i), headers: { "if-match": tag } })
      )
    )
    const done = answers.filter(({ status }) => status === 200)
    assert.deepStrictEqual([done.length, answers.filter(({ status }) => status === 412).length], [1, 49])
    assert.strictEqual(thingOf((await callOf(0)("GET", path)).text), thingOf(done[0]?.text ?? ""))
  })

  it("keep every location that was given while others were given to the same people", async () => {
    const places = Array.from({ length: 10 }, (_, i) => `p${i}`)
    for (const id of places) await place(first, id)
    const wantedOf = (i: number) => someOf(i * 3 + 1)
    const give = (i: number, members: ReadonlyArray<string>) =>
      callOf(i)("PUT", `/v1/locations/${places[i % 10]}/members`, { body: { members } })
    // Forty that are in the way of each other, and then ten of which each is the last one of its location.
    const race = (count: number, wanted: (i: number) => ReadonlyArray<string>) =>
      Promise.all(Array.from({ length: count }, (_, i) => give(i, wanted(i))))
    const answers = [...(await race(40, someOf)), ...(await race(10, wantedOf))]
    assert.deepStrictEqual([...new Set(answers.map(({ status }) => status))], [200])
    for (const [i, id] of places.entries()) {
      const { data } = await callOf(i + 1)<ReadonlyArray<{ userId: string }>>(
        "GET",
        `/v1/locations/${id}/members`
      )
      assert.deepStrictEqual([id, data.map(({ userId }) => userId)], [id, wantedOf(i)])
    }
    // What is written down of a person leads from nothing to what they have: no step began at an old state.
    for (const person of people) {
      const open = new Map<string, number>()
      const count = (state: unknown, by: number) =>
        open.set(JSON.stringify(state), (open.get(JSON.stringify(state)) ?? 0) + by)
      for (const { after, before } of await entriesOf(first, "member.change", `user ${person}`)) {
        count(before, 1)
        count(after, -1)
      }
      const { locations } = await first.run(
        MembershipStore.use((store) => store.get(tenantId, UserId.make(person)))
      )
      count({ locations: [] }, -1)
      count({ locations }, 1)
      assert.deepStrictEqual([person, [...open].filter(([, times]) => times !== 0)], [person, []])
    }
  })

  it("have no device in itself, wherever devices are moved", async () => {
    await place(first, "tree")
    const ids = ["a", "b", "c", "d", "e"]
    for (const id of ids) await register(first, "tree", id)
    const pick = (i: number) => ids[i % ids.length] ?? "a"
    const answers = await Promise.all(
      Array.from({ length: moves }, (_, i) =>
        callOf(i)("PUT", `/v1/devices/${pick(i)}`, {
          body: { ...plug, parentId: pick(i * 3 + 1 + (i >> 2)) }
        })
      )
    )
    assert.includeMembers([200, 400], [...new Set(answers.map(({ status }) => status))])
    const { data } = await first.call<ReadonlyArray<Placed>>("GET", "/v1/locations/tree/devices")
    const parents = new Map(data.map(({ id, parentId }) => [id, parentId]))
    for (const { id } of data) {
      let above = parents.get(id) ?? null
      for (let steps = 0; above !== null; steps++) {
        assert.isBelow(steps, ids.length, `${id} is in itself`)
        above = parents.get(above) ?? null
      }
    }
  })

  it("keep what becomes of locations and devices", async () => {
    const { call } = first
    await place(first, "life")
    const said = { ...house, zone: "Europe/Lisbon", zoneFrom: "2026-03-01", address: "Lane 1", areaM2: 80.5 }
    const changed = await call("PUT", "/v1/locations/life", { body: said })
    const { zoneFrom: _, ...shown } = said
    const { createdAt, ...data } = (await callOf(1)("GET", "/v1/locations/life")).data
    assert.deepStrictEqual(data, { id: "life", ...shown })
    assert.deepStrictEqual(changed.data, { ...data, createdAt })
    const old = await register(first, "life", "l1")
    const rotated = await call<{ credential: string }>("POST", "/v1/devices/l1/credentials/rotate", {
      body: {}
    })
    const credentials = (
      await call<ReadonlyArray<{ revokedAt: string | null }>>("GET", "/v1/devices/l1/credentials")
    ).data
    assert.deepStrictEqual(
      credentials.map(({ revokedAt }) => revokedAt === null),
      [false, true]
    )
    const body = { at: "2026-11-01T10:00:00Z", powerW: 1 }
    const send = (key: string) => callOf(1)("POST", "/v1/devices/l1/energy/readings", { key, body })
    assert.strictEqual((await send(old)).status, 401)
    assert.strictEqual((await send(rotated.data.credential)).status, 200)
    await call("PUT", "/v1/bindings", { body: { format: "tasmota", subject: "l1", deviceId: "l1" } })
    assert.strictEqual((await call("DELETE", "/v1/locations/life")).status, 409)
    assert.strictEqual((await call("DELETE", "/v1/devices/l1")).status, 200)
    assert.deepStrictEqual((await call("GET", "/v1/bindings")).data, [] as never)
    assert.strictEqual((await callOf(1)("GET", "/v1/devices/l1")).status, 404)
    assert.strictEqual((await call("DELETE", "/v1/locations/life")).status, 200)
    assert.strictEqual((await callOf(1)("GET", "/v1/locations/life")).status, 404)
  })
})
