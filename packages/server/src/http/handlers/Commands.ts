import { Api, Command, CurrentPrincipal } from "@wattkit/api"
import { Instant, makeId } from "@wattkit/core"
import { Registry, requireScope } from "@wattkit/engine"
import { Effect, Option, Schema } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { MqttOut } from "../../mqtt/MqttOut.ts"
import { answer } from "../answer.ts"

const write = Schema.encodeSync(Schema.fromJsonString(Command))

/** Hands commands to the brokers. Without one nobody hears them, which is said. */
export const layer = HttpApiBuilder.group(
  Api,
  "commands",
  Effect.fn(function* (handlers) {
    const registry = yield* Registry
    const out = Option.getOrUndefined(yield* Effect.serviceOption(MqttOut))
    return handlers.handleAll({
      send: Effect.fnUntraced(function* ({ params, payload }) {
        const principal = yield* CurrentPrincipal
        const sent = Effect.gen(function* () {
          yield* requireScope(principal, "manage")
          const device = yield* registry.device(principal, params.id)
          const at = yield* Instant.now
          const id = makeId("cmd", at, crypto.getRandomValues(new Uint8Array(16)))
          const topic = `devices/${device.id}/commands`
          // A command that waits for a device to come back would surprise whoever stands beside it by then.
          const options = { qos: 1, retain: false } as const
          const text = write({ id, at, ...payload })
          const delivered =
            out === undefined
              ? false
              : (yield* out.publish(principal.tenantId, topic, text, options)).delivered
          return { id, delivered }
        })
        return yield* answer(sent)
      })
    })
  })
)
