/** Longer payloads are not read: what devices say at once is far shorter. */
export const longestPayload = 262_144

const utf8 = new TextDecoder("utf-8")

const isPadding = (code: number): boolean => code === 0 || code === 32 || (code >= 9 && code <= 13)

/**
 * The text of a payload without what stands around it: blanks, a byte order mark, and the zero bytes that
 * programs in C send behind their strings. Undefined where it is too long to be read.
 */
export const payloadText = (payload: Uint8Array, longest = longestPayload): string | undefined => {
  if (payload.length > longest) return undefined
  const text = utf8.decode(payload)
  let start = 0
  let end = text.length
  while (start < end && isPadding(text.charCodeAt(start))) start++
  while (end > start && isPadding(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}
