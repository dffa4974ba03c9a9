import { assert, describe, it } from "vitest"
import { failure, success } from "../../test/localServer.ts"
import { createClient } from "../createClient.ts"
import { createQueue } from "../queue.ts"
import { isWattkitError } from "../WattkitError.ts"

const at = "2026-01-01T00:00:00Z"
const correction = (reason: string) => ({
  id: "m1",
  body: { reason, readings: [{ at, powerW: 2 }] }
})

/** A server that does what has a key once, behind a network that can lose its answers. */
const makeServer = (respond: (n: number) => Response | undefined = () => undefined) => {
  const done: Array<string> = []
  const keys = new Map<string, Array<string>>()
  const carriedOut = new Set<string>()
  const state = { losesAnswers: false, isUp: true, requests: 0 }
  const fetch = async (url: string, { body, headers, method }: RequestInit): Promise<Response> => {
    if (!state.isUp) throw new TypeError("no network")
    const key = new Headers(headers).get("idempotency-key") ?? ""
    const what = url.endsWith("/v1/readings")
      ? `readings ${(JSON.parse(String(body)) as ReadonlyArray<unknown>).length}`
      : `${method} ${(JSON.parse(String(body)) as { reason?: string }).reason}`
    keys.set(what, [...(keys.get(what) ?? []), key])
    const refusal = respond(++state.requests)
    if (refusal !== undefined) return refusal
    if (!carriedOut.has(`${what} ${key}`)) done.push(what)
    carriedOut.add(`${what} ${key}`)
    if (state.losesAnswers) throw new TypeError("the connection broke")
    return Response.json(success({ accepted: 1, duplicates: 0, rejected: [] }))
  }
  return { done, keys, state, client: createClient({ baseUrl: "http://x", fetch }) }
}

const open = (client: ReturnType<typeof createClient>, storage = new Map<string, string>()) =>
  createQueue(client, { storage, backoffMs: 1 })

const until = async (isSo: () => boolean): Promise<void> => {
  for (let i = 0; i < 500 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 2))
  assert.isTrue(isSo())
}

describe("calls in a queue", () => {
  it("are sent one by one in the order they were added, with the readings around them", async () => {
    const { client, done, state } = makeServer()
    state.isUp = false
    const queue = open(client)
    await queue.add([
      { device: "m1", at, powerW: 1 },
      { device: "m2", at, powerW: 1 }
    ])
    await queue.call("readings.correct", correction("first"))
    await queue.call("readings.correct", correction("second"))
    await queue.add({ device: "m1", at, powerW: 3 })
    assert.strictEqual(queue.length, 5)
    state.isUp = true
    await queue.flush()
    assert.deepStrictEqual(done, ["readings 2", "PUT first", "PUT second", "readings 1"])
    assert.strictEqual(queue.state.bytes, 0)
    await queue.close()
  })

  it("have one key for all attempts, also those of another page", async () => {
    const { client, done, keys, state } = makeServer()
    const storage = new Map<string, string>()
    const left = open(client, storage)
    state.losesAnswers = true
    await left.call("readings.correct", correction("late"))
    await until(() => state.requests >= 3)
    await left.close()
    state.losesAnswers = false
    const queue = open(client, storage)
    await queue.flush()
    assert.deepStrictEqual(done, ["PUT late"])
    const used = keys.get("PUT late")!
    assert.isAtLeast(used.length, 4)
    assert.lengthOf(new Set(used), 1)
    assert.match(used[0]!, /^[0-9a-f]{32}$/)
    assert.strictEqual(storage.size, 0)
    await queue.close()
  })

  it("wait apart when the server will never do them, and hold up nobody", async () => {
    const answers = [
      ["NOT_FOUND", 404],
      ["FORBIDDEN", 403],
      ["VALIDATION_ERROR", 400]
    ] as const
    const { client, done } = makeServer((n) => {
      const [code, status] = answers[n - 1] ?? []
      const details = code === "VALIDATION_ERROR" ? [{ field: "reason", reason: "is too long" }] : []
      return code && Response.json(failure(code, "no", details), { status })
    })
    const queue = open(client)
    for (const [code] of answers) await queue.call("readings.correct", correction(code))
    await queue.call("readings.correct", { ...correction("no path"), id: ".." })
    await queue.call("readings.correct", correction("good"))
    await queue.flush()
    assert.deepStrictEqual(done, ["PUT good"])
    const refused = await queue.refused()
    assert.deepStrictEqual(
      refused.map(({ call, field, message, reason }) => [call?.endpoint, field, reason, message]),
      [
        ["readings.correct", "", "NOT_FOUND", "no"],
        ["readings.correct", "", "FORBIDDEN", "no"],
        ["readings.correct", "reason", "VALIDATION_ERROR", "is too long"],
        ["readings.correct", "id", "INVALID_REQUEST", "cannot stand in a path"]
      ]
    )
    await queue.close()
  })

  it("wait in the queue when it is not their fault", async () => {
    for (const answer of [
      () => Response.json(failure("UNAUTHORIZED", "who?"), { status: 401 }),
      () => Response.json(failure("CONFLICT", "busy"), { status: 409, headers: { "retry-after": "0" } }),
      () => new Response("<h1>Forbidden</h1>", { status: 403 })
    ]) {
      let isBad = true
      const { client, done } = makeServer(() => (isBad ? answer() : undefined))
      const queue = open(client)
      await queue.call("readings.correct", correction("patient"))
      await until(() => isWattkitError(queue.state.lastError))
      assert.strictEqual(queue.length, 1)
      isBad = false
      await queue.flush()
      assert.deepStrictEqual(done, ["PUT patient"])
      await queue.close()
    }
  })

  it("that a newer version of this package added are kept apart", async () => {
    const { client } = makeServer()
    const call = { endpoint: "tides.turn", params: {}, idempotencyKey: "k" }
    const storage = new Map([["wattkit-queue:c:1-0-x:1:72", JSON.stringify(call)]])
    const queue = open(client, storage)
    await queue.flush()
    const [refused] = await queue.refused()
    assert.deepStrictEqual(refused?.call, call as never)
    assert.strictEqual(refused?.reason, "INVALID_REQUEST")
    await queue.close()
  })
})
