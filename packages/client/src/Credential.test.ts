import { afterEach, assert, describe, it, vi } from "vitest"
import { device, failure, json, type LocalServer, start, success } from "../test/localServer.ts"
import { createClient } from "./createClient.ts"
import type { TokenSource } from "./Credential.ts"
import { isWattkitError } from "./WattkitError.ts"

const open: Array<LocalServer> = []

afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A server that takes one token, and a client of it that asks as told. */
const serve = async (getToken: TokenSource["getToken"], timeoutMs?: number) => {
  const valid = { token: "a" }
  const server = await start((response, { headers }) =>
    headers.authorization === `Bearer ${valid.token}`
      ? json(response, 200, success(device("m1")))
      : json(response, 401, failure("UNAUTHORIZED", "expired"))
  )
  open.push(server)
  const asked: Array<string | undefined> = []
  const auth = {
    getToken: (refused: string | undefined) => {
      asked.push(refused)
      return getToken(refused)
    }
  }
  return {
    server,
    valid,
    asked,
    client: createClient({ baseUrl: server.baseUrl, auth, backoffMs: 1, timeoutMs })
  }
}

const codeOf = (call: PromiseLike<unknown>): Promise<string> =>
  Promise.resolve(call).then(
    () => "none",
    (error: unknown) => (isWattkitError(error) ? error.code : String(error))
  )

describe("a source of tokens", () => {
  it("is asked once for a hundred refusals, and each call is sent once more", async () => {
    const names = ["a", "b"]
    const { asked, client, server, valid } = await serve(() => names.shift() ?? assert.fail("asked again"))
    await client.devices.get({ id: "m1" })
    valid.token = "b"
    const calls = Array.from({ length: 100 }, () => client.devices.get({ id: "m1" }))
    for (const { id } of await Promise.all(calls)) assert.strictEqual(id, "m1")
    assert.deepStrictEqual(asked, [undefined, "a"])
    assert.lengthOf(server.seen, 1 + 200)
    await client.devices.get({ id: "m1" })
    assert.lengthOf(server.seen, 202)
  })

  it("is asked once even when it answers after the last refusal", async () => {
    let give = (_: string): void => {}
    let refusals = 0
    const asked: Array<string | undefined> = []
    const client = createClient({
      baseUrl: "http://x",
      auth: {
        getToken: (refused) => {
          asked.push(refused)
          return refused === undefined ? "a" : new Promise<string>((resolve) => (give = resolve))
        }
      },
      fetch: async (_, { headers }) => {
        const isNew = (headers as Headers).get("authorization") === "Bearer b"
        if (isNew) return Response.json(success(device("m1")))
        refusals++
        return Response.json(failure("UNAUTHORIZED", "expired"), { status: 401 })
      }
    })
    const calls = Array.from({ length: 100 }, () => client.devices.get({ id: "m1" }))
    await vi.waitUntil(() => refusals === 100 && asked.length === 2)
    await settled()
    give("b")
    await Promise.all(calls)
    assert.deepStrictEqual(asked, [undefined, "a"])
    assert.strictEqual(refusals, 100)
  })

  it("is not asked for a token that was replaced meanwhile", async () => {
    let answer = (_: Response): void => {}
    const late = new Promise<Response>((resolve) => (answer = resolve))
    const refusal = () => Response.json(failure("UNAUTHORIZED", "expired"), { status: 401 })
    const asked: Array<string | undefined> = []
    const tokens = ["a", "b", "c"]
    const client = createClient({
      baseUrl: "http://x",
      auth: { getToken: (refused) => (asked.push(refused), tokens[asked.length - 1]!) },
      fetch: async (url, { headers }) => {
        const isOld = (headers as Headers).get("authorization") === "Bearer a"
        if (!isOld) return Response.json(success(device("m1")))
        return url.endsWith("slow") ? late : refusal()
      }
    })
    const slow = client.devices.get({ id: "slow" })
    await client.devices.get({ id: "fast" })
    answer(refusal())
    assert.strictEqual((await slow).id, "m1")
    assert.deepStrictEqual(asked, [undefined, "a"])
  })

  it("that has no other token leaves the refusal to the caller, and so does a second refusal", async () => {
    const same = await serve(() => "wrong")
    assert.strictEqual(await codeOf(same.client.devices.get({ id: "m1" })), "UNAUTHORIZED")
    assert.lengthOf(same.server.seen, 1)
    let n = 0
    const others = await serve(() => `wrong ${n++}`)
    assert.strictEqual(await codeOf(others.client.devices.get({ id: "m1" })), "UNAUTHORIZED")
    assert.lengthOf(others.server.seen, 2)
  })

  it("that fails is passed through to all who wait, and is asked again by the next call", async () => {
    let isDown = true
    const { asked, client } = await serve(async () => {
      await settled()
      if (isDown) throw new RangeError("signed out")
      return "a"
    })
    const calls = await Promise.all([1, 2, 3].map(() => codeOf(client.devices.get({ id: "m1" }))))
    assert.deepStrictEqual(calls, Array(3).fill("RangeError: signed out"))
    isDown = false
    assert.strictEqual((await client.devices.get({ id: "m1" })).id, "m1")
    assert.lengthOf(asked, 2)
  })

  it("that never answers holds nobody for longer than the time-out", async () => {
    let n = 0
    const { client } = await serve(() => (n++ === 0 ? new Promise(() => {}) : "a"), 30)
    const first = await codeOf(client.devices.get({ id: "m1" }, { retries: 0 }))
    assert.strictEqual(first, "TIMEOUT")
    await settled()
    assert.strictEqual((await client.devices.get({ id: "m1" })).id, "m1")
  })

  it("goes on for the others when one caller aborts", async () => {
    let give = (_: string): void => {}
    const { asked, client } = await serve(() => new Promise((resolve) => (give = resolve)))
    const controller = new AbortController()
    const one = codeOf(client.devices.get({ id: "m1" }, { signal: controller.signal }))
    const other = client.devices.get({ id: "m1" })
    controller.abort()
    assert.strictEqual(await one, "ABORTED")
    give("a")
    assert.strictEqual((await other).id, "m1")
    assert.lengthOf(asked, 1)
  })

  it("is not asked for what needs no credential", async () => {
    const { asked, client } = await serve(() => "a")
    await codeOf(client.health.live())
    assert.lengthOf(asked, 0)
  })
})
