/**
 * 128 random bits in hexadecimal digits.
 *
 * `crypto.randomUUID` is missing on pages without TLS, and some mobile runtimes have no `crypto` at all; the
 * ids are unique there too, only easier to guess, and nothing depends on that.
 */
export const randomId = (): string => {
  const bytes = new Uint8Array(16)
  const { crypto } = globalThis as { readonly crypto?: Crypto }
  if (crypto === undefined) for (const i of bytes.keys()) bytes[i] = Math.random() * 256
  else crypto.getRandomValues(bytes)
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
}
