import { Instant } from "@wattkit/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Random, Result } from "effect"
import { TestClock } from "effect/testing"
import { TimedOut } from "../errors.ts"
import type { OutwardAnswer } from "../exchange.ts"
import { OutwardFetch } from "../OutwardFetch.ts"
import { sendWebhook } from "./sendWebhook.ts"
import { parseWebhookSecret } from "./WebhookSecret.ts"

const secret = Result.getOrThrow(parseWebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
const webhook = {
  url: "https://example.com/hook",
  id: "msg_1",
  payload: `{"type":"bill.ready"}`,
  secrets: [secret] as const,
  attempt: 1
}

const answer = (status: number, headers: OutwardAnswer["headers"] = {}): OutwardAnswer => ({
  status,
  headers,
  body: new TextEncoder().encode("what nobody here shall see"),
  isCut: false
})

const over = (fetch: OutwardFetch["fetch"]) =>
  Effect.provide(Layer.succeed(OutwardFetch, { fetch, check: Effect.succeed }))

describe("a webhook that is sent", () => {
  it.effect("is posted as JSON, signed at the time of the attempt", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1_700_000_000_999)
      const sent: Array<unknown> = []
      const outcome = yield* sendWebhook(webhook).pipe(
        over((url, request) => {
          sent.push({ url, ...request })
          return Effect.succeed(answer(204))
        })
      )
      assert.deepStrictEqual(sent, [
        {
          url: webhook.url,
          method: "POST",
          headers: {
            "content-type": "application/json",
            "user-agent": "wattkit",
            "webhook-id": "msg_1",
            "webhook-timestamp": "1700000000",
            "webhook-signature": "v1,osaHAm1RmOC0Sj5nhGMBcfIm4b60crXNtqYTW0H8sYU="
          },
          body: webhook.payload
        }
      ])
      assert.deepStrictEqual(outcome, {
        at: Result.getOrThrow(Instant.make(1_700_000_000_999)),
        status: 204,
        failure: undefined,
        verdict: { kind: "done" }
      })
    })
  )

  it.effect("has the verdict on its answer, or on there being none", () =>
    Effect.gen(function* () {
      const late = new TimedOut({ during: "answer", message: "late" })
      const of = (attempt: number, said: ReturnType<OutwardFetch["fetch"]>) =>
        sendWebhook({ ...webhook, attempt }).pipe(
          over(() => said),
          Effect.map(({ failure, status, verdict }) => [status, failure?._tag, verdict.kind])
        )
      assert.deepStrictEqual(yield* of(1, Effect.succeed(answer(302))), [302, undefined, "again"])
      assert.deepStrictEqual(yield* of(1, Effect.succeed(answer(410))), [410, undefined, "disable"])
      assert.deepStrictEqual(yield* of(1, Effect.fail(late)), [undefined, "TimedOut", "again"])
      assert.deepStrictEqual(yield* of(10, Effect.fail(late)), [undefined, "TimedOut", "giveUp"])
    })
  )

  it.effect("waits from the end of the attempt on, as long as the receiver asks, with jitter", () =>
    Effect.gen(function* () {
      const slow = Effect.as(TestClock.adjust("9 seconds"), answer(503, { "retry-after": "60" }))
      const ats = yield* Effect.all(
        ["a", "b"].map((seed) =>
          Effect.gen(function* () {
            yield* TestClock.setTime(0)
            const { verdict } = yield* sendWebhook(webhook).pipe(
              over(() => slow),
              Random.withSeed(seed)
            )
            return verdict.kind === "again" ? verdict.at : -1
          })
        )
      )
      for (const at of ats) assert.isTrue(at >= 69_000 && at <= 70_000, String(at))
      assert.notStrictEqual(ats[0], ats[1])
    })
  )

  it.effect("is refused before anything is sent when it is none", () =>
    Effect.gen(function* () {
      const refused = yield* Effect.flip(
        sendWebhook({ ...webhook, payload: "a".repeat(20_000) }).pipe(over(() => Effect.die("it was sent")))
      )
      assert.deepStrictEqual([refused._tag, refused.reason], ["InvalidWebhook", "payload"])
    })
  )
})
