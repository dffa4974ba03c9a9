import { isWattkitError } from "@wattkit/client"
import { clockOf, lastingOf } from "./moments.ts"

/** A sentence of what the server says, which begins with a small letter and has no full stop. */
export const sentenceOf = (text: string): string => {
  const sentence = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`
}

const laterOf = (ms: number): string => `Try again in ${lastingOf(ms)}, at ${clockOf(Date.now() + ms)}.`

/** What went wrong, in words that say what to do; fields are called as the page calls them. */
export const problemOf = (error: unknown, labels: ReadonlyMap<string, string> = new Map()): string => {
  if (!isWattkitError(error)) return sentenceOf(error instanceof Error ? error.message : String(error))
  const { code, details, message, retryAfterMs, status = 0 } = error
  if (code === "RATE_LIMITED") return `Too many attempts. ${laterOf(retryAfterMs ?? 60_000)}`
  if (status === 503 && retryAfterMs !== undefined)
    return `The server is busy at this moment. ${laterOf(retryAfterMs)}`
  if (code === "NETWORK" || code === "TIMEOUT" || status >= 500)
    return "The server does not answer. See whether it is running, then try again."
  if (code === "PRECONDITION_FAILED")
    return "Somebody else changed this meanwhile. Close this, look at it again, and change it then."
  if (details.length > 0)
    return details.map(({ field, reason }) => sentenceOf(`${labels.get(field) ?? field} ${reason}`)).join(" ")
  return sentenceOf(message)
}
