import * as Effect from "effect/Effect"
import { Malformed, PayloadTooLarge } from "./errors.ts"

const whole = (chunks: ReadonlyArray<Uint8Array>, size: number): Uint8Array => {
  const out = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    out.set(chunk, at)
    at += chunk.length
  }
  return out
}

const tooLarge = (limit: number) =>
  new PayloadTooLarge({ message: `the body unfolds to more than ${limit} bytes; send it in smaller parts` })

/** Decompresses a gzip body and stops as soon as it is larger than the limit. */
export const gunzip = (
  body: Uint8Array<ArrayBuffer>,
  limit: number
): Effect.Effect<Uint8Array, Malformed | PayloadTooLarge> =>
  Effect.tryPromise({
    try: async () => {
      const reader = new Blob([body]).stream().pipeThrough(new DecompressionStream("gzip")).getReader()
      const chunks: Array<Uint8Array> = []
      let size = 0
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        size += next.value.length
        if (size > limit) {
          await reader.cancel()
          throw tooLarge(limit)
        }
        chunks.push(next.value)
      }
      return whole(chunks, size)
    },
    catch: (cause) => {
      if (cause instanceof PayloadTooLarge) return cause
      const reason = "is not a complete gzip stream"
      return new Malformed({ message: `the body ${reason}`, details: [{ field: "", reason }] })
    }
  })
