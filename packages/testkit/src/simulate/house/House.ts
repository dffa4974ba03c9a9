/**
 * One simulated household. History and live view come from the same registers without a jump:
 *
 * ```ts
 * const house = House.make({ start: now - 30 * 86_400_000, seed: 7 })
 * let state = House.initial(house)
 * for (state of House.states(house, state, { every: 60_000, until: now }))
 *   store(House.readings(house, state))
 * // and from now on once per second
 * state = House.advance(house, state, now + 1_000, 1_000)
 * ```
 *
 * House and state are JSON; a process that starts again reads the two and goes on.
 */
import type { DeviceReading } from "../Words.ts"
import type { House } from "./Household.ts"
import { initial } from "./HouseState.ts"
import type { HouseState } from "./HouseState.ts"
import { readings } from "./Readings.ts"
import { advance, usualStepMs } from "./Step.ts"

export { deviceKeys, make } from "./Household.ts"
export type { DeviceKey, House, HouseOptions, SimulatedDevice } from "./Household.ts"
export { initial } from "./HouseState.ts"
export type { HouseState, PerDevice } from "./HouseState.ts"
export { readings } from "./Readings.ts"
export { advance, usualStepMs } from "./Step.ts"

/** How to walk through time. */
export interface Pace {
  /** Milliseconds between two states that are handed out. */
  readonly every: number
  /** The last state is at or before this instant; without it the walk does not end. */
  readonly until?: number
  /** The step of the physics; a minute, or `every` if that is shorter. */
  readonly stepMs?: number
}

/** The states after the given one, one per `pace.every`. */
export function* states(
  house: House,
  from: HouseState,
  pace: Pace
): Generator<HouseState, HouseState, undefined> {
  const { every, until = Infinity, stepMs = Math.min(every, usualStepMs) } = pace
  let state = from
  while (state.at + every <= until) {
    state = advance(house, state, state.at + every, stepMs)
    yield state
  }
  return state
}

/** The readings of all devices after the given state; returns the last state, to go on from. */
export function* stream(
  house: House,
  from: HouseState,
  pace: Pace
): Generator<DeviceReading, HouseState, undefined> {
  let last = from
  for (const state of states(house, from, pace)) {
    last = state
    yield* readings(house, state)
  }
  return last
}

/** The house at any instant after its start, computed from there; a saved state is the faster way. */
export const stateAt = (house: House, at: number): HouseState => advance(house, initial(house), at)
