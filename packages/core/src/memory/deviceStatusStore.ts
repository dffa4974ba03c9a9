import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type DeviceId, type OwnKey, ownKey, type TenantId } from "../model/ids.ts"
import { DeviceStore } from "../ports/DeviceStore.ts"
import { type DeviceStatus, DeviceStatusStore } from "../ports/DeviceStatusStore.ts"
import type { Instant } from "../time/Instant.ts"
import { channelsOf, KeptReadings } from "./KeptReadings.ts"

/** Whose device it is, and which. */
interface Whose {
  readonly tenantId: TenantId
  readonly deviceId: DeviceId
}

const keyOf = ({ deviceId, tenantId }: Whose): OwnKey => ownKey(tenantId, deviceId)

/** When something a device said was last received. */
const receivedAt = (kept: KeptReadings, { deviceId, tenantId }: Whose): number =>
  Math.max(...[...channelsOf(kept, tenantId, deviceId).values()].map(({ heardAt }) => heardAt ?? -Infinity))

const make = Effect.gen(function* () {
  const registry = yield* DeviceStore
  const kept = yield* KeptReadings
  const histories = new Map<OwnKey, Array<DeviceStatus>>()
  const reports = new Map<OwnKey, DeviceStatus & Whose>()

  const write = (device: Whose, at: number, status: DeviceStatus["status"]): DeviceStatus | undefined => {
    const history = histories.get(keyOf(device)) ?? []
    const before = history.at(-1)
    if (before?.status === status) return undefined
    const written = {
      deviceId: device.deviceId,
      at: Math.max(at, (before?.at ?? -Infinity) + 1) as Instant,
      status
    }
    histories.set(keyOf(device), [...history, written])
    return written
  }

  const observeOne = (device: Whose, now: Instant, silentMs: number): DeviceStatus | undefined => {
    const report = reports.get(keyOf(device))
    const received = receivedAt(kept, device)
    if (report?.status === "offline" && report.at >= received) return undefined
    const heard = Math.max(received, report?.status === "online" ? report.at : -Infinity)
    if (heard === -Infinity) return undefined
    const silentAt = heard + silentMs
    return silentAt <= now ? write(device, silentAt, "offline") : write(device, heard, "online")
  }

  /** Every device that was ever heard, in the order of ids. */
  const heardOf = (): ReadonlyArray<Whose> => {
    const spoke = [...kept.devices.values()].flatMap((channels) => [...channels.values()].slice(0, 1))
    const heard = new Map([...spoke, ...reports.values()].map((one): [OwnKey, Whose] => [keyOf(one), one]))
    return [...heard.values()].sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1))
  }

  return {
    observe: (now, silentMs) =>
      Effect.sync(() =>
        heardOf().flatMap((device) => {
          const status = observeOne(device, now, silentMs)
          return status === undefined ? [] : [{ ...status, tenantId: device.tenantId }]
        })
      ),
    report: Effect.fnUntraced(function* (tenantId, deviceId, at, status) {
      yield* registry.get(tenantId, deviceId)
      const device = { tenantId, deviceId }
      const key = keyOf(device)
      const last = Math.max(histories.get(key)?.at(-1)?.at ?? -Infinity, reports.get(key)?.at ?? -Infinity)
      if (at < last) return false
      reports.set(key, { ...device, at, status })
      return write(device, at, status) !== undefined
    }),
    history: Effect.fnUntraced(function* (tenantId, deviceId, within) {
      if (!(yield* Effect.isSuccess(registry.get(tenantId, deviceId)))) return []
      const history = histories.get(ownKey(tenantId, deviceId)) ?? []
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
