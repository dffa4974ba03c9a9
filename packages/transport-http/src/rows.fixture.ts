import { ChannelName, type DeviceReading, DeviceId, type QuantityName, quantities } from "@wattkit/core"
import * as fc from "fast-check"
import type { RowFault, RowReader, RowSink } from "./Row.ts"
import { least, most } from "./Row.ts"

/** What a reader said of a file, in its order. */
export interface Heard {
  readonly readings: Array<readonly [number, DeviceReading]>
  readonly faults: Array<readonly [number, ReadonlyArray<RowFault>]>
}

/** Reads bytes cut into pieces and answers what was said, and where the reader ended. */
export const hear = (
  make: (sink: RowSink) => RowReader,
  bytes: Uint8Array,
  pieces: ReadonlyArray<number> = [1 << 20]
): Heard & { readonly end: number; readonly line: number } => {
  const heard: Heard = { readings: [], faults: [] }
  const reader = make({
    reading: (reading, line) => heard.readings.push([line, reading]),
    faults: (faults, line) => heard.faults.push([line, faults])
  })
  for (let from = 0, i = 0; from < bytes.length; i++) {
    const length = pieces[i % pieces.length] ?? 1
    reader.push(bytes.slice(from, from + length))
    from += length
  }
  reader.end()
  const { line, offset } = reader.place()
  return { ...heard, end: offset, line }
}

const within = (i: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min: Math.ceil(Math.max(least[i]!, -1e6)), max: Math.min(most[i]!, 1e6) }),
    fc.double({ min: least[i]!, max: most[i]!, noNaN: true })
  )

const id = fc.stringMatching(/^[A-Za-z0-9._:-]{1,64}$/).filter((text) => text !== "." && text !== "..")

/** Readings as a store gives them. */
export const reading: fc.Arbitrary<DeviceReading> = fc
  .tuple(
    id,
    fc.oneof(fc.constant("main"), id),
    fc.integer({ min: 0, max: 4e12 }),
    fc.record(
      Object.fromEntries(quantities.map((name, i) => [name, within(i)])) as Record<
        QuantityName,
        fc.Arbitrary<number>
      >,
      { requiredKeys: ["powerW"], noNullPrototype: true }
    ),
    fc.option(fc.dictionary(fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,9}$/), fc.integer(), { minKeys: 1 }), {
      nil: undefined,
      freq: 5
    }),
    fc.option(fc.integer({ min: 1, max: 1e6 }), { nil: undefined })
  )
  .map(([deviceId, channel, at, said, extra, before]) => {
    const hasDelta = said.importDeltaWh !== undefined || said.exportDeltaWh !== undefined
    return {
      deviceId: DeviceId.make(deviceId),
      channel: ChannelName.make(channel),
      at: at as DeviceReading["at"],
      // JSON and decimals have no −0.
      ...Object.fromEntries(Object.entries(said).map(([name, value]) => [name, value + 0])),
      ...(extra === undefined ? {} : { extra: { ...extra } }),
      ...(before === undefined || !hasDelta ? {} : { since: (at - before) as DeviceReading["at"] })
    }
  })

/** Sizes of the pieces a file comes in. */
export const pieces: fc.Arbitrary<ReadonlyArray<number>> = fc.array(fc.integer({ min: 1, max: 60 }), {
  minLength: 1,
  maxLength: 6
})
