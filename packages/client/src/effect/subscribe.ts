import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { subscribe as subscribeWithPromises } from "../live.ts"
import type { LiveUpdate } from "../live/frames.ts"
import type { SubscribeOptions } from "../live/Subscription.ts"
import type { EffectClient } from "./EffectClient.ts"
import { type Failure, failureOf } from "./Failure.ts"

/**
 * Readings as they are stored: first the state of every location the filter reaches, then its news. The
 * connection lasts as long as the stream runs; while it is busy, what arrives is merged to the newest.
 */
export const subscribe = (
  client: Pick<EffectClient, "promises">,
  options: Omit<SubscribeOptions, "signal" | "onUpdate"> = {}
): Stream.Stream<LiveUpdate, Failure> =>
  Stream.unwrap(
    Effect.acquireRelease(
      Effect.sync(() => subscribeWithPromises(client.promises, options)),
      (subscription) => Effect.sync(subscription.close)
    ).pipe(Effect.map((subscription) => Stream.fromAsyncIterable(subscription, failureOf)))
  )
