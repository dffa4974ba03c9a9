import {
  type DeviceId,
  type KeptResolution,
  mainChannel,
  type Principal,
  ReadingStore,
  type Usage,
  type UsageQuery,
  UsageStore
} from "@wattkit/core"
import { Effect } from "effect"
import { sumUsage } from "./sumUsage.ts"

/** Two totals over the same cells as one: what is not covered in either is not covered. */
const together = (a: ReadonlyArray<Usage>, b: ReadonlyArray<Usage>): ReadonlyArray<Usage> => {
  const byStart = new Map(a.map((usage) => [usage.within.start, usage]))
  for (const usage of b) {
    const { start } = usage.within
    const other = byStart.get(start)
    const sum = other && {
      ...sumUsage(usage.within, [other, usage]),
      coveredMs: Math.min(other.coveredMs, usage.coveredMs)
    }
    byStart.set(start, sum ?? usage)
  }
  return [...byStart.values()].sort((one, other) => one.within.start - other.within.start)
}

/**
 * Adds the usage of devices up. The main channel of a device is the whole of it, so its phases and registers
 * count only where there is none.
 */
export const makeTotal = Effect.gen(function* () {
  const store = yield* UsageStore
  const readings = yield* ReadingStore
  return Effect.fnUntraced(function* (
    tenantId: Principal["tenantId"],
    query: Omit<UsageQuery, "channel" | "resolution">,
    resolution: KeptResolution
  ) {
    const { deviceIds, within } = query
    const spoken = yield* readings.latest(tenantId, deviceIds)
    const whole = new Set<DeviceId>()
    for (const { channel, deviceId } of spoken) if (channel === mainChannel) whole.add(deviceId)
    const of = (ids: ReadonlyArray<DeviceId>, channel: typeof mainChannel | undefined) =>
      ids.length === 0
        ? Effect.succeed([])
        : store.total(tenantId, { deviceIds: ids, channel, within, resolution })
    const wholes = yield* of(
      deviceIds.filter((id) => whole.has(id)),
      mainChannel
    )
    const parts = yield* of(
      deviceIds.filter((id) => !whole.has(id)),
      undefined
    )
    if (parts.length === 0) return wholes
    return wholes.length === 0 ? parts : together(wholes, parts)
  })
})
