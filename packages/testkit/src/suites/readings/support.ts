import { assert } from "@effect/vitest"
import {
  type AppendOutcome,
  ChannelName,
  type DeviceId,
  type DeviceReading,
  type DeviceStore,
  type LocationStore,
  mainChannel,
  type Reading,
  ReadingStore,
  type TenantId,
  type TenantStore
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import type { Check } from "../Check.ts"
import { at } from "../registered.ts"

/** What the checks of a reading store need: the store, and the registry its devices stand in. */
export type Needs = ReadingStore | DeviceStore | LocationStore | TenantStore

/** One promise of a reading store. */
export type ReadingCheck = Check<Needs>

/** A reading of the main channel, so many seconds after the fixed instant. */
export const reading = (
  deviceId: DeviceId,
  seconds: number,
  quantities: Partial<Reading> = { powerW: seconds }
): DeviceReading => ({ deviceId, at: at(seconds), channel: mainChannel, ...quantities })

/** A channel by name. */
export const channel = (name: string): ChannelName => ChannelName.make(name)

/** Everything that can be asked of a channel. */
export const always = { start: at(-1_000_000), end: at(1_000_000_000) }

/** All readings of one channel of a device. */
export const all = (deviceId: DeviceId, name: ChannelName = mainChannel) => ({
  deviceId,
  channel: name,
  within: always
})

/** The reading without its device, as a page answers it. */
export const bare = ({ deviceId: _, ...rest }: DeviceReading): Reading => rest

/** Appends and asserts the outcomes. */
export const append = Effect.fnUntraced(function* (
  tenantId: TenantId,
  batch: ReadonlyArray<DeviceReading>,
  expected: ReadonlyArray<AppendOutcome>
) {
  const store = yield* ReadingStore
  assert.deepStrictEqual(yield* store.append(tenantId, batch), expected)
})

/** Asserts which readings of one channel are stored. */
export const assertStored = Effect.fnUntraced(function* (
  tenantId: TenantId,
  deviceId: DeviceId,
  expected: ReadonlyArray<DeviceReading>,
  name: ChannelName = mainChannel
) {
  const store = yield* ReadingStore
  const stored = yield* store.page(tenantId, { ...all(deviceId, name), limit: 10_000 })
  assert.deepStrictEqual(stored, expected.map(bare))
})

const order = (a: DeviceReading, b: DeviceReading): number =>
  `${a.deviceId} ${a.channel}` < `${b.deviceId} ${b.channel}` ? -1 : 1

/** Asserts the newest readings of devices, which a store may answer in any order. */
export const assertLatest = Effect.fnUntraced(function* (
  tenantId: TenantId,
  deviceIds: ReadonlyArray<DeviceId>,
  expected: ReadonlyArray<DeviceReading>
) {
  const store = yield* ReadingStore
  const latest = yield* store.latest(tenantId, deviceIds)
  assert.deepStrictEqual([...latest].sort(order), [...expected].sort(order))
})

/** The same outcome for each of `count` readings. */
export const each = (count: number, outcome: AppendOutcome): ReadonlyArray<AppendOutcome> =>
  Array.from({ length: count }, () => outcome)
