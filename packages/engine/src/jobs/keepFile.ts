import { mostPartBytes } from "@wattkit/core"
import { Effect, Stream } from "effect"
import { JobFailed, type JobTools } from "./JobKind.ts"

/** A file of a job is no larger: it is kept in the database, beside everything else. */
export const mostFileBytes = 64 * mostPartBytes

const tooLarge = new JobFailed({
  code: "too_large",
  message: `the file would have more than ${mostFileBytes} bytes`,
  isFinal: true
})

/**
 * Keeps what a stream brings as the file of a job, part by part, and answers how large it is. Only what fails
 * in the stream fails; an attempt that follows begins the file anew.
 */
export const keepFile = Effect.fnUntraced(function* <E>(
  { keepPart }: JobTools,
  stream: Stream.Stream<Uint8Array, E>
) {
  let part = new Uint8Array(mostPartBytes)
  let [filled, parts, bytes] = [0, 0, 0]
  const flush = Effect.suspend(() => {
    const whole = part.subarray(0, filled)
    part = new Uint8Array(mostPartBytes)
    filled = 0
    return keepPart(parts++, whole)
  })
  yield* Stream.runForEach(
    stream,
    Effect.fnUntraced(function* (chunk: Uint8Array) {
      bytes += chunk.length
      if (bytes > mostFileBytes) return yield* tooLarge
      for (let from = 0; from < chunk.length;) {
        const some = chunk.subarray(from, from + mostPartBytes - filled)
        part.set(some, filled)
        from += some.length
        filled += some.length
        if (filled === mostPartBytes) yield* flush
      }
    })
  )
  if (filled > 0) yield* flush
  return { parts, bytes }
})
