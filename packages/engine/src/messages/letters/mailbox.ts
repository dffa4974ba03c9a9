import { type DeadLetter, type DeadLetterStore, Instant, type Principal } from "@wattkit/core"
import { Effect } from "effect"
import type { Visible } from "../../access/visible.ts"
import { requireScope } from "../../authorise.ts"
import { Forbidden } from "../../Forbidden.ts"
import { chooseLetters, listLetters, type LetterChoice, type LetterFilter } from "./LetterChoice.ts"
import type { Letters } from "./Letters.ts"
import type { makeReplay, Replayed } from "./replay.ts"

/** A letter may speak of any device of the tenant, so the credential of one device shows none. */
const requireProgram = ({ deviceId }: Principal): Effect.Effect<void, Forbidden> =>
  deviceId === null
    ? Effect.void
    : Effect.fail(new Forbidden({ message: "the credential of a device reaches no dead letters" }))

interface LetterPage extends LetterFilter {
  readonly after?: string | undefined
  readonly limit: number
  readonly waiting: boolean
}

/** Makes what people do with dead letters. */
export const makeMailbox = (
  store: DeadLetterStore,
  letters: Letters,
  visible: Visible,
  replay: ReturnType<typeof makeReplay>
) => {
  const choose = Effect.fnUntraced(function* (principal: Principal, choice: LetterChoice) {
    yield* requireScope(principal, "manage")
    yield* requireProgram(principal)
    return yield* chooseLetters(store, visible, principal, choice)
  })

  const settle = Effect.fnUntraced(function* (
    { by, tenantId }: Principal,
    ids: ReadonlyArray<string>,
    as: NonNullable<DeadLetter["settled"]>["as"]
  ) {
    yield* letters.settle(tenantId, ids, { at: yield* Instant.now, by: by.id, as })
  })

  return {
    letters: (principal: Principal, page: LetterPage) =>
      requireScope(principal, "read").pipe(
        Effect.andThen(requireProgram(principal)),
        Effect.andThen(listLetters(store, visible, principal, page))
      ),

    replay: Effect.fn("Messages.replay")(function* (principal: Principal, choice: LetterChoice) {
      const { letters: chosen, next } = yield* choose(principal, choice)
      const { done, ...attempted } = yield* replay(principal, chosen)
      // Stored first: should this end in between, the same is asked again and found to be there.
      yield* settle(principal, done, "replayed")
      const replayed: Replayed = { ...attempted, replayed: done.length, next }
      return replayed
    }),

    drop: Effect.fn("Messages.drop")(function* (principal: Principal, choice: LetterChoice) {
      const { letters: chosen, next } = yield* choose(principal, choice)
      const ids = chosen.map(({ id }) => id)
      yield* settle(principal, ids, "dropped")
      return { dropped: ids.length, next }
    })
  }
}
