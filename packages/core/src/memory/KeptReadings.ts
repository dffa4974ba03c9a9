import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import { type ChannelName, type DeviceId, type OwnKey, ownKey, type TenantId } from "../model/ids.ts"
import type { DeviceReading } from "../model/Reading.ts"
import type { UsageRules } from "../model/UsageRules.ts"
import type { KeptResolution } from "../ports/UsageStore.ts"
import type { Usage } from "../model/Usage.ts"
import type { Instant } from "../time/Instant.ts"
import * as Versions from "./Versions.ts"

/** The cells of a channel by when they begin. */
export type Cells = { readonly [resolution in KeptResolution]: ReadonlyMap<number, Usage> }

/** Everything kept of one channel. */
export interface KeptChannel {
  readonly tenantId: TenantId
  readonly deviceId: DeviceId
  readonly channel: ChannelName
  readonly versions: Map<Instant, Versions.Versions>
  /** The newest reading that counts; it stays when the readings of its time are given up. */
  newest: DeviceReading | undefined
  /** When something the device said was last received. */
  heardAt: Instant | undefined
  rules: UsageRules | undefined
  /** Rises with every change of the readings that count and of the rules. */
  changes: number
  cells: Cells
  /** Of which changes and which days `cells` are. */
  cellsOf: string
}

/** What the stores of readings, usage and statuses in memory share. */
export interface KeptReadings {
  readonly devices: Map<OwnKey, Map<ChannelName, KeptChannel>>
  /** Readings before it were given up, but for the few that usage after it leans on. */
  readingsFrom: number
  /** Cells that begin before these were given up. */
  readonly cellsFrom: { [resolution in KeptResolution]: number }
}

/** The key of what the stores in memory share. */
export const KeptReadings = Context.Service<KeptReadings>("@wattkit/core/KeptReadings")

/** Nothing kept yet. */
export const layer: Layer.Layer<KeptReadings> = Layer.sync(KeptReadings, () => ({
  devices: new Map(),
  readingsFrom: Number.NEGATIVE_INFINITY,
  cellsFrom: {
    PT15M: Number.NEGATIVE_INFINITY,
    PT1H: Number.NEGATIVE_INFINITY,
    P1D: Number.NEGATIVE_INFINITY
  }
}))

/** The channels of a device that are kept. */
export const channelsOf = (
  kept: KeptReadings,
  tenantId: TenantId,
  deviceId: DeviceId
): ReadonlyMap<ChannelName, KeptChannel> => kept.devices.get(ownKey(tenantId, deviceId)) ?? new Map()

/** The channel of a device, made when it is not there. */
export const channelOf = (
  kept: KeptReadings,
  tenantId: TenantId,
  deviceId: DeviceId,
  channel: ChannelName
): KeptChannel => {
  const device = ownKey(tenantId, deviceId)
  const channels = kept.devices.get(device) ?? new Map<ChannelName, KeptChannel>()
  kept.devices.set(device, channels)
  const known = channels.get(channel)
  if (known !== undefined) return known
  const made: KeptChannel = {
    tenantId,
    deviceId,
    channel,
    versions: new Map(),
    newest: undefined,
    heardAt: undefined,
    rules: undefined,
    changes: 0,
    cells: { PT15M: new Map(), PT1H: new Map(), P1D: new Map() },
    cellsOf: ""
  }
  channels.set(channel, made)
  return made
}

/** The readings that count, oldest first, and whether a person edited them. */
export const countedOf = (
  channel: KeptChannel,
  from: number
): ReadonlyArray<{ readonly reading: DeviceReading; readonly isEdited: boolean }> =>
  [...channel.versions]
    .flatMap(([at, versions]) => {
      const reading = at >= from ? Versions.counted(versions) : null
      return reading === null
        ? []
        : [{ reading: { ...reading, deviceId: channel.deviceId }, isEdited: Versions.isEdited(versions) }]
    })
    .sort((a, b) => a.reading.at - b.reading.at)

/** Takes note that the versions of the reading at an instant changed. */
export const noteChange = (kept: KeptReadings, channel: KeptChannel, at: Instant): void => {
  channel.changes++
  const reading = Versions.counted(channel.versions.get(at) ?? [])
  if (reading !== null && (channel.newest === undefined || at >= channel.newest.at)) {
    channel.newest = { ...reading, deviceId: channel.deviceId }
  } else if (reading === null && channel.newest?.at === at) {
    channel.newest = countedOf(channel, kept.readingsFrom).at(-1)?.reading
  }
}
