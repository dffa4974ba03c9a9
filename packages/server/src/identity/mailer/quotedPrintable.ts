/** The longest line, and the `=` that says it goes on. */
const longestLine = 76

const escaped = (byte: number): string => `=${byte.toString(16).toUpperCase().padStart(2, "0")}`

const isLiteral = (byte: number): boolean => byte >= 0x20 && byte <= 0x7e && byte !== 0x3d

const encodedLine = (line: string): string => {
  const bytes = Buffer.from(line)
  const lines = [""]
  for (const [i, byte] of bytes.entries()) {
    // A space at the end of a line may be lost on the way.
    const isLast = i === bytes.length - 1
    const token = isLiteral(byte) && !(isLast && byte === 0x20) ? String.fromCharCode(byte) : escaped(byte)
    if (lines.at(-1)!.length + token.length < longestLine) lines[lines.length - 1] += token
    else lines.push(token)
  }
  return lines.join("=\r\n")
}

/** Text as short lines of ASCII, in which most of it can still be read. */
export const quotedPrintable = (text: string): string =>
  text
    .split(/\r\n|\r|\n/)
    .map(encodedLine)
    .join("\r\n")
