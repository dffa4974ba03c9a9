const longest = 110

/**
 * Breaks comment lines that are too long, which the formatter leaves alone: comments of one line beside their
 * delimiters and line comments. Code is the formatter's business.
 */
export const wrapComments = (text: string): string => text.split("\n").flatMap(wrapLine).join("\n")

const wrapLine = (line: string): ReadonlyArray<string> => {
  if ([...line].length <= longest) return [line]
  const block = /^(\s*)\/\*\* (.*) \*\/$/.exec(line)
  if (block !== null) {
    const [, margin = "", prose = ""] = block
    return [`${margin}/**`, ...fill(prose, `${margin} * `), `${margin} */`]
  }
  const single = /^(\s*)\/\/ (.*)$/.exec(line)
  return single === null ? [line] : fill(single[2] ?? "", `${single[1] ?? ""}// `)
}

const fill = (prose: string, start: string): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const word of prose.split(" ")) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > longest) lines.push(`${start}${word}`)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
