/** The fewest bytes of a secret. */
export const leastBytes = 32

/** So many bits are surely in 32 random bytes, however they are counted here. */
const leastBits = 128

/** What stands in the secrets of examples. That one of these is in a random one happens to nobody. */
const words = [
  "change",
  "secret",
  "password",
  "example",
  "sample",
  "default",
  "wattkit",
  "insecure",
  "replace",
  "development",
  "letmein",
  "qwerty"
]

/** The bits of a text, as if each letter were drawn from those of the text. */
const bitsOf = (letters: ReadonlyArray<number>): number => {
  const counts = new Map<number, number>()
  for (const letter of letters) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits += count * Math.log2(letters.length / count)
  return bits
}

/** The text without its repetitions: `abcabc` is `abc`. */
const once = (text: string): string => {
  const at = `${text}${text}`.indexOf(text, 1)
  return text.slice(0, at)
}

/** The bytes of a secret, without looking at how good it is; undefined when it is no base64url. */
export const secretBytes = (text: string): Uint8Array<ArrayBuffer> | undefined =>
  /^[A-Za-z0-9_-]+={0,2}$/.test(text) ? Uint8Array.from(Buffer.from(text, "base64url")) : undefined

/**
 * What is wrong with a secret, in words that follow its name; undefined when nothing is. A secret that
 * somebody thought of, or that stands in an example, would be the same on other servers.
 */
export const weaknessOf = (text: string): string | undefined => {
  const bytes = secretBytes(text)
  if (bytes === undefined) return "must be base64url: letters, digits, - and _"
  if (bytes.length < leastBytes) return `must have ${leastBytes} bytes or more, and has ${bytes.length}`
  const letters = [...once(text.replace(/=+$/, ""))].map((letter) => letter.codePointAt(0)!)
  const steps = letters.map((letter, i) => letter - (letters[i - 1] ?? 0))
  const typed = Buffer.from(bytes).toString("latin1")
  const low = `${text}\n${typed}`.toLowerCase()
  const isGuessed =
    Math.min(bitsOf(letters), bitsOf(steps)) < leastBits ||
    /^[\x20-\x7e\s]+$/.test(typed) ||
    words.some((word) => low.includes(word))
  return isGuessed ? "looks like one that somebody thought of or copied, and must be random" : undefined
}
