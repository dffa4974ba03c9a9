/** Bits beyond those asked for: what is cut off at the end of every term adds up in them. */
const guardBits = 64n

/** The arc tangent of 1/x as a whole number of 2^-bits. */
const arcTangentOfInverse = (x: bigint, bits: bigint): bigint => {
  let power = (1n << bits) / x
  let sum = power
  for (let n = 3n; power !== 0n; n += 2n) {
    power /= -x * x
    sum += power / n
  }
  return sum
}

/**
 * The first binary digits of pi behind the point, 32 to a word, by Machin's formula. Blowfish begins with
 * them: computed in a few milliseconds, they are easier to believe than a table of a thousand numbers.
 */
export const piWords = (count: number): Uint32Array => {
  const bits = BigInt(count) * 32n + guardBits
  const pi = 4n * (4n * arcTangentOfInverse(5n, bits) - arcTangentOfInverse(239n, bits))
  const digits = ((pi - (3n << bits)) >> guardBits).toString(16).padStart(count * 8, "0")
  return Uint32Array.from({ length: count }, (_, i) => Number.parseInt(digits.slice(i * 8, i * 8 + 8), 16))
}
