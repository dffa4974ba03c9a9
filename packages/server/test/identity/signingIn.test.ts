import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { Totp } from "@wattkit/engine"
import { Effect } from "effect"
import { layerMemory } from "../../src/storage/Storage.ts"
import { startServer } from "../fixtures/inProcess.ts"
import { type Door, openDoor, password, postAs, secretIn } from "./house.fixture.ts"

let door: Door
beforeAll(async () => {
  door = await openDoor()
})
afterAll(() => door.close())

const post = (path: string, body: unknown) => door.call("POST", `/v1/auth/${path}`, { key: null, body })

describe("signing in over HTTP", () => {
  it("goes from the registration over a message to a session, and out again", async () => {
    const email = "Zoë.Ada@Example.com"
    const registered = await post("register", { email, password, name: "Zoë", tenantName: "Elm Street" })
    assert.deepStrictEqual([registered.status, registered.data], [202, null])
    const text = await door.mailTo("zoë.ada@example.com")
    assert.include(text, `${door.url}/#verify-email=wk_ot_`)
    assert.strictEqual((await post("login", { email, password })).status, 403)
    const secret = secretIn(await door.mailTo("zoë.ada@example.com", 2))
    assert.strictEqual((await post("verify-email", { secret, password })).status, 200)
    assert.strictEqual((await post("verify-email", { secret, password })).status, 400)
    const held = await door.signIn(email)
    const me = await door.as(held)("GET", "/v1/users/me")
    const { name, role } = me.data
    assert.deepStrictEqual([name, role, me.data["email"]], ["Zoë", "admin", "zoë.ada@example.com"])
    const tenants = await door.as(held)<ReadonlyArray<{ name: string }>>("GET", "/v1/users/me/tenants")
    assert.deepStrictEqual(
      tenants.data.map(({ name }) => name),
      ["Elm Street"]
    )
    const as = door.as(held)
    const preferences = { locale: "en-GB", units: "metric", theme: "dark", currency: "EUR" }
    assert.strictEqual((await as("PUT", "/v1/users/me/preferences", { body: preferences })).status, 200)
    assert.deepStrictEqual((await as("GET", "/v1/users/me/preferences")).data, preferences)
    for (const body of [{ theme: "pink" }, { currency: "EURO" }, { role: "admin" }])
      assert.strictEqual((await as("PUT", "/v1/users/me/preferences", { body })).status, 400)
    for (const body of [{ name: "Zoë", role: "user" }, { name: "Zoë", tenantId: "other" }, { name: "" }])
      assert.strictEqual((await as("PUT", "/v1/users/me", { body })).status, 400)
    for (const path of ["/v1/users/me", "/v1/users/me/preferences"]) {
      const body = path.endsWith("me") ? { name: "Zoë B." } : { theme: "light" }
      const headers = { "if-match": (await as("GET", path)).headers.get("etag")! }
      assert.strictEqual((await as("PUT", path, { body, headers })).status, 200, path)
      assert.strictEqual((await as("PUT", path, { body, headers })).status, 412, path)
    }
    const renamed = await as("PUT", "/v1/users/me", { body: { name: "Zoë Ada" } })
    assert.deepStrictEqual([renamed.data["name"], renamed.data["role"]], ["Zoë Ada", "admin"])
    const turned = await post("refresh", { refreshToken: held.refreshToken })
    assert.hasAllKeys(turned.data, ["accessToken", "refreshToken", "expiresIn"])
    const seen = await door.as(held)<ReadonlyArray<{ isThis: boolean; agent: string }>>("GET", "/v1/sessions")
    assert.deepStrictEqual(
      seen.data.map(({ isThis }) => isThis),
      [true]
    )
    assert.strictEqual((await door.as(held)("POST", "/v1/auth/logout")).status, 200)
    assert.strictEqual((await post("refresh", turned.data)).status, 400)
    const again = await post("refresh", { refreshToken: turned.data["refreshToken"] })
    assert.deepStrictEqual([again.status, again.code], [401, "UNAUTHORIZED"])
  })

  it("asks for the second factor where there is one", async () => {
    const call = door.as(await door.join("factor@example.com"))
    const begun = await call<{ secret: string }>("POST", "/v1/auth/mfa/enrol", { body: { password } })
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    const bits = [...begun.data.secret]
      .map((one) => letters.indexOf(one).toString(2).padStart(5, "0"))
      .join("")
    const bytes = Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2))
    const code = (step: number) =>
      Effect.runPromise(Totp.codeOf(bytes, Totp.stepOf(Date.now() as never) + step))
    const confirmed = await call<{ recoveryCodes: ReadonlyArray<string> }>("POST", "/v1/auth/mfa/confirm", {
      body: { code: await code(0) }
    })
    assert.lengthOf(confirmed.data.recoveryCodes, 10)
    const asked = await post("login", { email: "factor@example.com", password })
    assert.strictEqual(asked.data["kind"], "second_factor")
    const { challenge } = asked.data
    assert.strictEqual((await post("mfa/challenge", { challenge, code: "nothing" })).status, 401)
    const inside = await post("mfa/challenge", { challenge, code: await code(1) })
    assert.hasAllKeys(inside.data, ["accessToken", "refreshToken", "expiresIn"])
    const removed = await call("POST", "/v1/auth/mfa/remove", { body: { password } })
    assert.strictEqual(removed.status, 200)
    await door.signIn("factor@example.com")
  })

  it("gives a program a token with fewer scopes; neither it nor its key is a person", async () => {
    const keys = await door.call<{ id: string }>("GET", "/v1/users/me")
    assert.strictEqual(keys.status, 403)
    for (const [method, path] of [
      ["GET", "/v1/sessions"],
      ["DELETE", "/v1/sessions"],
      ["GET", "/v1/users/me/tenants"],
      ["POST", "/v1/auth/logout"]
    ] as const)
      assert.strictEqual((await door.call(method, path)).status, 403, path)
    const wrong = await post("token", { clientId: "key_1", clientSecret: door.key })
    assert.strictEqual(wrong.status, 401)
  })

  it("repeats no secret in what it says about a request that does not fit", async () => {
    for (const [path, body] of [
      ["login", { email: "a@example.com", password: 70_707_070 }],
      ["login", { email: "a@example.com", password: "70707070".repeat(200) }],
      ["login", { email: "a@example.com", password: "x", "70707070": "70707070" }],
      ["register", { email: "a@example.com", password: "70707070", name: "Ada" }],
      ["refresh", { refreshToken: [70_707_070] }],
      ["token", { clientId: "x", clientSecret: { it: "70707070" } }]
    ] as const) {
      const refused = await post(path, body)
      assert.strictEqual(refused.status, 400, refused.text)
      assert.notInclude(refused.text.replaceAll('"field":"70707070"', ""), "70707070")
    }
  })

  it("says how to write the keys that verify tokens, and that they may be kept for a while", async () => {
    const answer = await door.call("GET", "/v1/auth/jwks.json", { key: null })
    const { keys } = JSON.parse(answer.text) as { keys: ReadonlyArray<Record<string, string>> }
    assert.isAtLeast(keys.length, 1)
    assert.deepStrictEqual(Object.keys(keys[0]!).toSorted(), ["alg", "e", "kid", "kty", "n", "use"])
    assert.strictEqual(answer.headers.get("cache-control"), "public, max-age=180")
    assert.notStrictEqual((await post("login", {})).headers.get("cache-control"), "public, max-age=180")
  })
})

describe("a link in a message", () => {
  it("begins with our address, whatever the request says about where it went", async () => {
    await door.join("host@example.com")
    const headers = {
      host: "evil.example",
      "x-forwarded-host": "evil.example",
      forwarded: "host=evil.example"
    }
    const status = await postAs(door.url, "/v1/auth/forgot-password", headers, { email: "host@example.com" })
    assert.strictEqual(status, 202)
    const text = await door.mailTo("host@example.com", 2)
    assert.include(text, `${door.url}/#reset-password=wk_ot_`)
    assert.notInclude(text, "evil")
    const reset = { secret: secretIn(text), password: "Battery-Staple-9" }
    assert.strictEqual((await post("reset-password", { ...reset, password: "weak" })).status, 400)
    assert.strictEqual((await post("reset-password", reset)).status, 200)
    assert.strictEqual((await post("reset-password", reset)).status, 400)
    await door.signIn("host@example.com", reset.password)
  })
})

describe("a credential in the address", () => {
  it("is refused, good or not, with what to do instead", async () => {
    for (const name of ["apikey", "api_key", "access_token", "Access-Token"]) {
      for (const key of [null, door.key]) {
        const refused = await door.call("GET", `/v1/locations?${name}=${door.key}`, { key })
        assert.deepStrictEqual([refused.status, refused.code], [400, "VALIDATION_ERROR"])
        assert.include(refused.text, "Authorization: Bearer")
        assert.notInclude(refused.text, door.key)
      }
    }
    assert.strictEqual((await door.call("GET", "/v1/locations?limit=1")).status, 200)
  })
})

describe("where registration is closed", () => {
  it("says so, as in production when nothing was set", async () => {
    const closed = await startServer(layerMemory, { environment: "production" })
    const body = { email: "a@example.com", password, name: "Ada" }
    const refused = await closed.call("POST", "/v1/auth/register", { key: null, body })
    assert.deepStrictEqual([refused.status, refused.code], [403, "FORBIDDEN"])
    await closed.close()
  })
})
