import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../../src/storage/Storage.ts"
import { startServer, type TestServer } from "../fixtures/inProcess.ts"
import { entriesOf, house, place, plug, register, tariff, thingOf } from "./things.fixture.ts"

describe("If-Match", () => {
  let server: TestServer

  beforeAll(async () => {
    server = await startServer(layerMemory)
    await place(server, "home")
    await register(server, "home", "meter")
    await server.call("POST", "/v1/tariffs", { body: { id: "flat", definition: tariff() } })
  })

  afterAll(() => server.close())

  const tagOf = async (path: string): Promise<string> => {
    const { headers } = await server.call("GET", path)
    return headers.get("etag") ?? ""
  }

  const put = (path: string, tag: string | undefined, body: unknown) =>
    server.call("PUT", path, { body, headers: tag === undefined ? {} : { "if-match": tag } })

  /** What can be changed under a condition, and what it can be changed to. */
  const things: ReadonlyArray<{ readonly path: string; readonly to: (name: string) => unknown }> = [
    { path: "/v1/locations/home", to: (name) => ({ ...house, name, address: name }) },
    { path: "/v1/devices/meter", to: (name) => ({ ...plug, name }) },
    { path: "/v1/tariffs/flat", to: (name) => ({ definition: { ...tariff(), name } }) },
    {
      path: "/v1/locations/home/tariffs",
      to: (name) => ({
        assignments: [{ direction: "import", from: `20${10 + (name.length % 80)}-01-01`, tariffId: "flat" }]
      })
    }
  ]

  it.each(things)(
    "$path changes for the tag that reading it answers, and for no other",
    async ({ path, to }) => {
      const tag = await tagOf(path)
      assert.match(tag, /^W\/"/)
      const other = await put(path, 'W/"other"', to("a"))
      assert.deepStrictEqual([other.status, other.code], [412, "PRECONDITION_FAILED"])
      assert.strictEqual(await tagOf(path), tag)
      assert.strictEqual((await put(path, tag, to("ab"))).status, 200)
      const now = await tagOf(path)
      assert.notStrictEqual(now, tag)
      assert.strictEqual((await put(path, tag, to("abc"))).status, 412)
      assert.strictEqual((await put(path, `"x", ${now.slice(2)}`, to("abcd"))).status, 200)
      assert.strictEqual((await put(path, "*", to("abcde"))).status, 200)
      assert.strictEqual((await put(path, undefined, to("abcdef"))).status, 200)
    }
  )

  it.each(things)("of 50 that change $path at once for the same tag one does", async ({ path, to }) => {
    const tag = await tagOf(path)
    const names = Array.from({ length: 50 }, (_, i) => `${"n".repeat(i + 10)}${i}`)
    const answers = await Promise.all(names.map((name) => put(path, tag, to(name))))
    const done = answers.filter(({ status }) => status === 200)
    assert.strictEqual(done.length, 1)
    assert.strictEqual(answers.filter(({ status }) => status === 412).length, 49)
    assert.strictEqual(thingOf((await server.call("GET", path)).text), thingOf(done[0]?.text ?? ""))
  })

  it("of 20 that change only the zone one does", async () => {
    const tag = await tagOf("/v1/locations/home")
    const { createdAt: _, id: __, ...body } = (await server.call("GET", "/v1/locations/home")).data
    const before = (await entriesOf(server, "location.update")).length
    const zones = ["Europe/Lisbon", "Europe/Paris", "Europe/Rome", "Europe/Vienna"]
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => put("/v1/locations/home", tag, { ...body, zone: zones[i % 4] }))
    )
    assert.strictEqual(answers.filter(({ status }) => status === 200).length, 1)
    assert.strictEqual((await entriesOf(server, "location.update")).length, before + 1)
  })

  it("without a tag the last one counts, and every one is written down", async () => {
    const before = (await entriesOf(server, "device.update")).length
    const names = Array.from({ length: 30 }, (_, i) => `Meter ${i}`)
    const answers = await Promise.all(
      names.map((name) => put("/v1/devices/meter", undefined, { ...plug, name }))
    )
    assert.isTrue(answers.every(({ status }) => status === 200))
    assert.strictEqual((await entriesOf(server, "device.update")).length, before + 30)
  })

  it("keeps what changed from being removed", async () => {
    await register(server, "home", "old")
    const tag = await tagOf("/v1/devices/old")
    await put("/v1/devices/old", undefined, { ...plug, name: "New" })
    const refused = await server.call("DELETE", "/v1/devices/old", { headers: { "if-match": tag } })
    assert.strictEqual(refused.status, 412)
    const removed = await server.call("DELETE", "/v1/devices/old", {
      headers: { "if-match": await tagOf("/v1/devices/old") }
    })
    assert.strictEqual(removed.status, 200)
    const gone = await server.call("DELETE", "/v1/devices/old", { headers: { "if-match": "*" } })
    assert.strictEqual(gone.status, 404)
  })

  it("may be sent by pages of other origins", async () => {
    const origin = "https://app.example.com"
    const open = await startServer(layerMemory, { corsOrigins: [origin] })
    const asked = {
      origin,
      "access-control-request-method": "PUT",
      "access-control-request-headers": "if-match"
    }
    const { headers } = await open.call("OPTIONS", "/v1/devices/meter", { key: null, headers: asked })
    await open.close()
    assert.include(headers.get("access-control-allow-headers")?.toLowerCase(), "if-match")
    assert.include(headers.get("access-control-allow-methods"), "PUT")
  })

  it("changes nothing and writes nothing down when everything is as it shall be", async () => {
    const before = (await entriesOf(server, "device.update")).length
    const tag = await tagOf("/v1/devices/meter")
    const { name } = (await server.call<{ name: string }>("GET", "/v1/devices/meter")).data
    assert.strictEqual((await put("/v1/devices/meter", tag, { ...plug, name })).status, 200)
    assert.strictEqual(await tagOf("/v1/devices/meter"), tag)
    assert.strictEqual((await entriesOf(server, "device.update")).length, before)
  })
})
