import { LocationStore, StorageError } from "@wattkit/core"
import { Effect, Layer } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../src/storage/Storage.ts"
import { type CallOptions, makeHouse } from "./fixtures/call.ts"
import { startServer, type TestServer } from "./fixtures/inProcess.ts"

const layerBroken = Layer.effect(
  LocationStore,
  Effect.map(LocationStore, (store): LocationStore => ({
    ...store,
    get: (tenantId, id) =>
      id === "broken"
        ? Effect.die(new Error("the boiler room is flooded"))
        : id === "away"
          ? Effect.fail(new StorageError({ reason: "unavailable", message: "unplugged" }))
          : store.get(tenantId, id)
  }))
).pipe(Layer.provideMerge(layerMemory))

interface Failed {
  readonly status: number
  readonly code: string
  readonly what: string
  readonly method: string
  readonly path: string
  readonly options?: CallOptions
}

const readings = "/v1/devices/meter/energy/readings"
const json = { "content-type": "application/json" }

const failures: ReadonlyArray<Failed> = [
  { status: 400, code: "VALIDATION_ERROR", what: "a query", method: "GET", path: "/v1/locations?limit=0" },
  {
    status: 400,
    code: "VALIDATION_ERROR",
    what: "a body",
    method: "POST",
    path: "/v1/locations",
    options: { body: {} }
  },
  {
    status: 400,
    code: "VALIDATION_ERROR",
    what: "a body that is no JSON",
    method: "POST",
    path: "/v1/locations",
    options: { body: "{", headers: json }
  },
  {
    status: 400,
    code: "VALIDATION_ERROR",
    what: "readings",
    method: "POST",
    path: readings,
    options: { body: { at: "now" } }
  },
  {
    status: 401,
    code: "UNAUTHORIZED",
    what: "no credential",
    method: "GET",
    path: "/v1/locations",
    options: { key: null }
  },
  {
    status: 401,
    code: "UNAUTHORIZED",
    what: "readings of a stranger",
    method: "POST",
    path: readings,
    options: { key: "wk_no", body: [] }
  },
  { status: 404, code: "NOT_FOUND", what: "nothing there", method: "GET", path: "/v1/locations/nowhere" },
  { status: 404, code: "NOT_FOUND", what: "no such path", method: "GET", path: "/v1/nothing" },
  { status: 405, code: "METHOD_NOT_ALLOWED", what: "a method", method: "DELETE", path: "/v1/locations" },
  {
    status: 409,
    code: "CONFLICT",
    what: "an id that is taken",
    method: "POST",
    path: "/v1/locations",
    options: { body: { id: "house", name: "H", kind: "house", zone: "UTC", currency: "EUR" } }
  },
  {
    status: 413,
    code: "PAYLOAD_TOO_LARGE",
    what: "a large body",
    method: "POST",
    path: "/v1/locations",
    options: { body: `"${"x".repeat(2_000_000)}"` }
  },
  {
    status: 415,
    code: "UNSUPPORTED_MEDIA_TYPE",
    what: "a form",
    method: "POST",
    path: "/v1/locations",
    options: { body: "a=b", headers: { "content-type": "text/plain" } }
  },
  { status: 500, code: "INTERNAL", what: "a mistake of ours", method: "GET", path: "/v1/locations/broken" },
  { status: 503, code: "UNAVAILABLE", what: "no storage", method: "GET", path: "/v1/locations/away" }
]

describe("a failure", () => {
  let server: TestServer

  beforeAll(async () => {
    server = await startServer(layerBroken)
    await makeHouse(server.call)
  })

  afterAll(() => server.close())

  it.each(failures)("$status, $what, is told as a problem with the same facts", async (failed) => {
    const { code, method, options = {}, path, status } = failed
    const told = await server.call(method, path, options)
    const headers = { ...options.headers, accept: "application/json, application/problem+json" }
    const asked = await server.call(method, path, { ...options, headers })
    assert.deepStrictEqual([told.status, told.code, asked.status], [status, code, status])
    assert.strictEqual(asked.headers.get("content-type"), "application/problem+json")
    const problem = JSON.parse(asked.text) as Record<string, unknown>
    const { error } = JSON.parse(told.text) as { error: { message: string } }
    const { requestId, timestamp, title, ...rest } = problem
    assert.deepStrictEqual(rest, {
      type: `urn:wattkit:problem:${code.toLowerCase()}`,
      status,
      detail: error.message,
      code,
      errors: told.details
    })
    assert.strictEqual(requestId, asked.headers.get("x-request-id"))
    assert.isNotEmpty(title)
    assert.isFalse(Number.isNaN(Date.parse(String(timestamp))))
    for (const name of ["allow", "www-authenticate", "retry-after", "cache-control"]) {
      assert.strictEqual(asked.headers.get(name), told.headers.get(name), name)
    }
  })

  it("stays in the envelope for whoever does not want a problem, and a success always does", async () => {
    for (const accept of ["application/json", "*/*", "application/json, application/problem+json;q=0"]) {
      const { code } = await server.call("GET", "/v1/nothing", { headers: { accept } })
      assert.strictEqual(code, "NOT_FOUND", accept)
    }
    const headers = { accept: "application/problem+json" }
    const { data, status } = await server.call("GET", "/v1/locations/house", { headers })
    assert.deepStrictEqual([status, data["id"]], [200, "house"])
    const body = { at: "2026-06-01T00:00:00Z", powerW: 1 }
    const stored = await server.call("POST", readings, { body, headers })
    assert.deepInclude(stored.data, { accepted: 1 })
  })
})
