import { isWattkitError } from "@wattkit/client"

/** Says that the password was wrong which is asked for once more, which the server refuses as forbidden. */
export const wrongPassword = (error: unknown): string | undefined =>
  isWattkitError(error, "FORBIDDEN") ? "The password is wrong." : undefined
