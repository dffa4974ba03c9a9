import type { DeviceReading, Reading } from "@wattkit/core"
import { ChannelName, type DeviceId, mainChannel, type QuantityName } from "@wattkit/core"
import * as fc from "fast-check"

/** The instant every made-up reading is counted from, 2025-06-15T15:06:40Z. */
export const epoch = 1_750_000_000_000

/** A number as a device may say it: mostly with few digits, sometimes with all a double has; never −0. */
const between = (min: number, max: number): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: Math.ceil(Math.max(min, -1e6)), max: Math.min(max, 1e6) }) },
    { weight: 1, arbitrary: fc.double({ min, max, noNaN: true }).map((value) => value + 0) }
  )

const quantity: { readonly [name in QuantityName]: fc.Arbitrary<number> } = {
  powerW: between(-1e12, 1e12),
  importWh: between(0, 9e12),
  exportWh: between(0, 9e12),
  importDeltaWh: between(0, 9e12),
  exportDeltaWh: between(0, 9e12),
  voltageV: between(0, 1e6),
  currentA: between(-1e6, 1e6),
  frequencyHz: between(0, 1000),
  powerFactor: between(-1, 1),
  temperatureC: between(-273.15, 10_000),
  stateOfChargePct: between(0, 100)
}

const extra = fc.dictionary(
  fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,12}$/),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  { minKeys: 1, maxKeys: 4, noNullPrototype: true }
)

/** Any quantities, at least one. */
export const quantities: fc.Arbitrary<Omit<Reading, "at" | "channel">> = fc
  .record({ ...quantity, extra }, { requiredKeys: [], noNullPrototype: true })
  .filter((some) => Object.keys(some).length > 0)

/** The main channel, or one of a few others. */
export const channel: fc.Arbitrary<ChannelName> = fc.constantFrom(
  mainChannel,
  ...["L1", "l1", "string:2", "0"].map((name) => ChannelName.make(name))
)

/** One of the seconds after `epoch`; the fewer there are, the more readings share their instant. */
export const instant = (seconds: number): fc.Arbitrary<Reading["at"]> =>
  fc.integer({ min: 0, max: seconds - 1 }).map((second) => (epoch + second * 1000) as Reading["at"])

/** A reading of one of the devices; some share their identity, and say the same or something else. */
export const deviceReading = (
  deviceIds: ReadonlyArray<DeviceId>,
  seconds = 20
): fc.Arbitrary<DeviceReading> =>
  fc
    .tuple(fc.constantFrom(...deviceIds), channel, instant(seconds), quantities)
    .map(([deviceId, name, at, some]) => ({ deviceId, at, channel: name, ...some }))

/** Readings of which no two share their identity. */
export const distinctReadings = (
  deviceIds: ReadonlyArray<DeviceId>,
  maxLength = 40
): fc.Arbitrary<ReadonlyArray<DeviceReading>> =>
  fc.uniqueArray(deviceReading(deviceIds), {
    minLength: 1,
    maxLength,
    selector: (reading) => `${reading.deviceId} ${reading.channel} ${reading.at}`
  })

/** An order of arrival: every reading comes at least once, some come again, cut into batches anywhere. */
export const arrival = (
  readings: ReadonlyArray<DeviceReading>
): fc.Arbitrary<ReadonlyArray<ReadonlyArray<DeviceReading>>> =>
  fc
    .tuple(
      fc.subarray([...readings]).chain((again) => shuffled([...readings, ...again])),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })
    )
    .map(([arrived, lengths]) => {
      const batches: Array<ReadonlyArray<DeviceReading>> = []
      for (let from = 0, i = 0; from < arrived.length; i++) {
        const length = lengths[i % lengths.length] ?? 1
        batches.push(arrived.slice(from, from + length))
        from += length
      }
      return batches
    })

const shuffled = <A>(all: Array<A>): fc.Arbitrary<Array<A>> =>
  fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })
