import type { TenantId } from "@wattkit/core"
import { Credentials } from "@wattkit/engine"
import { Context, Effect, Layer, Option, type Redacted } from "effect"
import { ExternalBroker } from "./external.ts"
import { MqttBroker } from "./MqttBroker.ts"

/** How a message goes out. */
export interface OutOptions {
  readonly qos: 0 | 1
  readonly retain: boolean
}

/** Publishes to the devices and programs of a tenant, over whatever broker there is. */
export class MqttOut extends Context.Service<
  MqttOut,
  {
    /**
     * `delivered` says that somebody got it, or with an external broker that the broker has it; `failed` that
     * an external broker should have it and has not. Nothing is kept for those who come later, unless it is
     * retained.
     */
    readonly publish: (
      tenantId: TenantId,
      topic: string,
      payload: string,
      options: OutOptions
    ) => Effect.Effect<{ readonly delivered: boolean; readonly failed: boolean }>
  }
>()("@wattkit/server/MqttOut") {
  /**
   * Over the embedded broker and the external one, as far as there are any. An external broker is of the
   * tenant whose key it is used with, and hears nothing of others.
   */
  static readonly layer = (externalKey?: Redacted.Redacted) => Layer.effect(MqttOut, make(externalKey))
}

const make = Effect.fnUntraced(function* (externalKey: Redacted.Redacted | undefined) {
  const { verify } = yield* Credentials
  const embedded = Option.getOrUndefined(yield* Effect.serviceOption(MqttBroker))
  const external = Option.getOrUndefined(yield* Effect.serviceOption(ExternalBroker))

  const isTheirs = (tenantId: TenantId) =>
    externalKey === undefined
      ? Effect.succeed(false)
      : Effect.map(
          verify(externalKey),
          Option.exists((bearer) => bearer.tenantId === tenantId)
        )

  const publishThere = (tenantId: TenantId, topic: string, payload: string, options: OutOptions) =>
    external === undefined
      ? Effect.succeed("not theirs" as const)
      : Effect.flatMap(isTheirs(tenantId), (theirs) =>
          theirs
            ? Effect.as(external.publish(topic, payload, options), "there" as const)
            : Effect.succeed("not theirs" as const)
        ).pipe(Effect.catch(() => Effect.succeed("failed" as const)))

  return MqttOut.of({
    publish: (tenantId, topic, payload, options) =>
      Effect.suspend(() => {
        const here = (embedded?.publish(tenantId, { topic, payload, ...options }) ?? 0) > 0
        return Effect.map(publishThere(tenantId, topic, payload, options), (there) => ({
          delivered: here || there === "there",
          failed: there === "failed"
        }))
      })
  })
})
