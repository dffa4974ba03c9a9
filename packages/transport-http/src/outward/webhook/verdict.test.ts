import { Instant } from "@wattkit/core"
import fc from "fast-check"
import { assert, describe, it } from "vitest"
import { type WebhookAttempt, webhookDelays, webhookVerdict } from "./verdict.ts"

const at = Instant.fromStringOrThrow("2026-03-01T00:00:00Z")
const day = 86_400_000

const verdict = (given: Partial<WebhookAttempt>): string => {
  const said = webhookVerdict({ attempt: 1, at, random: 0, ...given })
  return said.kind === "again" ? `again ${said.at - at}` : said.kind
}

describe("the verdict on an attempt", () => {
  it("follows the status", () => {
    for (const status of [200, 201, 202, 204, 299]) assert.strictEqual(verdict({ status }), "done")
    for (const status of [undefined, 100, 301, 302, 307, 308, 304, 400, 401, 404, 409, 429, 500, 503, 599])
      assert.strictEqual(verdict({ status }), "again 5000", String(status))
    assert.strictEqual(verdict({ status: 410 }), "disable")
    assert.strictEqual(verdict({ status: 410, attempt: 10 }), "disable")
    assert.strictEqual(verdict({ status: 200, attempt: 99 }), "done")
  })

  it("waits longer after each, for days, and then gives up", () => {
    const waits = webhookDelays.map((_, i) => verdict({ status: 500, attempt: i + 1 }))
    assert.deepStrictEqual(waits, [
      "again 5000",
      "again 300000",
      "again 1800000",
      "again 7200000",
      "again 18000000",
      "again 36000000",
      "again 50400000",
      "again 72000000",
      "again 86400000"
    ])
    assert.strictEqual(verdict({ status: 500, attempt: 10 }), "giveUp")
    const sum = webhookDelays.reduce((all, delay) => all + delay, 0)
    assert.isTrue(sum > 3 * day && sum < 4 * day)
  })

  it("waits as long as the receiver asks, up to a day", () => {
    for (const [retryAfter, wait] of [
      ["60", 60_000],
      ["1", 5000],
      ["0", 5000],
      ["99999999999999999999", day],
      ["Sun, 01 Mar 2026 00:02:00 GMT", 120_000],
      ["Sat, 28 Feb 2026 00:02:00 GMT", 5000],
      ["Sun, 01 Mar 2099 00:00:00 GMT", day],
      ["soon", 5000],
      ["-60", 5000],
      ["1e9", 5000],
      ["2099-01-01", 5000],
      ["", 5000]
    ] as const)
      assert.strictEqual(verdict({ status: 503, retryAfter }), `again ${wait}`, retryAfter)
  })

  it("is never sooner than the schedule, and a whole instant", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.option(fc.string(), { nil: undefined }),
        (attempt, random, retryAfter) => {
          const said = webhookVerdict({ attempt, at, random, retryAfter, status: 500 })
          const delay = webhookDelays[attempt - 1]!
          if (said.kind !== "again") return assert.fail(said.kind)
          assert.isTrue(Number.isInteger(said.at))
          assert.isTrue(said.at - at >= delay && said.at - at <= day * 1.2)
          if (retryAfter === undefined) assert.isTrue(said.at - at <= delay * 1.2)
        }
      )
    )
  })
})
