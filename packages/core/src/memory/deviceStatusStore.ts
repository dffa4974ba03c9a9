import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { DeviceId } from "../model/ids.ts"
import { DeviceStore } from "../ports/DeviceStore.ts"
import { type DeviceStatus, DeviceStatusStore } from "../ports/DeviceStatusStore.ts"
import type { Instant } from "../time/Instant.ts"
import { KeptReadings } from "./KeptReadings.ts"

const make = Effect.gen(function* () {
  const registry = yield* DeviceStore
  const kept = yield* KeptReadings
  const histories = new Map<DeviceId, Array<DeviceStatus>>()

  const heardOf = (deviceId: DeviceId) =>
    Math.max(...[...(kept.devices.get(deviceId)?.values() ?? [])].map(({ heardAt }) => heardAt ?? -Infinity))

  const statusOf = (deviceId: DeviceId, now: Instant, silentMs: number): DeviceStatus | undefined => {
    const heard = heardOf(deviceId)
    if (heard === -Infinity) return undefined
    const before = histories.get(deviceId)?.at(-1)
    const status = now - heard >= silentMs ? "offline" : "online"
    if (before?.status === status) return undefined
    const at = Math.max(status === "offline" ? heard + silentMs : heard, (before?.at ?? -Infinity) + 1)
    return { deviceId, at: at as Instant, status }
  }

  return {
    observe: (now, silentMs) =>
      Effect.sync(() =>
        [...kept.devices.keys()].sort().flatMap((deviceId) => {
          const status = statusOf(deviceId, now, silentMs)
          const [channel] = kept.devices.get(deviceId)?.values() ?? []
          if (status === undefined || channel === undefined) return []
          histories.set(deviceId, [...(histories.get(deviceId) ?? []), status])
          return [{ ...status, tenantId: channel.tenantId }]
        })
      ),
    history: Effect.fnUntraced(function* (tenantId, deviceId, within) {
      if (!(yield* Effect.isSuccess(registry.get(tenantId, deviceId)))) return []
      const history = histories.get(deviceId) ?? []
      const inForce = history.findLast(({ at }) => at <= within.start)
      return [
        ...(inForce === undefined ? [] : [inForce]),
        ...history.filter(({ at }) => at > within.start && at < within.end)
      ]
    })
  } satisfies DeviceStatusStore
})

/** Keeps in memory when devices fell silent and were heard again. */
export const layer: Layer.Layer<DeviceStatusStore, never, DeviceStore | KeptReadings> = Layer.effect(
  DeviceStatusStore,
  make
)
