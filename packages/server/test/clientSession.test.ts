import { createClient, isWattkitError } from "@wattkit/client"
import { createSession, type SessionOptions } from "@wattkit/client/session"
import { Totp } from "@wattkit/engine"
import { Effect } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Door, openDoor, password } from "./identity/house.fixture.ts"

let door: Door

beforeAll(async () => {
  door = await openDoor()
})

afterAll(() => door.close())

/** The end of every access token, of whichever session kept it. */
const makeStale = (storage: Map<string, string>): void => {
  for (const [key, text] of storage) {
    if (key.endsWith(":tokens")) storage.set(key, JSON.stringify({ ...JSON.parse(text), staleAt: 0 }))
  }
}

/** A session with a client, and the paths it asked for. */
const open = (options: Partial<SessionOptions> = {}) => {
  const asked: Array<string> = []
  const session = createSession({
    baseUrl: door.url,
    fetch: (url, init) => {
      asked.push(new URL(url).pathname)
      return fetch(url, init)
    },
    ...options
  })
  return { session, asked, client: createClient({ baseUrl: door.url, auth: session }) }
}

const codeOf = (call: PromiseLike<unknown>): Promise<string> =>
  Promise.resolve(call).then(
    () => "none",
    (error: unknown) => (isWattkitError(error) ? error.code : String(error))
  )

describe("a person who signs in with the client", () => {
  it("is let in, stays so past the access token in all tabs, and is out after signing out", async () => {
    await door.join("ada@example.com")
    const storage = new Map<string, string>()
    const tabs = [open({ storage }), open({ storage }), open({ storage })]
    assert.deepStrictEqual(await tabs[0]!.session.login({ email: "ada@example.com", password }), {
      kind: "in"
    })
    for (let round = 1; round <= 3; round++) {
      makeStale(storage)
      const lists = tabs.flatMap(({ client }) => Array.from({ length: 20 }, () => client.locations.list()))
      for (const { items } of await Promise.all(lists)) assert.deepStrictEqual(items, [])
      const refreshes = tabs.flatMap(({ asked }) => asked).filter((path) => path === "/v1/auth/refresh")
      assert.lengthOf(refreshes, round)
    }
    const { refreshToken } = JSON.parse([...storage.values()][0]!) as { refreshToken: string }
    await tabs[1]!.session.logout()
    assert.strictEqual(storage.size, 0)
    for (const { client } of tabs) assert.strictEqual(await codeOf(client.locations.list()), "UNAUTHORIZED")
    const again = await door.call("POST", "/v1/auth/refresh", { key: null, body: { refreshToken } })
    assert.strictEqual(again.status, 401)
  })

  it("is out when the session was ended elsewhere", async () => {
    const held = await door.join("bob@example.com")
    const changes: Array<boolean> = []
    const { client, session } = open({ onChange: (isSignedIn) => changes.push(isSignedIn) })
    await session.login({ email: "bob@example.com", password })
    await client.locations.list()
    assert.strictEqual((await door.as(held)("DELETE", "/v1/sessions")).status, 200)
    const until = performance.now() + 10_000
    while (performance.now() < until && (await session.isSignedIn())) {
      await codeOf(client.locations.list())
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    assert.deepStrictEqual(changes, [true, false])
    assert.strictEqual(await codeOf(client.locations.list()), "UNAUTHORIZED")
  })

  it("is asked for a code when there is a second factor", async () => {
    const { session } = open()
    assert.strictEqual(
      await codeOf(session.login({ email: "eve@example.com", password: "wrong" })),
      "UNAUTHORIZED"
    )
    const call = door.as(await door.join("eve@example.com"))
    const enrolled = await call<{ secret: string }>("POST", "/v1/auth/mfa/enrol", { body: { password } })
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    const bits = [...enrolled.data.secret]
      .map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0"))
      .join("")
    const secret = Uint8Array.from(bits.match(/.{8}/g)!, (byte) => Number.parseInt(byte, 2))
    const code = (steps: number) =>
      Effect.runPromise(Totp.codeOf(secret, Math.floor(Date.now() / 30_000) + steps))
    await call("POST", "/v1/auth/mfa/confirm", { body: { code: await code(0) } })
    const signIn = await session.login({ email: "eve@example.com", password })
    if (signIn.kind !== "second_factor") return assert.fail(signIn.kind)
    assert.strictEqual(await codeOf(signIn.confirm("000000")), "UNAUTHORIZED")
    assert.isFalse(await session.isSignedIn())
    await signIn.confirm(await code(1))
    assert.isTrue(await session.isSignedIn())
  })
})
