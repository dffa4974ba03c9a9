import { getEventListeners } from "node:events"
import { afterEach, assert, describe, it, vi } from "vitest"
import {
  device,
  failure,
  json,
  type LocalServer,
  type Respond,
  start,
  success
} from "../../test/localServer.ts"
import { backoff } from "../attempt.ts"
import type { ClientOptions } from "./connect.ts"
import { createClient } from "../createClient.ts"
import { WattkitError } from "../WattkitError.ts"

const open: Array<LocalServer> = []

afterEach(async () => {
  vi.restoreAllMocks()
  vi.useRealTimers()
  for (const server of open.splice(0)) await server.close()
})

const serve = async (respond: Respond, options: Partial<ClientOptions> = {}) => {
  const server = await start(respond)
  open.push(server)
  return {
    server,
    client: createClient({ baseUrl: server.baseUrl, auth: "wk_live_secret", backoffMs: 1, ...options })
  }
}

const failed = async (call: PromiseLike<unknown>): Promise<WattkitError> => {
  try {
    await call
  } catch (error) {
    assert.instanceOf(error, WattkitError)
    return error as WattkitError
  }
  return assert.fail("the call did not fail")
}

const reading = { at: "2026-01-01T00:00:00Z", powerW: 1 }
const draft = { name: "Home", kind: "house", zone: "Europe/Berlin", currency: "EUR" } as const
const ingested = success({ accepted: 1, duplicates: 0, rejected: [] })

/** A fetch that answers as told, one after the other, the last again and again. */
const scripted = (...answers: ReadonlyArray<() => Response>) => {
  const calls: Array<number> = []
  const fetch = async () => {
    calls.push(Date.now())
    return answers[Math.min(calls.length, answers.length) - 1]!()
  }
  return { calls, fetch }
}

const unavailable =
  (headers: { readonly [name: string]: string } = {}) =>
  () =>
    Response.json(failure("UNAVAILABLE", "later"), { status: 503, headers })
const ok = () => Response.json(success(device("m1")))

describe("retries", () => {
  it("repeat reads and ingest, for 408, 429 and 5xx", async () => {
    for (const status of [408, 429, 500, 502, 503, 504]) {
      const { client, server } = await serve((response, { method }, n) =>
        n % 3 < 2
          ? json(response, status, failure("UNAVAILABLE", "later"))
          : json(response, 200, method === "GET" ? success(device("m1")) : ingested)
      )
      assert.strictEqual((await client.devices.get({ id: "m1" })).id, "m1")
      assert.strictEqual((await client.readings.ingest({ id: "m1", body: reading })).accepted, 1)
      assert.lengthOf(server.seen, 6)
      assert.strictEqual(server.seen[5]!.body, JSON.stringify(reading))
    }
  })

  it("stop after two, or as many as said", async () => {
    const { client, server } = await serve((response) => json(response, 503, failure("UNAVAILABLE", "later")))
    const error = await failed(client.devices.get({ id: "m1" }))
    assert.strictEqual(error.code, "UNAVAILABLE")
    assert.isTrue(error.isRetryable)
    assert.lengthOf(server.seen, 3)
    await failed(client.devices.get({ id: "m1" }, { retries: 0 }))
    assert.lengthOf(server.seen, 4)
    await failed(client.devices.get({ id: "m1" }, { retries: 4 }))
    assert.lengthOf(server.seen, 9)
  })

  it("do not repeat what might happen twice", async () => {
    const { client, server } = await serve((response) => json(response, 503, failure("UNAVAILABLE", "later")))
    const remove = { format: "tasmota", subject: "kitchen" }
    await failed(client.bindings.remove(remove))
    assert.lengthOf(server.seen, 1)
    assert.isUndefined(server.seen[0]!.headers["idempotency-key"])
  })

  it("repeat what is written under one key, another for each call", async () => {
    const { client, server } = await serve((response) => json(response, 503, failure("UNAVAILABLE", "later")))
    await failed(client.locations.create({ body: draft }))
    await failed(client.locations.create({ body: draft }, { retries: 1 }))
    await failed(client.locations.create({ body: draft }, { idempotencyKey: "mine" }))
    await failed(client.usage.rules({ id: "m1", channel: "main" }, { retries: 0 }))
    const keys = server.seen.map(({ headers }) => headers["idempotency-key"])
    const [first, , , second] = keys
    assert.match(String(first), /^[0-9a-f]{32}$/)
    assert.notStrictEqual(first, second)
    assert.deepStrictEqual(keys, [
      first,
      first,
      first,
      second,
      second,
      ...Array<string>(3).fill("mine"),
      undefined
    ])
  })

  it("write over what was seen and nothing newer", async () => {
    const { client, server } = await serve((response) =>
      json(response, 412, failure("PRECONDITION_FAILED", "it is another thing by now"))
    )
    const error = await failed(client.locations.create({ body: draft }, { ifMatch: '"v1"' }))
    assert.deepStrictEqual([error.code, error.isRetryable], ["PRECONDITION_FAILED", false])
    assert.lengthOf(server.seen, 1)
    assert.strictEqual(server.seen[0]!.headers["if-match"], '"v1"')
  })

  it("wait for a twin that is still under way, when the server says how long", async () => {
    const { client, server } = await serve((response, _, n) =>
      n === 0
        ? json(response, 409, failure("CONFLICT", "under way"), { "retry-after": "0" })
        : json(response, 409, failure("CONFLICT", "no"))
    )
    const error = await failed(client.locations.create({ body: draft }))
    assert.strictEqual(error.message, "no")
    assert.lengthOf(server.seen, 2)
  })

  it("do not repeat what will fail again", async () => {
    for (const status of [400, 401, 403, 404, 409, 413, 422]) {
      const { client, server } = await serve((response) => json(response, status, failure("CONFLICT", "no")))
      await failed(client.devices.get({ id: "m1" }))
      assert.lengthOf(server.seen, 1)
    }
  })

  it("repeat after a broken connection", async () => {
    const { client, server } = await serve((response, _, n) =>
      n === 0 ? void response.socket?.destroy() : json(response, 200, success(device("m1")))
    )
    assert.strictEqual((await client.devices.get({ id: "m1" })).id, "m1")
    assert.lengthOf(server.seen, 2)
  })

  it("wait any time up to twice as long before each, at most 16 times the base", () => {
    vi.spyOn(Math, "random").mockReturnValue(1)
    assert.deepStrictEqual(
      [0, 1, 2, 3, 4, 5, 50].map((n) => backoff(n, 500)),
      [500, 1000, 2000, 4000, 8000, 8000, 8000]
    )
    vi.spyOn(Math, "random").mockReturnValue(0)
    assert.strictEqual(backoff(3, 500), 0)
  })

  it("wait as long as the server asks, in seconds or until a date", async () => {
    vi.useFakeTimers({ now: Date.parse("2026-01-01T00:00:00Z") })
    const { calls, fetch } = scripted(
      unavailable({ "retry-after": "7" }),
      unavailable({ "retry-after": "Thu, 01 Jan 2026 00:00:20 GMT" }),
      ok
    )
    const answer = createClient({ baseUrl: "http://x", fetch }).devices.get({ id: "m1" })
    await vi.runAllTimersAsync()
    assert.strictEqual((await answer).id, "m1")
    assert.deepStrictEqual(
      calls.map((at) => new Date(at).toISOString().slice(17, 19)),
      ["00", "07", "20"]
    )
    assert.strictEqual(vi.getTimerCount(), 0)
  })

  it("wait until a limit starts over", async () => {
    vi.useFakeTimers({ now: 0 })
    const tooFast = (headers: { readonly [name: string]: string }) => () =>
      Response.json(failure("RATE_LIMITED", "slowly"), { status: 429, headers })
    const { calls, fetch } = scripted(
      tooFast({ "ratelimit-remaining": "0", "ratelimit-reset": "5" }),
      tooFast({ ratelimit: '"default";r=0;t=12' }),
      tooFast({ "retry-after": "3", "ratelimit-reset": "50" }),
      unavailable({ "ratelimit-reset": "50" }),
      ok
    )
    vi.spyOn(Math, "random").mockReturnValue(0)
    const client = createClient({ baseUrl: "http://x", fetch, retries: 9 })
    const answer = client.devices.get({ id: "m1" })
    await vi.runAllTimersAsync()
    assert.strictEqual((await answer).id, "m1")
    assert.deepStrictEqual(calls, [0, 5000, 17_000, 20_000, 20_000])
  })

  it("leave a longer wait to the caller", async () => {
    const { calls, fetch } = scripted(unavailable({ "retry-after": "3600" }))
    const error = await failed(createClient({ baseUrl: "http://x", fetch }).devices.get({ id: "m1" }))
    assert.strictEqual(error.retryAfterMs, 3_600_000)
    assert.lengthOf(calls, 1)
  })

  it("pass a failure of the caller's auth through as it is", async () => {
    const own = new Error("signed out")
    const auth = () => Promise.reject(own)
    const { client, server } = await serve((response) => json(response, 200, success([])), { auth })
    try {
      await client.locations.list()
      assert.fail("it did not fail")
    } catch (error) {
      assert.strictEqual(error, own)
    }
    assert.lengthOf(server.seen, 0)
  })
})

describe("no answer", () => {
  it("is NETWORK, with its cause and without the key", async () => {
    const server = await start(() => {})
    await server.close()
    const client = createClient({ baseUrl: server.baseUrl, auth: "wk_live_secret", backoffMs: 1 })
    const error = await failed(client.devices.list({ locationId: "l", cursor: "c" }))
    assert.strictEqual(error.code, "NETWORK")
    assert.strictEqual(error.status, undefined)
    assert.isTrue(error.isRetryable)
    assert.instanceOf(error.cause, Error)
    assert.strictEqual(error.message, `GET ${server.baseUrl}/v1/locations/l/devices got no answer`)
    assert.notInclude(`${error.stack} ${String((error.cause as Error).stack)}`, "wk_live")
  })

  it("in time is TIMEOUT, for each attempt", async () => {
    const { client, server } = await serve(() => {}, { timeoutMs: 20 })
    const error = await failed(client.devices.get({ id: "m1" }))
    assert.strictEqual(error.code, "TIMEOUT")
    assert.isTrue(error.isRetryable)
    assert.lengthOf(server.seen, 3)
  })

  it("in time covers a body that never ends", async () => {
    const { client } = await serve(
      (response) => {
        response.writeHead(200, { "content-type": "application/json" })
        response.write(`{"success":`)
      },
      { timeoutMs: 50, retries: 0 }
    )
    assert.strictEqual((await failed(client.devices.get({ id: "m1" }))).code, "TIMEOUT")
  })

  it("in time ends even a fetch that does not listen", async () => {
    const client = createClient({
      baseUrl: "http://x",
      fetch: () => new Promise(() => {}),
      timeoutMs: 5,
      retries: 0
    })
    assert.strictEqual((await failed(client.devices.get({ id: "m1" }))).code, "TIMEOUT")
  })

  it("has no limit when the limit is zero or endless", async () => {
    vi.useFakeTimers()
    for (const timeoutMs of [0, Infinity]) {
      const pending = createClient({ baseUrl: "http://x", fetch: () => new Promise(() => {}), timeoutMs })
      void pending.devices.get({ id: "m1" })
      await Promise.resolve()
      assert.strictEqual(vi.getTimerCount(), 0)
    }
  })
})

describe("abort", () => {
  it("before the call sends nothing", async () => {
    const { client, server } = await serve((response) => json(response, 200, success([])))
    const error = await failed(client.locations.list({}, { signal: AbortSignal.abort("enough") }))
    assert.strictEqual(error.code, "ABORTED")
    assert.strictEqual(error.cause, "enough")
    assert.isFalse(error.isRetryable)
    assert.lengthOf(server.seen, 0)
  })

  it("during the call ends the request at the server too", async () => {
    const controller = new AbortController()
    let gone = () => {}
    const left = new Promise<void>((resolve) => (gone = resolve))
    const { client, server } = await serve((response) => {
      response.on("close", gone)
      controller.abort()
    })
    const call = client.devices.get({ id: "m1" }, { signal: controller.signal })
    assert.strictEqual((await failed(call)).code, "ABORTED")
    await left
    assert.lengthOf(server.seen, 1)
    assert.lengthOf(getEventListeners(controller.signal, "abort"), 0)
  })

  it("during the wait for a retry ends the wait and its timer", async () => {
    vi.useFakeTimers()
    const { calls, fetch } = scripted(unavailable({ "retry-after": "30" }))
    const controller = new AbortController()
    const call = createClient({ baseUrl: "http://x", fetch }).devices.get(
      { id: "m1" },
      { signal: controller.signal }
    )
    const outcome = failed(call)
    await vi.advanceTimersByTimeAsync(1000)
    assert.lengthOf(calls, 1)
    controller.abort()
    assert.strictEqual((await outcome).code, "ABORTED")
    assert.strictEqual(vi.getTimerCount(), 0)
  })

  it("leaves no listener behind on a signal that lives long", async () => {
    const { signal } = new AbortController()
    const { client } = await serve((response, _, n) =>
      n % 2 === 0
        ? json(response, 503, failure("UNAVAILABLE", "later"))
        : json(response, 200, success(device("m1")))
    )
    for (let i = 0; i < 20; i++) await client.devices.get({ id: "m1" }, { signal })
    await new Promise((resolve) => setImmediate(resolve))
    assert.lengthOf(getEventListeners(signal, "abort"), 0)
  })
})

describe("an unhandled failure", () => {
  it("is reported once when nobody looks, and not when only the response is looked at", async () => {
    const seen: Array<unknown> = []
    const note = (reason: unknown) => seen.push(reason)
    const before = process.listeners("unhandledRejection")
    process.removeAllListeners("unhandledRejection")
    process.on("unhandledRejection", note)
    try {
      const client = createClient({
        baseUrl: "http://x",
        fetch: async () => Response.json(failure("FORBIDDEN", "no"), { status: 403 })
      })
      await failed(client.devices.get({ id: "a" }).withResponse())
      await failed(client.locations.list().withResponse())
      await new Promise((resolve) => setImmediate(resolve))
      assert.lengthOf(seen, 0)
      void client.devices.get({ id: "a" })
      await new Promise((resolve) => setTimeout(resolve, 10))
      assert.lengthOf(seen, 1)
    } finally {
      process.removeListener("unhandledRejection", note)
      for (const listener of before) process.on("unhandledRejection", listener)
    }
  })
})
