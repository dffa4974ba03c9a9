import { afterEach, assert, describe, it } from "vitest"
import { device, failure, json, type LocalServer, type Respond, start, success } from "../test/localServer.ts"
import type { ClientOptions } from "./http/connect.ts"
import { createClient } from "./createClient.ts"
import { WattkitError } from "./WattkitError.ts"

const open: Array<LocalServer> = []

afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

const serve = async (respond: Respond, options: Partial<ClientOptions> = {}) => {
  const server = await start(respond)
  open.push(server)
  const client = createClient({ baseUrl: server.baseUrl, auth: "wk_live_secret", backoffMs: 1, ...options })
  return { server, client }
}

/** The error a call ends with. */
const failed = async (call: PromiseLike<unknown>): Promise<WattkitError> => {
  try {
    await call
  } catch (error) {
    assert.instanceOf(error, WattkitError)
    return error as WattkitError
  }
  return assert.fail("the call did not fail")
}

describe("a request", () => {
  it("carries method, path, query, key and nothing in the URL that is secret", async () => {
    const { client, server } = await serve((response) => json(response, 200, success([])))
    await client.devices.list({ locationId: "a b/c?d", limit: 7, cursor: "x&y" })
    const seen = server.seen[0]!
    assert.strictEqual(seen.method, "GET")
    assert.strictEqual(seen.url, "/v1/locations/a%20b%2Fc%3Fd/devices?limit=7&cursor=x%26y")
    assert.strictEqual(seen.headers.authorization, "Bearer wk_live_secret")
    assert.strictEqual(seen.headers.accept, "application/json")
    assert.strictEqual(seen.headers["content-type"], undefined)
  })

  it("carries a body as JSON", async () => {
    const { client, server } = await serve((response) =>
      json(response, 200, success({ accepted: 1, duplicates: 0, rejected: [] }))
    )
    const result = await client.readings.ingest({
      id: "m1",
      body: [{ at: "2026-01-01T00:00:00Z", powerW: 5 }]
    })
    assert.deepStrictEqual(result, { accepted: 1, duplicates: 0, rejected: [] })
    const seen = server.seen[0]!
    assert.strictEqual(seen.method, "POST")
    assert.strictEqual(seen.headers["content-type"], "application/json")
    assert.deepStrictEqual(JSON.parse(seen.body), [{ at: "2026-01-01T00:00:00Z", powerW: 5 }])
  })

  it("leaves out what is undefined and what the endpoint does not know", async () => {
    const { client, server } = await serve((response) => json(response, 200, success([])))
    const params = { limit: undefined, cursor: "c", colour: "red" }
    await client.locations.list(params)
    assert.strictEqual(server.seen[0]!.url, "/v1/locations?cursor=c")
  })

  it("goes below the path of the base URL, whatever slashes it ends in", async () => {
    const server = await start((response) => json(response, 200, success(device("m1"))))
    open.push(server)
    for (const suffix of ["/energy", "/energy/", "/energy//"]) {
      await createClient({ baseUrl: server.baseUrl + suffix }).devices.get({ id: "m1" })
    }
    assert.deepStrictEqual(
      server.seen.map((one) => one.url),
      Array(3).fill("/energy/v1/devices/m1")
    )
    assert.strictEqual(server.seen[0]!.headers.authorization, undefined)
  })

  it("refuses parameters that would reach another endpoint, before anything is sent", async () => {
    const { client, server } = await serve((response) => json(response, 200, success(device("m1"))))
    for (const id of ["", ".", "..", undefined as never, null as never]) {
      const error = await failed(client.devices.get({ id }))
      assert.strictEqual(error.code, "INVALID_REQUEST")
      assert.deepStrictEqual(error.details, [{ field: "id", reason: "cannot stand in a path" }])
      assert.isFalse(error.isRetryable)
    }
    assert.lengthOf(server.seen, 0)
  })

  it("merges headers, the call's over the client's, the key over both", async () => {
    const { client, server } = await serve((response) => json(response, 200, success(device("m1"))), {
      headers: { "X-One": "client", "X-Two": "client", Authorization: "Bearer other" }
    })
    await client.devices.get({ id: "m1" }, { headers: { "x-two": "call" } })
    const { headers } = server.seen[0]!
    assert.strictEqual(headers["x-one"], "client")
    assert.strictEqual(headers["x-two"], "call")
    assert.strictEqual(headers.authorization, "Bearer wk_live_secret")
  })

  it("asks for a fresh key before every attempt, and not where none is needed", async () => {
    let given = 0
    const { client, server } = await serve(
      (response, _, n) =>
        n === 0
          ? json(response, 503, failure("UNAVAILABLE", "later"))
          : json(response, 200, success(device("m1"))),
      { auth: async () => `wk_live_${++given}` }
    )
    await client.devices.get({ id: "m1" })
    await client.health.live()
    assert.deepStrictEqual(
      server.seen.map((one) => one.headers.authorization),
      ["Bearer wk_live_1", "Bearer wk_live_2", undefined]
    )
  })

  it("does not repeat a key that no header can carry", async () => {
    const { client } = await serve((response) => json(response, 200, success([])), { auth: "wk_live_a\nb" })
    const error = await failed(client.locations.list())
    assert.strictEqual(error.code, "INVALID_REQUEST")
    assert.notInclude(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`, "wk_live")
  })

  it("takes a fetch of the caller's", async () => {
    const urls: Array<string> = []
    const client = createClient({
      baseUrl: "https://energy.example.com/",
      fetch: async (url) => {
        urls.push(url)
        return Response.json(success(device("m1")))
      }
    })
    assert.strictEqual((await client.devices.get({ id: "m1" })).name, "Meter m1")
    assert.deepStrictEqual(urls, ["https://energy.example.com/v1/devices/m1"])
  })

  it("refuses a base URL that cannot work, without repeating it", () => {
    for (const baseUrl of [
      "",
      "energy.example.com",
      "https://a:pw@b.c",
      "https://b.c/?x=1",
      "ftp://b.c",
      "https://"
    ]) {
      try {
        createClient({ baseUrl })
        assert.fail(`${baseUrl} was taken`)
      } catch (error) {
        assert.instanceOf(error, TypeError)
        assert.notInclude((error as Error).message, "pw")
      }
    }
  })
})

describe("an answer", () => {
  it("is the data, and on demand the response too", async () => {
    const { client } = await serve((response) =>
      json(response, 200, success(device("m1")), { "ratelimit-remaining": "99" })
    )
    assert.deepStrictEqual(await client.devices.get({ id: "m1" }), device("m1") as never)
    const { data, headers, meta, requestId, response, status } = await client.devices
      .get({ id: "m1" })
      .withResponse()
    assert.strictEqual(data.id, "m1")
    assert.strictEqual(status, 200)
    assert.strictEqual(headers.get("ratelimit-remaining"), "99")
    assert.deepStrictEqual(meta, success(null).meta)
    assert.strictEqual(response.status, 200)
    assert.strictEqual(requestId, "req_1")
  })

  it("outside the envelope is the body", async () => {
    const { client } = await serve((response) => json(response, 200, { status: "ok" }))
    assert.deepStrictEqual(await client.health.live(), { status: "ok" })
  })

  it("of failure is an error with everything the server said", async () => {
    const details = [{ field: "name", reason: "is missing" }]
    const { client } = await serve((response) =>
      json(response, 400, failure("VALIDATION_ERROR", "The request is not valid", details))
    )
    const error = await failed(client.locations.create({ body: {} as never }))
    assert.strictEqual(error.code, "VALIDATION_ERROR")
    assert.strictEqual(error.status, 400)
    assert.strictEqual(error.message, "The request is not valid")
    assert.deepStrictEqual(error.details, details)
    assert.strictEqual(error.requestId, "req_2")
    assert.strictEqual(error.name, "WattkitError")
    assert.isFalse(error.isRetryable)
    assert.strictEqual(
      (await failed(client.devices.get({ id: "x" }).withResponse())).code,
      "VALIDATION_ERROR"
    )
  })

  it("of failure outside the envelope has the code of its status", async () => {
    const { client } = await serve((response) => json(response, 503, { status: "starting" }), { retries: 0 })
    const error = await failed(client.health.ready())
    assert.strictEqual(error.code, "UNAVAILABLE")
    assert.strictEqual(error.status, 503)
  })

  it("of somebody else is named as such", async () => {
    const answers: ReadonlyArray<[number, string, string]> = [
      [502, "text/html", "<h1>Bad gateway</h1>"],
      [200, "text/html", "<html>welcome</html>"],
      [200, "application/json", `{"hello":"world"}`],
      [200, "application/json", "null"],
      [404, "application/json", `{"message":"no such route"}`]
    ]
    const { client } = await serve(
      (response, _, n) => {
        const [status, type, body] = answers[n]!
        response.writeHead(status, { "content-type": type, "x-request-id": "req_proxy" }).end(body)
      },
      { retries: 0 }
    )
    for (const [status, type] of answers) {
      const error = await failed(client.devices.get({ id: "m1" }))
      assert.strictEqual(error.code, "INVALID_RESPONSE")
      assert.strictEqual(error.status, status)
      assert.strictEqual(error.requestId, "req_proxy")
      assert.strictEqual(error.isRetryable, status === 502)
      assert.match(error.message, /GET http:\S+\/v1\/devices\/m1 answered \d+ with .* not wattkit's.*baseUrl/)
      if (type === "text/html") assert.include(error.message, "text/html")
      assert.notInclude(error.message, "wk_live")
    }
  })

  it("that is no list is not taken for an empty one", async () => {
    const { client } = await serve((response) => json(response, 200, success({ not: "a list" })))
    assert.strictEqual((await failed(client.locations.list())).code, "INVALID_RESPONSE")
  })
})

describe("a list", () => {
  const pages: Respond = (response, { url }) => {
    const cursor = new URL(url, "http://x").searchParams.get("cursor")
    if (cursor === null) json(response, 200, success([device("a"), device("b")], { nextCursor: "2" }))
    else if (cursor === "2") json(response, 200, success([], { nextCursor: "3" }))
    else json(response, 200, success([device("c")]))
  }

  it("is its first page when awaited", async () => {
    const { client, server } = await serve(pages)
    const page = await client.devices.list({ locationId: "l", limit: 2 })
    assert.deepStrictEqual(
      page.items.map((one) => one.id),
      ["a", "b"]
    )
    assert.strictEqual(page.nextCursor, "2")
    assert.lengthOf(server.seen, 1)
    assert.deepStrictEqual(await client.devices.list({ locationId: "l", limit: 2 }).page(), page)
    assert.strictEqual((await client.devices.list({ locationId: "l", cursor: "3" })).nextCursor, undefined)
  })

  it("is every entry of every page when iterated, and keeps what was asked", async () => {
    const { client, server } = await serve(pages)
    const ids: Array<string> = []
    for await (const one of client.devices.list({ locationId: "l", limit: 2 })) ids.push(one.id)
    assert.deepStrictEqual(ids, ["a", "b", "c"])
    assert.deepStrictEqual(
      server.seen.map((one) => one.url.split("?")[1]),
      ["limit=2", "limit=2&cursor=2", "limit=2&cursor=3"]
    )
  })

  it("asks for no more pages than are looked at", async () => {
    const { client, server } = await serve(pages)
    for await (const one of client.devices.list({ locationId: "l" })) if (one.id === "b") break
    assert.lengthOf(server.seen, 1)
  })

  it("that does not advance ends with an error instead of never", async () => {
    const { client, server } = await serve((response) =>
      json(response, 200, success([], { nextCursor: "same" }))
    )
    const walk = async () => {
      for await (const _ of client.locations.list());
    }
    assert.strictEqual((await failed(walk())).code, "INVALID_RESPONSE")
    assert.lengthOf(server.seen, 2)
  })

  it("fails in the loop when a page fails", async () => {
    const { client } = await serve((response, _, n) =>
      n === 0 ? pages(response, _, n) : json(response, 403, failure("FORBIDDEN", "no more"))
    )
    const ids: Array<string> = []
    const walk = async () => {
      for await (const one of client.devices.list({ locationId: "l" })) ids.push(one.id)
    }
    assert.strictEqual((await failed(walk())).code, "FORBIDDEN")
    assert.deepStrictEqual(ids, ["a", "b"])
  })
})
