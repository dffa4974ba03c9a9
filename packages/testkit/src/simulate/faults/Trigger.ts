import * as Chance from "../Chance.ts"
import type { DeviceReading } from "../Words.ts"

/** Says which readings a fault strikes; it depends on the reading alone, never on what came before. */
export type Trigger = (reading: DeviceReading) => boolean

const identity = (reading: DeviceReading): number => Chance.salt(`${reading.deviceId}/${reading.channel}`)

/** Strikes every reading. */
export const always: Trigger = () => true

/** Strikes readings of exactly these instants. */
export const at = (...instants: ReadonlyArray<number>): Trigger => {
  const chosen = new Set(instants)
  return (reading) => chosen.has(reading.at)
}

/** Strikes readings in half-open intervals. */
export const during =
  (...intervals: ReadonlyArray<{ readonly start: number; readonly end: number }>): Trigger =>
  (reading) =>
    intervals.some(({ start, end }) => start <= reading.at && reading.at < end)

/** Strikes a share of all readings, each by itself. */
export const random =
  (seed: number, share: number): Trigger =>
  (reading) =>
    Chance.unit(seed, identity(reading), reading.at) < share

/** Strikes whole stretches of a device: on average so many a day, each up to `longestMs` long. */
export const outages =
  (seed: number, perDay: number, longestMs: number): Trigger =>
  (reading) => {
    const device = Chance.salt(reading.deviceId)
    const slotMs = Math.max(longestMs, 86_400_000 / Math.ceil(perDay * 4))
    const slot = Math.floor(reading.at / slotMs)
    if (Chance.unit(seed, device, slot) >= (perDay * slotMs) / 86_400_000) return false
    const length = longestMs * Chance.unit(seed + 1, device, slot)
    const start = slot * slotMs + (slotMs - length) * Chance.unit(seed + 2, device, slot)
    return start <= reading.at && reading.at < start + length
  }

/** Limits a trigger to some devices. */
export const onDevices =
  (deviceIds: ReadonlyArray<string>, trigger: Trigger = always): Trigger =>
  (reading) =>
    deviceIds.includes(reading.deviceId) && trigger(reading)
