import { assert, describe, it } from "vitest"
import { type ErrorFacts, isWattkitError, WattkitError } from "./WattkitError.ts"

const make = (facts: Partial<ErrorFacts>) => new WattkitError({ code: "CONFLICT", message: "m", ...facts })

describe("an error", () => {
  it("is told by its code", () => {
    const error: unknown = make({ code: "RATE_LIMITED", status: 429, retryAfterMs: 5 })
    assert.isTrue(isWattkitError(error))
    assert.isFalse(isWattkitError(error, "NOT_FOUND"))
    if (!isWattkitError(error, "RATE_LIMITED")) return assert.fail("it is")
    const code: "RATE_LIMITED" = error.code
    assert.strictEqual(code, "RATE_LIMITED")
  })

  it("of another copy of the package is one too, and nothing else is", () => {
    const foreign = Object.assign(new Error("m"), { name: "WattkitError", code: "NETWORK" })
    assert.isTrue(isWattkitError(foreign, "NETWORK"))
    for (const other of [new Error("m"), undefined, null, "WattkitError", { name: "WattkitError" }]) {
      assert.isFalse(isWattkitError(other))
    }
  })

  it("says whether the same may succeed later", () => {
    for (const facts of [
      { code: "NETWORK" },
      { code: "TIMEOUT" },
      { code: "QUEUE_FULL" },
      { status: 408 },
      { status: 409, retryAfterMs: 0 },
      { status: 429 },
      { status: 500 },
      { status: 503 }
    ])
      assert.isTrue(make(facts).isRetryable, JSON.stringify(facts))
    for (const facts of [
      { code: "ABORTED" },
      { code: "INVALID_RESPONSE" },
      { code: "INVALID_REQUEST" },
      { status: 400 },
      { status: 401 },
      { status: 409 },
      { status: 422, retryAfterMs: 1 }
    ])
      assert.isFalse(make(facts).isRetryable, JSON.stringify(facts))
  })
})
