import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type ChannelName, type DeviceId, mainChannel, type TenantId } from "../model/ids.ts"
import type { ChannelUsage, Usage } from "../model/Usage.ts"
import { type UsageRules, usualRules } from "../model/UsageRules.ts"
import { DeviceStore } from "../ports/DeviceStore.ts"
import { LocationStore } from "../ports/LocationStore.ts"
import { type UsageCursor, type UsageQuery, UsageStore } from "../ports/UsageStore.ts"
import { contains } from "../time/Interval.ts"
import * as ZoneHistory from "../time/ZoneHistory.ts"
import { channelOf, channelsOf, KeptReadings } from "./KeptReadings.ts"
import { overChannels, refresh } from "./usageCells.ts"

const compare = (a: UsageCursor, b: UsageCursor): number => {
  if (a.deviceId !== b.deviceId) return a.deviceId < b.deviceId ? -1 : 1
  if (a.channel !== b.channel) return a.channel < b.channel ? -1 : 1
  return a.start - b.start
}

const cursorOf = ({ channel, deviceId, within }: ChannelUsage): UsageCursor => ({
  deviceId,
  channel,
  start: within.start
})

type Choose = (channels: ReturnType<typeof channelsOf>) => ChannelName | undefined

/** Every channel counts. */
const every: Choose = () => undefined

/** The main channel is the whole of a device, where it has said something. */
const whole: Choose = (channels) =>
  channels.get(mainChannel)?.newest === undefined ? undefined : mainChannel

const make = Effect.gen(function* () {
  const registry = yield* DeviceStore
  const locations = yield* LocationStore
  const kept = yield* KeptReadings

  const cellsOf = Effect.fnUntraced(function* (
    tenantId: TenantId,
    deviceId: DeviceId,
    query: UsageQuery,
    choose: Choose
  ) {
    const { locationId } = yield* registry.get(tenantId, deviceId)
    const calendar = ZoneHistory.calendarOf(yield* locations.zones(tenantId, locationId))
    const channels = channelsOf(kept, tenantId, deviceId)
    const wanted = query.channel ?? choose(channels)
    return [...channels.values()]
      .filter(({ channel }) => wanted === undefined || channel === wanted)
      .flatMap((channel): ReadonlyArray<ChannelUsage> => {
        refresh(kept, channel, calendar)
        return [...channel.cells[query.resolution].values()]
          .filter(({ within }) => contains(query.within, within.start))
          .map((cell) => ({ ...cell, deviceId, channel: channel.channel }))
      })
  })

  const select = Effect.fnUntraced(function* (tenantId: TenantId, query: UsageQuery, choose: Choose) {
    const cells = yield* Effect.forEach([...new Set(query.deviceIds)], (deviceId) =>
      Effect.catchTag(cellsOf(tenantId, deviceId, query, choose), "NotFound", () => Effect.succeed([]))
    )
    return cells.flat().sort((a, b) => compare(cursorOf(a), cursorOf(b)))
  })

  return {
    page: (tenantId, query) =>
      Effect.map(select(tenantId, query, every), (cells) =>
        cells
          .filter((cell) => query.after === undefined || compare(cursorOf(cell), query.after) > 0)
          .slice(0, query.limit)
      ),
    total: (tenantId, query) =>
      Effect.map(select(tenantId, query, whole), (cells) => {
        const together = Map.groupBy(cells, ({ within }) => `${within.start} ${within.end}`)
        return [...together.values()]
          .map((some): Usage => overChannels(some[0]!.within, some))
          .sort((a, b) => a.within.start - b.within.start)
      }),
    rules: (tenantId, deviceId, channel) =>
      Effect.map(
        registry.get(tenantId, deviceId),
        () => channelsOf(kept, tenantId, deviceId).get(channel)?.rules ?? usualRules
      ),
    setRules: (tenantId: TenantId, deviceId: DeviceId, channel: ChannelName, rules: UsageRules) =>
      Effect.map(registry.get(tenantId, deviceId), () => {
        const known = channelOf(kept, tenantId, deviceId, channel)
        known.rules = rules
        known.changes++
      })
  } satisfies UsageStore
})

/** Computes usage from the readings in memory when it is asked for, so it never lags behind them. */
export const layer: Layer.Layer<UsageStore, never, DeviceStore | LocationStore | KeptReadings> = Layer.effect(
  UsageStore,
  make
)
