import {
  type ChannelUsage,
  type DeviceReading,
  type KeptResolution,
  ReadingStore,
  StorageUpkeep,
  type UsageCursor,
  UsageStore
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Model } from "./Model.ts"
import type { Sequence } from "./Sequence.ts"

const always = { start: 0, end: 253_402_300_799_999 } as ChannelUsage["within"]

/** A value as text that is the same exactly when the value is, whatever the order of its fields. */
const said = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner
  )

/** Where two lists differ first, in words. */
const differ = (what: string, is: ReadonlyArray<unknown>, expected: ReadonlyArray<unknown>) => {
  const [shown, wanted] = [is.map(said), expected.map(said)]
  const place = Array.from({ length: Math.max(shown.length, wanted.length) }).findIndex(
    (_, i) => shown[i] !== wanted[i]
  )
  if (place < 0) return []
  return [
    `${what}, ${place}. of ${shown.length} (${wanted.length}):\n  is ${shown[place]}\n not ${wanted[place]}`
  ]
}

/** All cells of a resolution, page by page. */
const cellsOf = Effect.fnUntraced(function* (sequence: Sequence, resolution: KeptResolution) {
  const store = yield* UsageStore
  const cells: Array<ChannelUsage> = []
  const limit = 4_000
  const query = { deviceIds: sequence.devices.map(({ id }) => id), within: always, resolution, limit }
  for (let after: UsageCursor | undefined; ;) {
    const page = yield* store.page(sequence.tenantId, { ...query, after })
    cells.push(...page)
    const last = page.at(-1)
    if (last === undefined || page.length < limit) return cells
    after = { deviceId: last.deviceId, channel: last.channel, start: last.within.start }
  }
})

const usageDifferences = Effect.fnUntraced(function* (sequence: Sequence, model: Model) {
  const places = sequence.channels.toSorted((a, b) =>
    a.deviceId === b.deviceId ? (a.channel < b.channel ? -1 : 1) : a.deviceId < b.deviceId ? -1 : 1
  )
  const differences: Array<string> = []
  for (const resolution of ["PT15M", "PT1H", "P1D"] as const) {
    const is = yield* cellsOf(sequence, resolution)
    const expected = places.flatMap(({ channel, deviceId, locationId }) =>
      model
        .usage({ deviceId, channel }, locationId, resolution)
        .map((cell) => ({ ...cell, deviceId, channel }))
    )
    differences.push(...differ(`usage by ${resolution}`, is, expected))
  }
  return differences
})

/** Where what the stores show differs from what the model says: readings, versions, latest and usage. */
export const compare = Effect.fnUntraced(function* (sequence: Sequence, model: Model) {
  const { channels, devices, tenantId } = sequence
  const readings = yield* ReadingStore
  const differences: Array<string> = []
  const newest: Array<DeviceReading> = []
  yield* (yield* StorageUpkeep).refreshUsage
  for (const { channel, deviceId } of channels) {
    const query = { deviceId, channel, within: always }
    const shown = yield* Stream.runCollect(readings.scan(tenantId, query))
    const counted = model.counted(query).map(({ reading }) => reading)
    differences.push(...differ(`readings of ${deviceId} ${channel}`, shown, counted))
    const last = counted.at(-1)
    if (last !== undefined) newest.push({ ...last, deviceId })
  }
  const corrected = model
    .identities()
    .filter((id, i) => i % 50 === 0 || model.revisions(id).length > 1 || model.revisions(id)[0]?.provenance)
  for (const id of corrected) {
    const versions = yield* readings.revisions(tenantId, id)
    const is = versions.map(({ provenance, reading }) => ({ provenance, reading }))
    differences.push(...differ(`versions of ${said(id)}`, is, model.revisions(id)))
  }
  const latest = yield* readings.latest(
    tenantId,
    devices.map(({ id }) => id)
  )
  const inOrder = (some: ReadonlyArray<DeviceReading>) => some.map(said).sort()
  differences.push(...differ("latest", inOrder(latest), inOrder(newest)))
  differences.push(...(yield* usageDifferences(sequence, model)))
  return differences
})
