import { ApiKeyStore, Instant, TenantId } from "@wattkit/core"
import { Credentials } from "@wattkit/engine"
import { Effect, Redacted } from "effect"
import { afterAll, assert, beforeAll, describe, it, vi } from "vitest"
import { layerMemory } from "../../src/storage/Storage.ts"
import { handshake } from "../fixtures/handshake.ts"
import { startServer, type TestServer } from "../fixtures/inProcess.ts"

const named = "https://app.example.com"
const tenantId = TenantId.make("default")

/** The routes that open a WebSocket, and what opens each. */
const routes = [
  { path: "/v1/ws", protocol: "wattkit.v1" },
  { path: "/mqtt", protocol: "mqtt" }
]

describe("a WebSocket", () => {
  let server: TestServer
  const logged: Array<string> = []

  beforeAll(async () => {
    for (const method of ["log", "info", "warn", "error", "debug"] as const) {
      vi.spyOn(console, method).mockImplementation((...words) => void logged.push(words.join(" ")))
    }
    server = await startServer(layerMemory, {
      corsOrigins: [named],
      logLevel: "Trace",
      mqtt: {
        port: 0,
        isPortChosen: true,
        external: undefined,
        homeAssistant: undefined,
        auth: undefined
      }
    })
  })

  afterAll(async () => {
    await server.close()
    vi.restoreAllMocks()
  })

  const open = (headers: Readonly<Record<string, string>>, path = "/v1/ws") =>
    handshake(server.url, path, { "sec-websocket-protocol": "wattkit.v1", ...headers })

  const ticketOf = async (key = server.key): Promise<string> => {
    const { data } = await server.call<{ ticket: string }>("POST", "/v1/ws/tickets", { key })
    return data.ticket
  }

  it("is opened by no page of another origin", async () => {
    const { host, port } = new URL(server.url)
    const foreign = [
      "https://evil.example",
      "null",
      "file://",
      `http://evil.example:${port}`,
      `http://${host}.evil.example`,
      "http://127.0.0.1:1",
      "https://app.example.com.evil.example",
      "http://app.example.com",
      ""
    ]
    const own = [undefined, `http://${host}`, named]
    for (const { path, protocol } of routes) {
      const authorization = `Bearer ${server.key}`
      const ask = (origin: string | undefined) =>
        open(
          {
            authorization,
            "sec-websocket-protocol": protocol,
            ...(origin === undefined ? {} : { origin })
          },
          path
        )
      for (const origin of foreign) {
        const { status, text } = await ask(origin)
        assert.strictEqual(status, 403, `${path} from ${origin}`)
        assert.include(text, "FORBIDDEN")
      }
      for (const origin of own) assert.strictEqual((await ask(origin)).status, 101, `${path} from ${origin}`)
    }
  })

  it("is opened by a ticket once, and the ticket stands in no log", async () => {
    const ticket = await ticketOf()
    const protocols = { "sec-websocket-protocol": `wattkit.v1, ticket.${ticket}` }
    assert.strictEqual((await open(protocols)).status, 101)
    const again = await open(protocols)
    assert.strictEqual(again.status, 401)
    assert.notInclude(again.text, ticket)
    assert.strictEqual((await open({}, `/v1/ws?ticket=${await ticketOf()}`)).status, 401)
    const inQuery = await ticketOf()
    assert.strictEqual((await open({}, `/v1/ws?ticket=${inQuery}`)).status, 401)
    const all = logged.join("\n")
    assert.include(all, "/v1/ws/tickets", "requests are logged")
    for (const secret of [ticket, inQuery, server.key]) assert.notInclude(all, secret)
  })

  it("is not opened by a ticket of a credential that was revoked meanwhile", async () => {
    const draft = { tenantId, name: "short", scopes: ["read"], deviceId: null } as const
    const { id, secret } = await server.run(Credentials.use((one) => one.issueNamed(draft)))
    const ticket = await ticketOf(Redacted.value(secret))
    const revoke = Effect.flatMap(Instant.now, (now) =>
      ApiKeyStore.use((store) => store.revoke(tenantId, id, now))
    )
    await server.run(revoke)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const protocols = { "sec-websocket-protocol": `wattkit.v1, ticket.${ticket}` }
    assert.strictEqual((await open(protocols)).status, 401)
    assert.strictEqual((await open({ authorization: `Bearer ${Redacted.value(secret)}` })).status, 401)
  })
})
