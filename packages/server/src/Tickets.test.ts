import { ApiKeyId, type Principal, TenantId } from "@wattkit/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { TestClock } from "effect/testing"
import { limits } from "./limits.ts"
import { Tickets } from "./Tickets.ts"

const principal: Principal = {
  tenantId: TenantId.make("t1"),
  by: { kind: "key", id: ApiKeyId.make("k1"), userId: null },
  scopes: ["read"],
  deviceId: null,
  locations: null
}

describe("Tickets", () => {
  it.effect("open once, within thirty seconds", () =>
    Effect.gen(function* () {
      const { issue, redeem } = yield* Tickets
      const once = yield* issue(principal)
      assert.deepStrictEqual(yield* redeem(once.ticket), Option.some(principal))
      assert.deepStrictEqual(yield* redeem(once.ticket), Option.none())
      const late = yield* issue(principal)
      yield* TestClock.adjust(30_000)
      assert.deepStrictEqual(yield* redeem(late.ticket), Option.none())
    }).pipe(Effect.provide(Tickets.layer))
  )

  it.effect("never grow beyond their limit, and the oldest make room", () =>
    Effect.gen(function* () {
      const { issue, redeem } = yield* Tickets
      const oldest = yield* issue(principal)
      yield* Effect.forEach(Array.from({ length: limits.tickets.count }), () => issue(principal), {
        discard: true
      })
      const newest = yield* issue(principal)
      assert.deepStrictEqual(yield* redeem(oldest.ticket), Option.none())
      assert.deepStrictEqual(yield* redeem(newest.ticket), Option.some(principal))
    }).pipe(Effect.provide(Tickets.layer))
  )
})
