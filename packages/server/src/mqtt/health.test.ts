import { assert, describe, it } from "@effect/vitest"
import type { Instant } from "@wattkit/core"
import type { SubscriberState, SubscriberStatus } from "@wattkit/transport-mqtt"
import { Effect } from "effect"
import { ExternalBroker } from "./external.ts"
import { mqttHealth } from "./health.ts"
import { MqttBroker } from "./MqttBroker.ts"

const inFlight = { messages: 3, bytes: 300 }
const peak = { messages: 1_999, bytes: 200_000 }

/** A broker that listens on a port, or would have. */
const brokerOn = (port: number | undefined) =>
  ({
    port,
    state: () => ({
      connections: 7,
      inFlight: { ...inFlight, peakMessages: peak.messages, peakBytes: peak.bytes }
    })
  }) as MqttBroker["Service"]

const subscriberIn = (state: SubscriberState) => {
  const isUp = state === "connected" || state === "paused"
  const status = {
    state,
    since: isUp ? 1_780_000_000_000 : undefined,
    inFlight: { ...inFlight, oldestMs: 1 },
    peak,
    counts: { connects: 3 },
    lastError: "mqtt://secret@host"
  }
  return { status: Effect.succeed(status as SubscriberStatus) } as ExternalBroker["Service"]
}

describe("the health of MQTT", () => {
  it.effect("has nothing to say where there is none", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Effect.flatten(mqttHealth), {})
    })
  )

  it.effect("says what is in flight, and the most that was", () =>
    Effect.gen(function* () {
      const health = Effect.flatten(mqttHealth).pipe(
        Effect.provideService(ExternalBroker, subscriberIn("connected"))
      )
      const up = { status: "up", inFlight, peak } as const
      assert.deepStrictEqual(yield* Effect.provideService(health, MqttBroker, brokerOn(1883)), {
        mqtt: { ...up, connections: 7 },
        mqttSubscriber: { ...up, reconnects: 2, since: 1_780_000_000_000 as Instant.Instant }
      })
      const { mqtt } = yield* Effect.provideService(health, MqttBroker, brokerOn(undefined))
      assert.strictEqual(mqtt?.status, "down")
    })
  )

  it.effect("is down while nothing can be heard or stored, without saying where", () =>
    Effect.gen(function* () {
      for (const state of ["connecting", "held", "disconnected", "closed"] as const) {
        const { mqttSubscriber } = yield* Effect.flatten(mqttHealth).pipe(
          Effect.provideService(ExternalBroker, subscriberIn(state))
        )
        assert.strictEqual(mqttSubscriber?.status, "down")
        assert.isUndefined(mqttSubscriber?.since)
        assert.notInclude(JSON.stringify(mqttSubscriber), "secret")
      }
      const { mqttSubscriber } = yield* Effect.flatten(mqttHealth).pipe(
        Effect.provideService(ExternalBroker, subscriberIn("paused"))
      )
      assert.strictEqual(mqttSubscriber?.status, "up")
    })
  )
})
