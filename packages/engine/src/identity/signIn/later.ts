import { Effect, Fiber } from "effect"

/** For so long a process that ends waits for what it still has to do. */
const patience = "5 seconds"

/** What an error says, without the addresses in it: a mail server repeats whom it would not write to. */
const sayable = (error: { readonly message: string }): string =>
  error.message.replace(/[^\s<>]+@[^\s<>]+/g, "(an address)")

/**
 * Makes what is done after the answer, so that the answer tells nothing by the time it takes, and nobody
 * waits for a mail server. What goes wrong there is logged under a name.
 */
export const makeLater = Effect.gen(function* () {
  const running = new Set<Fiber.Fiber<void>>()
  yield* Effect.addFinalizer(() =>
    Effect.ignore(
      Effect.timeout(
        Effect.suspend(() => Fiber.awaitAll([...running])),
        patience
      )
    )
  )
  return (what: string, work: Effect.Effect<unknown, { readonly message: string }>): Effect.Effect<void> =>
    work.pipe(
      Effect.catch((error) => Effect.logWarning(`${what} failed`, sayable(error))),
      Effect.catchDefect((defect) => Effect.logError(`${what} failed`, defect)),
      Effect.asVoid,
      Effect.forkDetach,
      Effect.map((fiber) => {
        running.add(fiber)
        fiber.addObserver(() => running.delete(fiber))
      })
    )
})
