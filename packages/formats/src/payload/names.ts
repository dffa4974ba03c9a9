const longestName = 64
const longestSubject = 256

/** The most numbers without a word here that one reading keeps. */
export const mostUnknown = 32

/** A name that is carried as it is sent, as most are. */
const asSent = /^[A-Za-z](?:_?[A-Za-z0-9])*$/

/** A name as readings carry numbers under it, made of the one it was sent under. */
export const fieldName = (sent: string): string => {
  if (sent.length <= longestName && asSent.test(sent)) return sent
  const name = sent
    .slice(0, 4 * longestName)
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^[^A-Za-z]+/, "")
    .replace(/_$/, "")
    .slice(0, longestName)
  return name === "" ? "value" : name
}

/** A name a channel may have, made of any text. */
export const channelName = (text: string): string => {
  const name = text
    .slice(0, 4 * longestName)
    .replace(/[^A-Za-z0-9._:-]+/g, "-")
    .slice(0, longestName)
  return /^\.{0,2}$/.test(name) ? "channel" : name
}

/** Whether a text can be a subject. */
export const isSubject = (text: string): boolean => text.length > 0 && text.length <= longestSubject
