import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { DeviceId, TenantId } from "../model/ids.ts"
import { DeviceStore } from "../ports/DeviceStore.ts"
import { type DeviceStatus, DeviceStatusStore } from "../ports/DeviceStatusStore.ts"
import type { Instant } from "../time/Instant.ts"
import { KeptReadings } from "./KeptReadings.ts"

const make = Effect.gen(function* () {
  const registry = yield* DeviceStore
  const kept = yield* KeptReadings
  const histories = new Map<DeviceId, Array<DeviceStatus>>()

  const reports = new Map<DeviceId, Omit<DeviceStatus, "deviceId"> & { readonly tenantId: TenantId }>()

  const receivedAt = (deviceId: DeviceId) =>
    Math.max(...[...(kept.devices.get(deviceId)?.values() ?? [])].map(({ heardAt }) => heardAt ?? -Infinity))

  const write = (
    deviceId: DeviceId,
    at: number,
    status: DeviceStatus["status"]
  ): DeviceStatus | undefined => {
    const history = histories.get(deviceId) ?? []
    const before = history.at(-1)
    if (before?.status === status) return undefined
    const written = { deviceId, at: Math.max(at, (before?.at ?? -Infinity) + 1) as Instant, status }
    histories.set(deviceId, [...history, written])
    return written
  }

  const observeOne = (deviceId: DeviceId, now: Instant, silentMs: number): DeviceStatus | undefined => {
    const report = reports.get(deviceId)
    const received = receivedAt(deviceId)
    if (report?.status === "offline" && report.at >= received) return undefined
    const heard = Math.max(received, report?.status === "online" ? report.at : -Infinity)
    if (heard === -Infinity) return undefined
    const silentAt = heard + silentMs
    return silentAt <= now ? write(deviceId, silentAt, "offline") : write(deviceId, heard, "online")
  }

  const ownerOf = (deviceId: DeviceId): TenantId | undefined =>
    reports.get(deviceId)?.tenantId ?? kept.devices.get(deviceId)?.values().next().value?.tenantId

  return {
    observe: (now, silentMs) =>
      Effect.sync(() =>
        [...new Set([...kept.devices.keys(), ...reports.keys()])].sort().flatMap((deviceId) => {
          const tenantId = ownerOf(deviceId)
          const status = observeOne(deviceId, now, silentMs)
          return status === undefined || tenantId === undefined ? [] : [{ ...status, tenantId }]
        })
      ),
    report: Effect.fnUntraced(function* (tenantId, deviceId, at, status) {
      yield* registry.get(tenantId, deviceId)
      const last = Math.max(
        histories.get(deviceId)?.at(-1)?.at ?? -Infinity,
        reports.get(deviceId)?.at ?? -Infinity
      )
      if (at < last) return false
      reports.set(deviceId, { tenantId, at, status })
      return write(deviceId, at, status) !== undefined
    }),
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

/** Keeps in memory when devices were online and offline. */
export const layer: Layer.Layer<DeviceStatusStore, never, DeviceStore | KeptReadings> = Layer.effect(
  DeviceStatusStore,
  make
)
