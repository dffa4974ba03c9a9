import type { TenantId } from "@wattkit/core"
import { Messages } from "@wattkit/engine"
import { isBirth, type Places } from "@wattkit/formats"
import { Context, Effect, Layer } from "effect"

/** Tells when Home Assistant has started at the broker of a tenant, and wants to hear everything again. */
export class Births extends Context.Service<
  Births,
  {
    readonly tell: (tenantId: TenantId) => void
    readonly listen: (listener: (tenantId: TenantId) => void) => void
  }
>()("@wattkit/server/Births") {
  static readonly layer = Layer.sync(Births, () => {
    const listeners = new Set<(tenantId: TenantId) => void>()
    return {
      tell: (tenantId) => listeners.forEach((listener) => listener(tenantId)),
      listen: (listener) => void listeners.add(listener)
    }
  })
}

/** Messages as the brokers hand them on, overheard for what Home Assistant says of itself. */
export const overhear = (places: Places) =>
  Layer.effect(
    Messages,
    Effect.gen(function* () {
      const births = yield* Births
      const messages = yield* Messages
      return Messages.of({
        ...messages,
        receive: (principal, message, options) => {
          const isFromProgram = principal.deviceId === null
          if (isFromProgram && message.topic === `${places.prefix}/status` && message.payload.length < 16) {
            const words = Buffer.from(message.payload).toString()
            if (isBirth(places, message.topic, words)) births.tell(principal.tenantId)
          }
          return messages.receive(principal, message, options)
        }
      })
    })
  )
