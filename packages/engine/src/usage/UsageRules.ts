import {
  type ChannelName,
  type DeviceId,
  type DeviceStore,
  type LocationStore,
  type NotFound,
  type Principal,
  type StorageError,
  type UsageRules as Rules,
  UsageStore
} from "@wattkit/core"
import { Context, Effect, Layer } from "effect"
import { makeAccess } from "../access/Access.ts"
import { requireScope } from "../authorise.ts"
import type { Forbidden } from "../Forbidden.ts"

type Failure = Forbidden | NotFound | StorageError

/** How readings become usage, channel by channel, as far as the one who asks may see and change it. */
export class UsageRules extends Context.Service<
  UsageRules,
  {
    readonly get: (
      principal: Principal,
      deviceId: DeviceId,
      channel: ChannelName
    ) => Effect.Effect<Rules, Failure>
    /** Sets all rules of a channel. Its usage follows them, also that of the past. */
    readonly set: (
      principal: Principal,
      deviceId: DeviceId,
      channel: ChannelName,
      rules: Rules
    ) => Effect.Effect<Rules, Failure>
  }
>()("@wattkit/engine/UsageRules") {
  static readonly layer: Layer.Layer<UsageRules, never, UsageStore | DeviceStore | LocationStore> =
    Layer.suspend(() => Layer.effect(UsageRules, make))
}

const make = Effect.gen(function* () {
  const store = yield* UsageStore
  const { reachDevice } = yield* makeAccess
  return UsageRules.of({
    get: Effect.fn("UsageRules.get")(function* (principal, deviceId, channel) {
      yield* requireScope(principal, "read")
      yield* reachDevice(principal, deviceId)
      return yield* store.rules(principal.tenantId, deviceId, channel)
    }),
    set: Effect.fn("UsageRules.set")(function* (principal, deviceId, channel, rules) {
      yield* requireScope(principal, "manage")
      yield* reachDevice(principal, deviceId)
      yield* store.setRules(principal.tenantId, deviceId, channel, rules)
      return rules
    })
  })
})
