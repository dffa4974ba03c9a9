import { isWattkitError } from "@wattkit/client"
import type { Screen } from "../Gate.ts"

/** Whether a link works no longer, and not something else was wrong. */
export const isSpent = (error: unknown): boolean =>
  isWattkitError(error) && error.details.some(({ field }) => field === "secret")

/** Says that a link works no longer, and what to do instead. */
export const spentScreen = (words: string, ways: NonNullable<Screen["ways"]>): Screen => ({
  title: "This link works no longer",
  words: `It was used already, is too old, or a newer one was sent. ${words}`,
  ways
})
