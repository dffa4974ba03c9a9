import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../src/storage/Storage.ts"
import { makeHouse } from "./fixtures/call.ts"
import { startServer, type TestServer } from "./fixtures/inProcess.ts"

/** Numbers small enough to be used up, under which the server is made ready first. */
const edge = {
  bearerPerMinute: 12,
  strangerPerMinute: 8,
  registrationsPerHour: 10,
  trustedProxies: ["127.0.0.0/8", "::1"]
}

describe("a server that is asked too often", () => {
  let server: TestServer
  let device: string

  beforeAll(async () => {
    server = await startServer(layerMemory, { edge })
    device = await makeHouse(server.call)
  })

  afterAll(() => server.close())

  const standing = (headers: Headers) =>
    ["limit", "remaining"].map((name) => headers.get(`ratelimit-${name}`))

  it("says what is left, refuses what is too much, and knows one credential from another", async () => {
    // Two of twelve made the house.
    for (let left = 9; left >= 0; left--) {
      const { headers, status } = await server.call("GET", "/v1/locations")
      assert.deepStrictEqual([status, ...standing(headers)], [200, "12", String(left)])
      assert.match(headers.get("ratelimit") ?? "", new RegExp(`^"minute";r=${left};t=\\d+$`))
      assert.strictEqual(headers.get("ratelimit-policy"), '"minute";q=12;w=60')
      assert.isAtMost(Number(headers.get("ratelimit-reset")), 60)
    }
    const refused = await server.call("GET", "/v1/locations")
    assert.deepStrictEqual([refused.status, refused.code], [429, "RATE_LIMITED"])
    assert.strictEqual(refused.headers.get("retry-after"), refused.headers.get("ratelimit-reset"))
    assert.strictEqual(refused.headers.get("ratelimit-remaining"), "0")
    assert.strictEqual(refused.meta.requestId, refused.headers.get("x-request-id"))
    const other = await server.call("GET", "/v1/devices/meter", { key: device })
    assert.deepStrictEqual(standing(other.headers), ["12", "11"])
  })

  it("takes readings in all the same, and answers probes and pages", async () => {
    for (const path of ["/health", "/openapi.json"]) {
      const { headers, status } = await server.call("GET", path)
      assert.deepStrictEqual([status, headers.get("ratelimit-limit")], [200, null])
    }
    for (let i = 0; i < 30; i++) {
      const body = { at: "2026-06-01T00:00:00Z", channel: `c${i}`, powerW: i }
      const plain = await server.call("POST", "/v1/devices/meter/energy/readings", { body })
      assert.strictEqual(plain.status, 200)
      const many = await server.call("POST", "/v1/readings", { body: [{ ...body, device: "meter" }] })
      assert.strictEqual(many.status, 200, many.text)
    }
  })

  it("counts strangers by address, which only a proxy of ours may tell", async () => {
    const ask = async (address: string, key: string | null = null) => {
      const headers = { "x-forwarded-for": address }
      return (await server.call("GET", "/v1/locations", { key, headers })).status
    }
    for (let i = 0; i < 4; i++) {
      assert.strictEqual(await ask("192.0.2.1"), 401)
      assert.strictEqual(await ask("192.0.2.1", "wk_wrong"), 401)
    }
    assert.strictEqual(await ask("192.0.2.1"), 429)
    assert.strictEqual(await ask("198.51.100.7, 192.0.2.1"), 429, "what a stranger says first counts nothing")
    assert.strictEqual(await ask("192.0.2.1", device), 200, "a credential has its own")
    assert.strictEqual(await ask("192.0.2.2"), 401)
    assert.strictEqual(await ask("2001:db8::1"), 401)
  })
})
