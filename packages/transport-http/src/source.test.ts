import type { Submission } from "@wattkit/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { toWebHandler } from "./source.ts"

class Nobody {
  readonly _tag = "Nobody"
}

const taken: Array<readonly [string, string, Submission.Submission]> = []

const handler = toWebHandler<string, Nobody>({
  authorise: (request) => {
    const bearer = request.headers.get("authorization")
    return bearer === null ? Effect.fail(new Nobody()) : Effect.succeed(bearer)
  },
  deviceId: (request) => new URL(request.url).pathname.split("/").at(-1),
  ingest: (principal, deviceId, submission) =>
    Effect.sync(() => {
      taken.push([principal, deviceId, submission])
      return { accepted: submission.readings.length, duplicates: 0, rejected: submission.rejected }
    }),
  limits: { bytes: 1000, inflatedBytes: 1000, depth: 8, readings: 10 },
  onError: () => new Response("who are you?", { status: 401 })
})

const send = (body: string, path = "/meter-1", headers: Record<string, string> = { authorization: "me" }) =>
  handler(
    new Request(`http://localhost${path}`, {
      method: "POST",
      body,
      headers: { ...headers, "content-type": "application/json" }
    })
  )

describe("toWebHandler", () => {
  it("hands what it read to the way in, and answers what became of it", async () => {
    const response = await send(JSON.stringify({ at: "2026-06-01T10:00:00Z", powerW: 1 }))
    assert.strictEqual(response.status, 200)
    assert.deepStrictEqual(await response.json(), { accepted: 1, duplicates: 0, rejected: [] })
    assert.deepStrictEqual(taken.at(-1)?.slice(0, 2), ["me", "meter-1"])
  })

  it.each([
    ["nonsense", "/meter-1", 400],
    ["{}", "/a%20b", 400],
    [" ".repeat(1001), "/meter-1", 413]
  ])("refuses %j to %s with %i and takes nothing in", async (body, path, status) => {
    const before = taken.length
    const response = await send(body, path)
    assert.strictEqual(response.status, status)
    assert.isNotEmpty(((await response.json()) as { error: { message: string } }).error.message)
    assert.strictEqual(taken.length, before)
  })

  it("leaves the application's failures to the application", async () => {
    const response = await send("{}", "/meter-1", {})
    assert.strictEqual(await response.text(), "who are you?")
  })
})
