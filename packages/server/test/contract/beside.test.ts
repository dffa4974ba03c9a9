import { TenantId } from "@wattkit/core"
import { Redacted } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { methodsOf } from "../../src/http/routes.ts"
import { layerMemory } from "../../src/storage/Storage.ts"
import { configOf, startServer, type TestServer } from "../fixtures/inProcess.ts"
import { beside } from "./beside.ts"
import { contract, operations } from "./operations.ts"
import { bearers, makeScene } from "./Scene.ts"
import { routesOnTheWire } from "./wire.ts"

/** Everything that can be switched on is. */
const config = configOf({
  dataDir: "",
  mqtt: {
    port: 0,
    isPortChosen: true,
    external: undefined,
    homeAssistant: undefined,
    auth: {
      secret: Redacted.make("a secret of the broker, and nobody else's"),
      tenantId: TenantId.make("default")
    }
  }
})

const inContract = new Set(
  operations.map(({ method, path }) => `${method} ${path.replace(/\{(\w+)\}/g, ":$1")}`)
)

describe("what is taken from the wire", () => {
  let server: TestServer
  let wire: ReadonlySet<string>

  beforeAll(async () => {
    server = await startServer(layerMemory, { mqtt: config.mqtt })
    wire = await routesOnTheWire(server, config)
  })

  afterAll(() => server.close())

  it("is the contract and what is written beside it, and nothing else", () => {
    const strange = [...wire].filter((route) => !inContract.has(route))
    assert.deepStrictEqual(strange.sort(), Object.keys(beside).sort())
    assert.deepStrictEqual(
      [...inContract].filter((route) => !wire.has(route)),
      []
    )
    assert.isAbove(Object.keys(contract.paths).length, 20)
  })

  it("is known to whoever answers 405", () => {
    for (const route of wire) {
      const [method = "", path = ""] = route.split(" ")
      if (method === "*" || path === "/*" || path.startsWith("/docs/")) continue
      assert.include(methodsOf(path.replace(/:\w+/g, "x")), method, route)
    }
  })

  it.each(Object.entries(beside))("is answered as is written beside the contract: %s", async (_, route) => {
    const found: Array<string> = []
    for (const bearer of bearers) {
      const scene = await makeScene(server)
      const status = await route.ask(server, await scene.secretOf(bearer))
      found.push(status >= 200 && status < 300 ? "2xx" : String(status))
    }
    assert.strictEqual(found.join(" "), route.outcomes)
  })
})
