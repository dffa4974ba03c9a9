import * as Schema from "effect/Schema"
import * as Energy from "./Energy.ts"

/** Power in watts: positive is import, negative is export. */
export const Power = Schema.Finite.pipe(Schema.brand("Power"))
/** Power in watts: positive is import, negative is export. */
export type Power = typeof Power.Type

const MILLIS_PER_HOUR = 3_600_000

/**
 * The energy of constant power over some milliseconds, rounded to the milliwatt-hour with halves away from
 * zero.
 */
export const energyOver = (power: Power, millis: number): Energy.Energy => {
  const exact = (power * millis * 1000) / MILLIS_PER_HOUR
  return Energy.fromMilliWattHours(Math.sign(exact) * Math.round(Math.abs(exact)))
}

/** The mean power of energy over some milliseconds, or `undefined` when no time passed. */
export const averageOf = (energy: Energy.Energy, millis: number): Power | undefined =>
  millis > 0 ? (((energy * MILLIS_PER_HOUR) / (millis * 1000)) as Power) : undefined
