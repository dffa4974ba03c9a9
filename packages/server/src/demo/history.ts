import type { Principal } from "@wattkit/core"
import { House } from "@wattkit/testkit/simulate"
import { Effect } from "effect"
import { sendIn } from "./sendIn.ts"

const minute = 60_000
const day = 1440 * minute

/** How long the house has stood when it is first seen. */
export const pastMs = 30 * day

/** Readings come every minute of the last day, and of what lies further back fewer. */
const paceAt = (age: number): number => (age > 40 * day ? 30 * minute : age > day ? 5 * minute : minute)

/**
 * Tells the story of the house from a state up to now, a day at a time, and calls `keep` after each piece
 * that is stored. Told again from the same state it is the same story.
 */
export const tell = Effect.fnUntraced(function* (
  principal: Principal,
  house: House.House,
  from: House.HouseState,
  now: number,
  keep: (state: House.HouseState) => void
) {
  let state = from
  while (true) {
    const every = paceAt(now - state.at)
    const until = Math.min(state.at + Math.min(day, every * 1440), now)
    if (state.at + every > until) return state
    const readings = []
    for (state of House.states(house, state, { every, until, stepMs: minute })) {
      readings.push(...House.readings(house, state))
    }
    yield* sendIn(principal, readings)
    keep(state)
    yield* Effect.yieldNow
  }
})
