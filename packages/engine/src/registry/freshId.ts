import { makeId } from "@wattkit/core"

/** An id that nothing has yet. */
export const freshId = (prefix: string, now: number): string =>
  makeId(prefix, now, crypto.getRandomValues(new Uint8Array(16)))
