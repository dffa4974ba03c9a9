import { states, stateAt } from "../house/House.ts"
import type { House } from "../house/Household.ts"
import { castOf } from "./cast.ts"
import { type Moment, momentOf, type Speaker } from "./Speaker.ts"
import type { Said, Spoken } from "./Spoken.ts"

/** When to listen; whole minutes, at or after the start of the house. */
export interface SpeakOptions {
  readonly from: number
  /** Without it the house never falls silent. */
  readonly until?: number
}

const minuteMs = 60_000

const inOrder = ({ at }: Moment, said: ReadonlyArray<Said>): ReadonlyArray<Spoken> =>
  said
    .toSorted((a, b) => a.afterMs - b.afterMs)
    .map(({ afterMs, ...message }) => ({ ...message, at: at + afterMs }))

const saidBy = (
  speakers: ReadonlyArray<Speaker>,
  moment: Moment,
  isFirst: boolean
): ReadonlyArray<Spoken> => {
  const first = isFirst ? speakers.flatMap(({ begin }) => begin?.(moment) ?? []) : []
  return inOrder(moment, [...first, ...speakers.flatMap(({ speak }) => speak(moment))])
}

/**
 * What the devices of a house publish, each in the way of its maker, in the order of time. The same house
 * says the same at the same time whenever it is asked from the same instant.
 */
export function* speak(house: House, { from, until = Infinity }: SpeakOptions): Generator<Spoken> {
  const speakers = castOf(house)
  const first = stateAt(house, from)
  yield* saidBy(speakers, momentOf(house, first), true)
  for (const state of states(house, first, { every: minuteMs, until })) {
    yield* saidBy(speakers, momentOf(house, state), false)
  }
}
