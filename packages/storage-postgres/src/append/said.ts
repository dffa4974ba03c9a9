import type { Reading } from "@wattkit/core"
import { saidNames } from "../rows.ts"

/** Something a reading says beside its identity. */
export type SaidName = (typeof saidNames)[number]

/**
 * Which of `saidNames` a reading says, a bit for each. The names are spelled out, because looking up a
 * property by a name in a variable costs as much as storing it.
 */
export const saidBits = (reading: Partial<Reading>): number =>
  (reading.powerW === undefined ? 0 : 1) |
  (reading.importWh === undefined ? 0 : 2) |
  (reading.exportWh === undefined ? 0 : 4) |
  (reading.importDeltaWh === undefined ? 0 : 8) |
  (reading.exportDeltaWh === undefined ? 0 : 16) |
  (reading.voltageV === undefined ? 0 : 32) |
  (reading.currentA === undefined ? 0 : 64) |
  (reading.frequencyHz === undefined ? 0 : 128) |
  (reading.powerFactor === undefined ? 0 : 256) |
  (reading.temperatureC === undefined ? 0 : 512) |
  (reading.stateOfChargePct === undefined ? 0 : 1024) |
  (reading.since === undefined ? 0 : 2048) |
  (reading.extra === undefined ? 0 : 4096)

/** The names of bits, in the order of `saidNames`. */
export const namesOf = (bits: number): ReadonlyArray<SaidName> =>
  saidNames.filter((_, i) => (bits & (1 << i)) !== 0)

/** The kinds of quantities among the bits, as `channels.says` has them. */
export const saysOf = (bits: number): number =>
  ((bits & 2) >> 1) | ((bits & 4) >> 1) | ((bits & 24) === 0 ? 0 : 4) | ((bits & 1) << 3)
