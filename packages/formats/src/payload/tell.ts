import type { Message } from "@wattkit/core"
import type { Said, Told } from "../Said.ts"

/** The word for what was understood and says nothing of energy. */
export const nothing = (why: string): Told => ({ kind: "nothing", why })

/** The word for what cannot be read. */
export const malformed = (why: string): Told => ({ kind: "malformed", why })

/**
 * Readings of a message, where it has any. What a broker kept and what has no time of its own tells nothing
 * of now.
 */
export const readings = ({ isRetained }: Message, said: ReadonlyArray<Said>): Told => {
  if (said.length === 0) return nothing("holds no values")
  if (!isRetained) return { kind: "readings", said }
  const timed = said.filter(({ at }) => at !== undefined)
  return timed.length === 0
    ? nothing("was kept by the broker, and says not of when it is")
    : { kind: "readings", said: timed }
}
