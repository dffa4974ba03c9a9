import { Effect, Equal } from "effect"
import { Changed } from "../Changed.ts"

/** Tells whether a thing still is as the one who changes it knows it. */
export type Expected<A> = (current: A) => boolean

/** Each round that is lost was won by somebody else, so nobody loses so many. */
const rounds = 1_000

/** Fails with `Changed` when a thing is not what was expected. */
export const expect = <A>(current: A, isExpected: Expected<A> | undefined): Effect.Effect<void, Changed> =>
  isExpected === undefined || isExpected(current) ? Effect.void : Effect.fail(new Changed())

/** What a thing was, and what it is now; the same when nothing was to be changed. */
export interface Change<A> {
  readonly before: A
  readonly after: A
}

/**
 * Changes a thing as it is at that moment: what was decided about an older state is decided anew. Only a
 * store can tell, since the thing may be changed by another process between reading and writing.
 */
export const changing = Effect.fnUntraced(function* <A, E1, E2, E3>(steps: {
  readonly read: Effect.Effect<A, E1>
  readonly isExpected: Expected<A> | undefined
  readonly next: (known: A) => Effect.Effect<A, E2>
  readonly replace: (known: A, next: A) => Effect.Effect<boolean, E3>
}): Effect.fn.Return<Change<A>, Changed | E1 | E2 | E3> {
  for (let round = 0; round < rounds; round++) {
    const before = yield* steps.read
    yield* expect(before, steps.isExpected)
    const after = yield* steps.next(before)
    if (Equal.equals(before, after)) return { before, after: before }
    if (yield* steps.replace(before, after)) return { before, after }
  }
  return yield* Effect.die(new Error("a store takes no change of what it says itself"))
})
