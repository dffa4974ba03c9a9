import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../../src/storage/Storage.ts"
import { contract, operations } from "../contract/operations.ts"
import { exampleOf } from "../contract/example.ts"
import { makeScene, type Scene } from "../contract/Scene.ts"
import { startServer, type TestServer } from "../fixtures/inProcess.ts"

const own = "https://app.example.com"

/** Origins that only look like ours. */
const strangers = [
  "null",
  "https://evil-app.example.com",
  "https://evil.app.example.com",
  "https://app.example.com.evil.com",
  "https://app.example.comevil.com",
  "https://app.example.com:8443",
  "http://app.example.com",
  "https://APP.example.com",
  "https://app.example.com/",
  "https://app.example.com, https://evil.com",
  "*"
]

/** What a form of another page can send without being asked first whether it may. */
const simpleTypes = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]

/** Routes that change something and take a body. */
const changes = operations.filter(
  ({ described, method, path }) =>
    method !== "GET" && path.startsWith("/v1/") && described.requestBody !== undefined
)

describe("a page of another origin", () => {
  let server: TestServer
  let scene: Scene

  beforeAll(async () => {
    server = await startServer(layerMemory, { corsOrigins: [own] })
    scene = await makeScene(server)
  })

  afterAll(() => server.close())

  it.each(strangers)("may read nothing and send no credential as %s", async (origin) => {
    const key = await scene.secretOf("admin")
    const read = await server.call("GET", "/v1/locations", { key, headers: { origin } })
    assert.isNull(read.headers.get("access-control-allow-origin"))
    assert.isNull(read.headers.get("access-control-allow-credentials"))
    const preflight = await fetch(`${server.url}/v1/locations`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization, content-type"
      }
    })
    assert.isNull(preflight.headers.get("access-control-allow-origin"))
  })

  it("is let in by its exact name alone, and never with cookies", async () => {
    const read = await server.call("GET", "/v1/locations", { headers: { origin: own } })
    assert.strictEqual(read.headers.get("access-control-allow-origin"), own)
    assert.isNull(read.headers.get("access-control-allow-credentials"))
    assert.include(read.headers.get("vary")?.toLowerCase() ?? "", "origin")
  })

  it.each(changes)("changes nothing by a form at $name", async ({ described, method, path }) => {
    const schema = described.requestBody?.content["application/json"]?.schema ?? {}
    const example = JSON.stringify(exampleOf(schema, contract.components.schemas, () => undefined))
    const target = path
      .replace("{locationId}", scene.locationOf("near"))
      .replace("/locations/{id}", `/locations/${scene.locationOf("near")}`)
      .replace(/\{\w+\}/g, scene.deviceOf("near", "meter"))
    const key = await scene.secretOf("admin")
    for (const type of simpleTypes) {
      // A browser adds no credential by itself. Even with one, what a form can send is not read as JSON.
      for (const bearer of [null, key]) {
        const answer = await server.call(method, target, {
          key: bearer,
          body: example,
          headers: { "content-type": type, origin: "https://evil.com" }
        })
        assert.include([400, 401, 403, 404, 415, 429], answer.status, `${type}: ${answer.text}`)
      }
    }
  })

  it("gets no cookie to send back", async () => {
    for (const path of ["/", "/docs", "/v1/locations", "/v1/auth/login"]) {
      const answer = await server.call(
        path.endsWith("login") ? "POST" : "GET",
        path,
        path.endsWith("login") ? { body: { email: scene.member.email, password: "x" } } : {}
      )
      assert.isNull(answer.headers.get("set-cookie"))
    }
  })

  it("does nothing with a cookie in the place of a credential", async () => {
    const key = await scene.secretOf("admin")
    const answer = await server.call("GET", "/v1/locations", {
      key: null,
      headers: { cookie: `session=${key}; authorization=Bearer ${key}; token=${key}` }
    })
    assert.strictEqual(answer.status, 401)
  })
})
