/**
 * Whether two secrets are the same. It looks at every byte however early they differ, so that the time it
 * takes does not tell how much of a guess was right; only the length is no secret.
 */
export const sameBytes = (one: ArrayLike<number>, other: ArrayLike<number>): boolean => {
  if (one.length !== other.length) return false
  let difference = 0
  for (let i = 0; i < one.length; i++) difference |= (one[i] ?? 0) ^ (other[i] ?? 0)
  return difference === 0
}

/** Whether two secret texts are the same, in a time that does not tell where they differ. */
export const sameText = (one: string, other: string): boolean => {
  const encoder = new TextEncoder()
  return sameBytes(encoder.encode(one), encoder.encode(other))
}
