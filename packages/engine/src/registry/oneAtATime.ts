import { type Effect, Semaphore } from "effect"

/** So many things can be changed at the same time; two of them may by chance have to wait for each other. */
const lanes = 64

const laneOf = (name: string): number => {
  let sum = 0
  for (let i = 0; i < name.length; i++) sum = (sum * 31 + name.charCodeAt(i)) | 0
  return Math.abs(sum % lanes)
}

/**
 * Makes what lets this process change what is under one name one after the other. It is for rules over
 * several things, such as that no device is in itself, which no single thing's compare and set can keep.
 * Whoever is inside must not go in again.
 */
export const makeOneAtATime = () => {
  const semaphores = Array.from({ length: lanes }, () => Semaphore.makeUnsafe(1))
  return (...names: ReadonlyArray<string>) =>
    <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
      const semaphore = semaphores[laneOf(names.join(" "))]
      return semaphore === undefined ? effect : semaphore.withPermit(effect)
    }
}

/** What makes things happen one after the other. */
export type OneAtATime = ReturnType<typeof makeOneAtATime>
