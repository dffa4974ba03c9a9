import { readNumber } from "../payload/readNumber.ts"
import type { Instant } from "@wattkit/core"
import * as Draft from "../payload/Draft.ts"
import type { Entries } from "../payload/wholePayload.ts"
import type { Said } from "../Said.ts"

/**
 * The eight fields of a channel; what they mean stands in the settings of the channel, not in the message.
 */
const names = ["field1", "field2", "field3", "field4", "field5", "field6", "field7", "field8"] as const

/** What an update says, undefined when none of its fields is a number. */
export const saidOf = (
  subject: string,
  at: Instant.Instant | undefined,
  entries: Entries
): Said | undefined => {
  const draft = Draft.make(subject, at)
  for (const name of names) {
    const sent = entries[name]
    const value = readNumber(typeof sent === "string" ? sent.trim() : sent)
    if (value !== undefined) Draft.put(draft, name, value, undefined)
  }
  return Draft.isEmpty(draft) ? undefined : draft
}
