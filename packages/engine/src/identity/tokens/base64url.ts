const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
const values = new Map(Array.from(letters, (letter, value) => [letter, value] as const))

/** Writes bytes in base64url without padding. */
export const encode = (bytes: Uint8Array): string => {
  let out = ""
  for (let i = 0; i < bytes.length; i += 3) {
    const three = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    for (let shift = 18; shift >= 0; shift -= 6) out += letters.charAt((three >> shift) & 63)
  }
  return out.slice(0, Math.ceil((bytes.length * 4) / 3))
}

/**
 * Reads base64url, only in the one way `encode` writes it: undefined when there is padding, another letter,
 * or a bit set that says nothing. So two texts that differ are never the same bytes.
 */
export const decode = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let [bits, held, at] = [0, 0, 0]
  for (const letter of text) {
    const value = values.get(letter)
    if (value === undefined) return undefined
    bits = ((bits & 0xff) << 6) | value
    held += 6
    if (held < 8) continue
    held -= 8
    bytes[at++] = bits >> held
    bits &= (1 << held) - 1
  }
  return text.length % 4 === 1 || bits !== 0 ? undefined : bytes
}
