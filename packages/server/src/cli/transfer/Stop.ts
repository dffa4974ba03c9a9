import { Cause, Deferred, Effect, Exit, Fiber, Option } from "effect"
import { StartError } from "../../StartError.ts"

/** Whether somebody asked to end, which long work looks at between two pieces. */
export interface Stop {
  readonly isAsked: () => boolean
  readonly asked: Effect.Effect<void>
}

const messageOf = (cause: Cause.Cause<unknown>): string => {
  const error = Option.getOrUndefined(Cause.findErrorOption(cause))
  return error instanceof StartError ? error.message : Cause.pretty(cause)
}

/**
 * Runs work that ends by itself when it is asked to: Ctrl-C lets it finish the piece in hand and say how to
 * go on. The process then ends with 130, as one that Ctrl-C ended, and with 1 when the piece could not be
 * finished.
 */
export const untilStopped = <A, E, R>(work: (stop: Stop) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const deferred = Deferred.makeUnsafe<void>()
    const stop: Stop = { isAsked: () => Deferred.isDoneUnsafe(deferred), asked: Deferred.await(deferred) }
    const fiber = yield* Effect.forkDetach(work(stop))
    const finish = Effect.gen(function* () {
      yield* Deferred.succeed(deferred, undefined)
      const exit = yield* Fiber.await(fiber)
      if (Exit.isFailure(exit)) process.stderr.write(`wattkit: ${messageOf(exit.cause)}\n`)
      process.exit(Exit.isFailure(exit) ? 1 : 130)
    })
    return yield* Effect.onInterrupt(Fiber.join(fiber), () => finish)
  })
