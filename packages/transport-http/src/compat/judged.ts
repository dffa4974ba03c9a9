import type { Message } from "@wattkit/core"
import type { Format } from "@wattkit/formats"

/**
 * Why a format cannot read a message, undefined where it can. The sender is told and nothing is kept of it,
 * which would be of no use: nobody can mend what a program sends but its sender.
 */
export const whyMalformed = (format: Format, message: Message): string | undefined => {
  const told = format.makeReader().read(message)
  if (told === undefined) return "there is nothing at this address"
  return told.kind === "malformed" ? told.why : undefined
}
