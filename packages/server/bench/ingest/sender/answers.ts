// Reads answers of HTTP without a library, from bytes that hold one from their beginning.

const headEnd = Buffer.from("\r\n\r\n")
const zero = 48

/** How much of the bytes an answer takes; 0 while it is not complete. */
export const answerLength = (bytes: Buffer, length: number, named: Buffer): number => {
  const end = bytes.indexOf(headEnd)
  if (end < 0 || end >= length) return 0
  let at = bytes.indexOf(named)
  if (at < 0 || at > end) return end + 4
  let body = 0
  for (at += named.length; bytes[at]! >= zero; at++) body = body * 10 + bytes[at]! - zero
  const whole = end + 4 + body
  return whole <= length ? whole : 0
}

/** The name of the length as the server writes it. */
export const namedIn = (bytes: Buffer, length: number): Buffer =>
  Buffer.from(
    /content-length: */i.exec(bytes.toString("latin1", 0, length))?.[0] ?? "no answer names its length"
  )

/** Whether the answer is a success, and says what it must. */
export const isGood = (bytes: Buffer, whole: number, expects: Buffer | undefined): boolean => {
  if (bytes[9] !== zero + 2) return false
  if (expects === undefined) return true
  const at = bytes.indexOf(expects)
  return at >= 0 && at < whole
}
