import type { Health } from "@wattkit/api"
import type { Instant } from "@wattkit/core"
import type { SubscriberState } from "@wattkit/transport-mqtt"
import { Effect, Option } from "effect"
import { ExternalBroker } from "./external.ts"
import { MqttBroker } from "./MqttBroker.ts"

type Components = Health["components"]

/** What is wrong in a state. Why it came to that may name addresses, and stays in the log. */
const wrongIn: { readonly [state in SubscriberState]: string | undefined } = {
  connecting: "is not connected",
  connected: undefined,
  paused: undefined,
  held: "waits until messages can be stored; the broker keeps them meanwhile",
  disconnected: "is not connected",
  closed: "is not connected"
}

const componentOf = (
  message: string | undefined,
  counts: Omit<Components[string], "status" | "message" | "lagMs">
): Components[string] =>
  message === undefined ? { status: "up", ...counts } : { status: "down", message, ...counts }

const ofBroker = ({ port, state }: MqttBroker["Service"]): Components[string] => {
  const { connections, inFlight } = state()
  const { bytes, messages, peakBytes, peakMessages } = inFlight
  const peak = { messages: peakMessages, bytes: peakBytes }
  const counts = { connections, inFlight: { messages, bytes }, peak }
  return componentOf(port === undefined ? "does not listen, its port is taken" : undefined, counts)
}

const ofExternal = ({ status }: ExternalBroker["Service"]): Effect.Effect<Components[string]> =>
  Effect.map(status, ({ counts, inFlight: { bytes, messages }, peak, since, state }) =>
    componentOf(wrongIn[state], {
      inFlight: { messages, bytes },
      peak,
      reconnects: Math.max(0, counts.connects - 1),
      ...(since === undefined ? {} : { since: since as Instant.Instant })
    })
  )

/**
 * How MQTT is at this moment, as far as this server has it. A broker that is away keeps nobody from using the
 * other ways in, so this does not make the server unready.
 */
export const mqttHealth: Effect.Effect<Effect.Effect<Components>> = Effect.gen(function* () {
  const embedded = Option.getOrUndefined(yield* Effect.serviceOption(MqttBroker))
  const external = Option.getOrUndefined(yield* Effect.serviceOption(ExternalBroker))
  return Effect.gen(function* () {
    return {
      ...(embedded === undefined ? {} : { mqtt: ofBroker(embedded) }),
      ...(external === undefined ? {} : { mqttSubscriber: yield* ofExternal(external) })
    }
  })
})
