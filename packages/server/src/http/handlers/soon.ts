import { Effect, Fiber } from "effect"

/** What does not answer in so long does not answer. */
const patience = "2500 millis"

/**
 * Waits for an answer, but not for long. To take a question back from a database that is silent takes seconds
 * too, so it is let go of, and ends by itself.
 */
export const soon = <A, B, R>(
  question: Effect.Effect<A, never, R>,
  otherwise: B
): Effect.Effect<A | B, never, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(Effect.forkDetach(restore(question)), (asked) =>
      restore(Fiber.join(asked)).pipe(
        Effect.onInterrupt(() => Effect.sync(() => asked.interruptUnsafe())),
        Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.succeed(otherwise) })
      )
    )
  )
