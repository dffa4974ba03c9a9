import { assert, describe, it } from "vitest"
import { device, failure, success } from "../../test/localServer.ts"
import { createClient } from "../createClient.ts"
import { createSession, type SessionOptions } from "../session.ts"
import { isWattkitError } from "../WattkitError.ts"

/** A server that forgives nothing: a refresh token that comes twice ends the session. */
const makeServer = () => {
  const state = {
    refreshes: 0,
    calls: 0,
    expiresIn: 900,
    isUp: true,
    seen: new Array<string>(),
    valid: "",
    refreshToken: "",
    /** Before a refresh is answered. */
    onRefresh: async (): Promise<void> => {}
  }
  let count = 0
  const issue = () => {
    count++
    Object.assign(state, { valid: `a${count}`, refreshToken: `r${count}` })
    return { accessToken: state.valid, refreshToken: state.refreshToken, expiresIn: state.expiresIn }
  }
  const refuse = (message: string) => Response.json(failure("UNAUTHORIZED", message), { status: 401 })
  const auth: Record<string, (body: Record<string, string>) => Promise<Response>> = {
    "/v1/auth/login": async ({ email, password }) => {
      if (password !== "right") return refuse("wrong")
      return Response.json(
        success(
          email === "careful@example.com"
            ? { kind: "second_factor", challenge: "c1", expiresIn: 300 }
            : { kind: "in", ...issue() }
        )
      )
    },
    "/v1/auth/mfa/challenge": async ({ challenge, code }) =>
      challenge === "c1" && code === "123456" ? Response.json(success(issue())) : refuse("wrong code"),
    "/v1/auth/refresh": async ({ refreshToken }) => {
      state.refreshes++
      await new Promise((resolve) => setTimeout(resolve, 5))
      await state.onRefresh()
      if (refreshToken !== state.refreshToken) return refuse("spent")
      return Response.json(success(issue()))
    }
  }
  const fetch = async (url: string, { body, headers }: RequestInit): Promise<Response> => {
    const path = url.slice("http://x".length)
    state.seen.push(path)
    if (!state.isUp) throw new TypeError("no network")
    const open = auth[path]
    if (open !== undefined) return open(JSON.parse(String(body)))
    if (new Headers(headers).get("authorization") !== `Bearer ${state.valid}`) return refuse("expired")
    state.calls++
    if (path === "/v1/auth/logout") {
      Object.assign(state, { valid: "none", refreshToken: "none" })
      return Response.json(success(null))
    }
    return Response.json(success(device("m1")))
  }
  const open = (options: Partial<SessionOptions> = {}) => {
    const changes: Array<boolean> = []
    const session = createSession({
      baseUrl: "http://x",
      fetch,
      backoffMs: 1,
      onChange: (isSignedIn) => changes.push(isSignedIn),
      ...options
    })
    return {
      session,
      changes,
      client: createClient({ baseUrl: "http://x", fetch, auth: session, retries: 0 })
    }
  }
  return { state, open }
}

const right = { email: "ada@example.com", password: "right" }

const codeOf = (call: PromiseLike<unknown>): Promise<string> =>
  Promise.resolve(call).then(
    () => "none",
    (error: unknown) => (isWattkitError(error) ? error.code : String(error))
  )

const many = (count: number, call: () => PromiseLike<unknown>) =>
  Promise.all(Array.from({ length: count }, () => codeOf(call())))

describe("signing in", () => {
  it("lets calls through, in every client of the session and after a reload", async () => {
    const { open, state } = makeServer()
    const storage = new Map<string, string>()
    const { changes, client, session } = open({ storage })
    assert.strictEqual(await codeOf(client.devices.get({ id: "m1" })), "UNAUTHORIZED")
    assert.deepStrictEqual(state.seen, [])
    assert.deepStrictEqual(await session.login(right), { kind: "in" })
    assert.strictEqual((await client.devices.get({ id: "m1" })).id, "m1")
    const again = open({ storage })
    assert.isTrue(await again.session.isSignedIn())
    assert.strictEqual((await again.client.devices.get({ id: "m1" })).id, "m1")
    assert.deepStrictEqual(changes, [true])
    assert.strictEqual(state.refreshes, 0)
  })

  it("with a wrong password says so and keeps nothing", async () => {
    const { open } = makeServer()
    const storage = new Map<string, string>()
    const { changes, session } = open({ storage })
    assert.strictEqual(await codeOf(session.login({ ...right, password: "wrong" })), "UNAUTHORIZED")
    assert.strictEqual(storage.size, 0)
    assert.deepStrictEqual(changes, [])
  })

  it("with a second factor waits for its code, and for another after a wrong one", async () => {
    const { open } = makeServer()
    const { client, session } = open()
    const signIn = await session.login({ ...right, email: "careful@example.com" })
    if (signIn.kind !== "second_factor") return assert.fail(signIn.kind)
    assert.isAbove(signIn.expiresAt, Date.now())
    assert.strictEqual(await codeOf(signIn.confirm("000000")), "UNAUTHORIZED")
    assert.isFalse(await session.isSignedIn())
    await signIn.confirm("123456")
    assert.strictEqual((await client.devices.get({ id: "m1" })).id, "m1")
  })

  it("as somebody else counts from the next call on", async () => {
    const { open, state } = makeServer()
    const { client, session } = open()
    await session.login(right)
    await client.devices.get({ id: "m1" })
    await session.login(right)
    await client.devices.get({ id: "m1" })
    assert.strictEqual(state.refreshes, 0)
  })
})

const locking: ReadonlyArray<[string, Partial<SessionOptions>]> = [
  ["a lock of the platform", {}],
  ["a lease in the storage", { locks: null }]
]

describe.each(locking)("an access token that ends, with %s", (_, locks) => {
  it("is replaced once, however many calls and pages were refused", async () => {
    const { open, state } = makeServer()
    const storage = new Map<string, string>()
    const pages = [open({ storage, ...locks }), open({ storage, ...locks }), open({ storage, ...locks })]
    await pages[0]!.session.login(right)
    for (let round = 1; round <= 3; round++) {
      state.valid = "none"
      const codes = await Promise.all(
        pages.map(({ client }) => many(30, () => client.devices.get({ id: "m1" })))
      )
      assert.deepStrictEqual([...new Set(codes.flat())], ["none"])
      assert.strictEqual(state.refreshes, round)
    }
  })

  it("is replaced before the server refuses it", async () => {
    const { open, state } = makeServer()
    state.expiresIn = 0
    const { client, session } = open({ ...locks })
    await session.login(right)
    state.expiresIn = 900
    assert.deepStrictEqual(await many(5, () => client.devices.get({ id: "m1" })), Array(5).fill("none"))
    assert.strictEqual(state.refreshes, 1)
    assert.strictEqual(state.calls, 5)
    assert.lengthOf(state.seen, 1 + 1 + 5)
  })
})

describe("a session that the server ended", () => {
  it("is over here too, for all calls, after one question", async () => {
    const { open, state } = makeServer()
    const { changes, client, session } = open()
    await session.login(right)
    Object.assign(state, { valid: "none", refreshToken: "none" })
    assert.deepStrictEqual(
      await many(10, () => client.devices.get({ id: "m1" })),
      Array(10).fill("UNAUTHORIZED")
    )
    assert.strictEqual(state.refreshes, 1)
    assert.isFalse(await session.isSignedIn())
    assert.deepStrictEqual(changes, [true, false])
  })

  it("is not over because nobody answers", async () => {
    const { open, state } = makeServer()
    const { client, session } = open()
    await session.login(right)
    state.valid = "none"
    const refresh = Promise.withResolvers<void>()
    state.onRefresh = () => {
      refresh.resolve()
      return Promise.reject(new TypeError("the connection broke"))
    }
    assert.strictEqual(await codeOf(client.devices.get({ id: "m1" })), "NETWORK")
    await refresh.promise
    assert.isTrue(await session.isSignedIn())
    state.onRefresh = async () => {}
    assert.strictEqual((await client.devices.get({ id: "m1" })).id, "m1")
  })
})

describe("signing out", () => {
  it("tells the server, and every page is signed out", async () => {
    const { open, state } = makeServer()
    const storage = new Map<string, string>()
    const [page, other] = [open({ storage }), open({ storage })]
    await page.session.login(right)
    await other.client.devices.get({ id: "m1" })
    await page.session.logout()
    assert.strictEqual(state.valid, "none")
    assert.strictEqual(storage.size, 0)
    const { length } = state.seen
    assert.strictEqual(await codeOf(other.client.devices.get({ id: "m1" })), "UNAUTHORIZED")
    assert.lengthOf(state.seen, length)
    await page.session.logout()
    assert.deepStrictEqual(page.changes, [true, false])
  })

  it("forgets without a network too, and says that the server does not know", async () => {
    const { open, state } = makeServer()
    const { session } = open()
    await session.login(right)
    state.isUp = false
    assert.strictEqual(await codeOf(session.logout({ retries: 0 })), "NETWORK")
    assert.isFalse(await session.isSignedIn())
  })

  it("is not undone by a token that comes late", async () => {
    const { open, state } = makeServer()
    const storage = new Map<string, string>()
    const { client, session } = open({ storage })
    await session.login(right)
    state.valid = "none"
    state.onRefresh = async () => storage.clear()
    assert.strictEqual(await codeOf(client.devices.get({ id: "m1" })), "UNAUTHORIZED")
    assert.isFalse(await session.isSignedIn())
  })
})
