import { Instant } from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import type { OutwardError } from "../errors.ts"
import { OutwardFetch } from "../OutwardFetch.ts"
import { type InvalidWebhook, signWebhook, type Webhook } from "./sign.ts"
import { webhookVerdict, type WebhookVerdict } from "./verdict.ts"

/** A webhook and where it goes. */
export interface WebhookDelivery extends Webhook {
  readonly url: string
  /** Which attempt this is; the first is 1. */
  readonly attempt: number
}

/** What came of an attempt: keep it, and do as the verdict says. */
export interface WebhookOutcome {
  readonly at: Instant.Instant
  /** What was answered; the body is not kept, because it may say what nobody here shall see. */
  readonly status: number | undefined
  /** Why there is no answer. */
  readonly failure: OutwardError | undefined
  readonly verdict: WebhookVerdict
}

/** Signs and sends a webhook once, and says what is to become of it. */
export const sendWebhook = Effect.fnUntraced(function* ({
  attempt,
  url,
  ...webhook
}: WebhookDelivery): Effect.fn.Return<WebhookOutcome, InvalidWebhook, OutwardFetch> {
  const outward = yield* OutwardFetch
  const signed = yield* Effect.fromResult(signWebhook(webhook, yield* Instant.now))
  const answer = yield* Effect.result(
    outward.fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "wattkit", ...signed },
      body: webhook.payload
    })
  )
  const [at, random] = [yield* Instant.now, yield* Random.next]
  const status = Result.isSuccess(answer) ? answer.success.status : undefined
  const retryAfter = Result.isSuccess(answer) ? answer.success.headers["retry-after"] : undefined
  return {
    at,
    status,
    failure: Result.isFailure(answer) ? answer.failure : undefined,
    verdict: webhookVerdict({ attempt, at, status, retryAfter, random })
  }
})
