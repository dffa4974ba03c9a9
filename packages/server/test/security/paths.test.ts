import { Agent, request } from "node:http"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../../src/storage/Storage.ts"
import { operations } from "../contract/operations.ts"
import { makeScene, markers, type Scene } from "../contract/Scene.ts"
import { startServer, type TestServer } from "../fixtures/inProcess.ts"

interface Raw {
  readonly status: number
  readonly text: string
}

const agent = new Agent({ keepAlive: true, maxSockets: 4 })

/** Asks for a path as it is written, without anybody who puts it in order first. */
const raw = (url: string, method: string, path: string, secret?: string): Promise<Raw> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const headers = secret === undefined ? {} : { authorization: `Bearer ${secret}` }
    const asked = request({ agent, hostname, port, method, path, headers }, (response) => {
      const chunks: Array<Buffer> = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") })
      )
    })
    asked.on("error", reject)
    asked.end()
  })

/** Ways to write a path so that who guards it may read another than who answers it. */
const disguises: Readonly<Record<string, (path: string) => string>> = {
  "two slashes": (path) => path.replace("/v1/", "//v1//"),
  "a slash more": (path) => `${path}/`,
  "a dot": (path) => path.replace("/v1/", "/v1/./"),
  "a way up": (path) => `/health/..${path}`,
  "a way up that is encoded": (path) => `/health/%2e%2e${path}`,
  "a way up with an encoded slash": (path) => `/health/..%2f${path.slice(1)}`,
  "a way up from what is open": (path) => `/docs/..${path}`,
  "a way up by a backslash": (path) => `/docs\\..${path.replaceAll("/", "\\")}`,
  "an encoded letter": (path) => path.replace("/v1/", "/%761/"),
  "a letter encoded twice": (path) => path.replace("/v1/", "/%25761/"),
  "an encoded slash": (path) => path.replace("/v1/", "/v1%2f"),
  "a matrix parameter": (path) => path.replace("/v1/", "/v1;open=1/"),
  "a matrix parameter at the end": (path) => `${path};.js`,
  "the ending of a file": (path) => `${path}.js`,
  "another ending": (path) => `${path}%00.css`,
  capitals: (path) => path.replace("/v1/", "/V1/"),
  "a whole address": (path) => `http://localhost${path}`,
  "an address of another": (path) => `http://health@localhost${path}`,
  "a query of another": (path) => `${path}?/health`,
  "a fragment": (path) => `${path}%23/health`
}

describe("a path in disguise", () => {
  let server: TestServer
  let scene: Scene

  beforeAll(async () => {
    server = await startServer(layerMemory)
    scene = await makeScene(server)
  })

  afterAll(async () => {
    agent.destroy()
    await server.close()
  })

  const fill = (path: string): string =>
    path
      .replace("{locationId}", scene.locationOf("near"))
      .replace("/locations/{id}", `/locations/${scene.locationOf("near")}`)
      .replace("{channel}", "main")
      .replace(/\{\w+\}/g, scene.deviceOf("near", "meter"))

  it.each(Object.entries(disguises))("opens nothing to a stranger: %s", async (_, disguise) => {
    for (const { described, method, path } of operations) {
      if (described.security === undefined || described.security.length === 0) continue
      const { status, text } = await raw(server.url, method, disguise(fill(path)))
      assert.include([400, 401, 404, 405], status, `${method} ${disguise(fill(path))}: ${text.slice(0, 200)}`)
    }
  })

  it.each(Object.entries(disguises))("shows nobody of another tenant anything: %s", async (_, disguise) => {
    const secret = (await scene.secretOf("foreign admin")) ?? ""
    for (const { method, path } of operations) {
      if (method !== "GET") continue
      const { status, text } = await raw(server.url, method, disguise(fill(path)), secret)
      assert.isBelow(status, 500)
      assert.notInclude(text, markers.near)
      assert.notInclude(text, markers.far)
    }
  })

  it("does not become another method", async () => {
    const secret = (await scene.secretOf("admin")) ?? ""
    const path = `/v1/devices/${scene.deviceOf("near", "meter")}`
    for (const header of ["x-http-method-override", "x-method-override", "x-http-method"]) {
      const answer = await server.call("GET", path, { key: secret, headers: { [header]: "DELETE" } })
      assert.strictEqual(answer.status, 200)
    }
    assert.strictEqual((await server.call("GET", `${path}?_method=DELETE`, { key: secret })).status, 200)
    assert.strictEqual((await raw(server.url, "TRACE", path, secret)).status, 405)
  })

  it("does not come from the host that somebody names", async () => {
    const headers = { host: "evil.com", "x-forwarded-host": "evil.com", "x-original-url": "/v1/locations" }
    for (const path of ["/", "/docs", "/openapi.json", "/health"]) {
      const answer = await server.call("GET", path, { key: null, headers })
      assert.notInclude(answer.text, "evil.com")
      assert.notInclude(JSON.stringify([...answer.headers]), "evil.com")
    }
  })
})
