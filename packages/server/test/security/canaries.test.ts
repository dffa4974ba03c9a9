import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { LocationStore, TenantId } from "@wattkit/core"
import { Totp } from "@wattkit/engine"
import { Context, Effect, Layer, Redacted } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import type { StorageLayer } from "../../src/App.ts"
import type { ServerConfig } from "../../src/config.ts"
import { layerMemory } from "../../src/storage/Storage.ts"
import { operations } from "../contract/operations.ts"
import { type CallOptions, makeHouse } from "../fixtures/call.ts"
import { configOf, startServer } from "../fixtures/inProcess.ts"
import { type Door, openDoor, password, secretIn } from "../identity/house.fixture.ts"
import { filesWith, type Haystack, makeHaystack } from "./haystack.ts"

const email = "canary@example.com"
const canary = (name: string): string => `Kanari-7-${name}-${crypto.randomUUID()}`

const ours = {
  "server secret": canary("server"),
  "secret of a broker": canary("broker"),
  "password of the database": canary("database"),
  "password of another broker": canary("external"),
  "password of MQTT": canary("mqtt"),
  "wrong password": canary("wrong"),
  "key of somebody else": canary("foreign").replaceAll("-", "")
}

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
const unbase32 = (text: string): Uint8Array<ArrayBuffer> => {
  const bits = [...text].map((letter) => base32.indexOf(letter).toString(2).padStart(5, "0")).join("")
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2))
}

const tenantId = TenantId.make("default")
const over = (dataDir: string): Partial<ServerConfig> => ({
  dataDir,
  logLevel: "All" as ServerConfig["logLevel"],
  identity: { ...configOf({ dataDir }).identity, secret: Redacted.make(ours["server secret"]) },
  mqtt: {
    port: 0,
    isPortChosen: true,
    homeAssistant: undefined,
    auth: { secret: Redacted.make(ours["secret of a broker"]), tenantId },
    external: {
      url: Redacted.make(`mqtt://somebody:${ours["password of another broker"]}@127.0.0.1:1`),
      key: Redacted.make(ours["key of somebody else"]),
      topics: [],
      clientId: "canary"
    }
  }
})

/** Where secrets are put that belong nowhere but into a header. */
const misplaced = (secret: string): ReadonlyArray<readonly [string, string, CallOptions]> => {
  const text = encodeURIComponent(secret)
  return [
    ["GET", `/v1/locations?apikey=${text}&token=${text}`, {}],
    ["GET", "/v1/locations", { key: `${secret}x` }],
    ["GET", "/v1/locations", { key: null, headers: { authorization: `Basic ${secret}` } }],
    ["GET", "/v1/locations", { key: null, headers: { authorization: secret, cookie: `key=${secret}` } }],
    ["GET", `/v1/locations?limit=1&cursor=${text.slice(0, 200)}`, {}],
    ["POST", "/v1/locations", { body: `{"name": "${secret}` }],
    ["POST", "/v1/readings", { body: { secret } }],
    ["POST", "/v1/auth/login", { key: null, body: { email, password: secret } }],
    // Who really holds one is given the next.
    ["POST", "/v1/auth/refresh", { key: null, body: { refreshToken: `${secret}x` } }],
    ["POST", "/v1/auth/token", { key: null, body: { clientId: "nobody", clientSecret: secret } }],
    ["POST", "/v1/auth/reset-password", { key: null, body: { secret, password: secret } }],
    ["POST", "/v1/mqtt/auth", { key: null, body: { username: "meter", password: secret } }],
    ["POST", `/update?api_key=${text}&field1=1`, { key: null }],
    ["GET", `/input/post?apikey=${text}&json={a:1}`, { key: null }],
    ["POST", `/write?db=x&u=any&p=${text}`, { key: null, body: "a b=1" }],
    ["POST", `/api/v1/${text}/telemetry`, { key: null, body: { a: 1 } }],
    ["GET", `/${text.startsWith("wk_") ? text : "nowhere"}`, {}],
    ["GET", "/v1/events", { key: `${secret}x`, headers: { "last-event-id": secret.slice(0, 60) } }]
  ]
}

/** A storage in which making a location fails in a way nobody thought of. */
const crashing: StorageLayer = Layer.effectContext(
  Effect.map(Layer.build(layerMemory), (built) => {
    const locations = Context.get(built, LocationStore)
    const add = () => Effect.die(new Error("nobody expected this"))
    return Context.add(built, LocationStore, { ...locations, add })
  })
)

describe("twenty secrets", () => {
  const secrets = new Map<string, string>(Object.entries(ours))
  const dataDir = mkdtempSync(join(tmpdir(), "wattkit-canaries-"))
  let door: Door
  let haystack: Haystack

  /** What is given out here and nowhere else is not looked at. */
  const given = (name: string, secret: string | undefined): string => {
    if (secret === undefined || secret.length < 8) throw new Error(`no ${name} was given out`)
    secrets.set(name, secret)
    return secret
  }

  const asked = async (method: string, path: string, options: CallOptions, of = door.call): Promise<void> => {
    const { headers, text } = await of(method, path, options)
    haystack.add(`${method} ${path.slice(0, 40)}`, `${text} ${JSON.stringify([...headers])}`)
  }

  /** The secret of the next message to an address that carries one nobody knows yet. */
  const mailed = async (to: string): Promise<string> => {
    for (let count = 1; count < 20; count++) {
      const secret = secretIn(await door.mailTo(to, count))
      if (secret !== "" && ![...secrets.values()].includes(secret)) return secret
    }
    throw new Error(`no secret came to ${to}`)
  }

  /** Everything people do that has to do with secrets. */
  const live = async (): Promise<void> => {
    given("key of the tenant", door.key)
    given("key of a device", await makeHouse(door.call))
    const { call } = door
    await call("POST", "/v1/auth/register", { key: null, body: { email, password, name: "Canary" } })
    const verifying = given("secret of a message", await mailed(email))
    await call("POST", "/v1/auth/verify-email", { key: null, body: { secret: verifying, password } })
    given("password", password)
    const held = await door.signIn(email)
    given("access token", held.accessToken)
    given("refresh token", held.refreshToken)
    const of = door.as(held)
    const enrolled = await of<{ secret: string }>("POST", "/v1/auth/mfa/enrol", { body: { password } })
    const totp = unbase32(given("secret of an authenticator", enrolled.data?.secret))
    const code = await Effect.runPromise(Totp.codeOf(totp, Math.floor(Date.now() / 30_000)))
    const confirmed = await of<{ recoveryCodes: ReadonlyArray<string> }>("POST", "/v1/auth/mfa/confirm", {
      body: { code }
    })
    given("recovery code", confirmed.data?.recoveryCodes[0])
    const made = await of<{ apiKey: { id: string }; secret: string }>("POST", "/v1/api-keys", {
      body: { name: "probe", scopes: ["read"] }
    })
    given("key of a person", made.data?.secret)
    const turned = await of<{ secret: string }>("POST", `/v1/api-keys/${made.data?.apiKey.id}/rotate`, {
      body: {}
    })
    given("key that was rotated", turned.data?.secret)
    const token = await call<{ accessToken: string }>("POST", "/v1/auth/token", {
      key: null,
      body: { clientId: made.data?.apiKey.id, clientSecret: turned.data?.secret }
    })
    secrets.set("token of a program", token.data?.accessToken ?? "no token of a program")
    given("ticket", (await of<{ ticket: string }>("POST", "/v1/ws/tickets")).data?.ticket)
    const once = { headers: { "idempotency-key": "once" }, body: { overlapMinutes: 0 } }
    const rotated = await call<{ credential: string }>("POST", "/v1/devices/meter/credentials/rotate", once)
    given("key of a device that was rotated", rotated.data?.credential)
    await call("POST", "/v1/devices/meter/credentials/rotate", once)
    await call("POST", "/v1/auth/forgot-password", { key: null, body: { email } })
    given("secret to reset a password", await mailed(email))
    await of("POST", "/v1/users", {
      body: { email: "guest@example.com", name: "Guest", role: "user", locations: [] }
    })
    given("invitation", await mailed("guest@example.com"))
    const next = await call<{ refreshToken: string }>("POST", "/v1/auth/refresh", {
      key: null,
      body: { refreshToken: held.refreshToken }
    })
    given("next refresh token", next.data?.refreshToken)
    // Everything that can be read is read, by whoever may read most.
    for (const { method, path } of operations) {
      if (method === "GET") await asked(method, path.replace(/\{\w+\}/g, "meter"), {}, of)
      if (method === "GET") await asked(method, path.replace(/\{\w+\}/g, "house"), {})
    }
    for (const path of [
      "/v1/audit-logs/export",
      "/openapi.json",
      "/asyncapi.json",
      "/",
      "/metrics",
      "/debug"
    ]) {
      await asked("GET", path, {}, of)
    }
  }

  beforeAll(async () => {
    haystack = makeHaystack()
    door = await openDoor(over(dataDir), "embedded")
    await live()
    for (const secret of secrets.values()) {
      await Promise.all(misplaced(secret).map(([method, path, options]) => asked(method, path, options)))
    }
  })

  afterAll(async () => {
    await door?.close()
    haystack?.close()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it("are as many, and all was heard", () => {
    assert.isAtLeast(secrets.size, 20)
    assert.isAbove(haystack.size(), 500)
    const said = "in the log is what was asked"
    haystack.add("test", said)
    assert.lengthOf(haystack.find(said), 1)
    assert.isAbove(haystack.find('"url":"/v1/locations"').length, 0, "requests are in the log")
  })

  it("are in no log, on no screen and in no answer", () => {
    for (const [name, secret] of secrets) assert.deepStrictEqual(haystack.find(secret), [], name)
  })

  it("are in no file of the database", () => {
    assert.isNotEmpty(filesWith(dataDir, [email]), "what is no secret is found")
    assert.deepStrictEqual(filesWith(dataDir, [...secrets.values()]), [])
  })

  it("are not in what is said when the server cannot start", async () => {
    const secret = ours["password of the database"]
    const databaseUrl = Redacted.make(`postgres://wattkit:${secret}@127.0.0.1:1/wattkit`)
    const failed = await startServer(undefined, { databaseUrl: databaseUrl as never }).then(
      (server) => server.close().then(() => "it started"),
      (error: unknown) => `${String(error)} ${JSON.stringify(error)} ${(error as Error).stack ?? ""}`
    )
    assert.notInclude(failed, secret)
    assert.notInclude(failed, "it started")
    assert.deepStrictEqual(haystack.find(secret), [])
  })

  it("are not in what is said of a crash that nobody expected", async () => {
    const broken = await startServer(crashing, { logLevel: "All" as ServerConfig["logLevel"] })
    try {
      for (const secret of secrets.values()) {
        const body = { name: secret.slice(0, 200), kind: "house", zone: "Europe/Berlin", currency: "EUR" }
        const answer = await broken.call("POST", "/v1/locations", { body })
        assert.strictEqual(answer.status, 500)
        haystack.add("crash", answer.text)
      }
    } finally {
      await broken.close()
    }
    assert.isAbove(haystack.find("nobody expected this").length, 0, "the crash is in the log")
    for (const [name, secret] of secrets) assert.deepStrictEqual(haystack.find(secret), [], name)
  })
})
