/** A text with the same length and lines, in which what is not code is blank. */
export interface Masked {
  /** Comments and the contents of strings, templates and regular expressions are blank. */
  readonly code: string
  /** Only comments are blank. */
  readonly uncommented: string
  /** Everything but comments is blank. */
  readonly comments: string
}

interface Token {
  readonly kind: "comment" | "string" | "regex"
  readonly start: number
  readonly end: number
}

// A slash after one of these begins a regular expression; after a value it divides.
const beforeRegex =
  /(^|[(,=:[!&|?{};+*%<>~^-]|\b(return|typeof|case|in|of|do|else|void|delete|throw|await|yield))\s*$/

/** Masks TypeScript well enough to search in it; a tokenizer, not a parser. */
export const mask = (text: string): Masked => {
  const tokens = tokenize(text)
  return {
    code: blank(text, tokens),
    uncommented: blank(
      text,
      tokens.filter((token) => token.kind === "comment")
    ),
    comments: keep(
      text,
      tokens.filter((token) => token.kind === "comment")
    )
  }
}

const blankOut = (text: string): string => text.replace(/[^\n]/g, " ")

const blank = (text: string, tokens: ReadonlyArray<Token>): string => {
  let result = ""
  let at = 0
  for (const { end, kind, start } of tokens) {
    // Quotes stay, so that `from ""` is still recognised as an import.
    const inner = kind === "comment" ? blankOut(text.slice(start, end)) : quoted(text.slice(start, end))
    result += text.slice(at, start) + inner
    at = end
  }
  return result + text.slice(at)
}

const quoted = (text: string): string =>
  text.length < 2 ? blankOut(text) : text[0] + blankOut(text.slice(1, -1)) + text.at(-1)

const keep = (text: string, tokens: ReadonlyArray<Token>): string => {
  let result = ""
  let at = 0
  for (const { end, start } of tokens) {
    result += blankOut(text.slice(at, start)) + text.slice(start, end)
    at = end
  }
  return result + blankOut(text.slice(at))
}

const tokenize = (text: string): ReadonlyArray<Token> => {
  const tokens: Array<Token> = []
  // Depths of braces at which an open template continues.
  const templates: Array<number> = []
  let depth = 0
  let at = 0
  const push = (kind: Token["kind"], start: number, end: number): void => {
    tokens.push({ kind, start, end })
    at = end
  }
  const template = (start: number, from: number): void => {
    const end = templateEnd(text, from)
    push("string", start, end)
    if (text[end - 1] === "{") templates.push(depth++)
  }
  while (at < text.length) {
    const char = text[at]!
    const next = text[at + 1]
    if (char === "/" && next === "/") push("comment", at, orEnd(text, text.indexOf("\n", at)))
    else if (char === "/" && next === "*") push("comment", at, orEnd(text, text.indexOf("*/", at + 2), 2))
    else if (char === '"' || char === "'") push("string", at, stringEnd(text, at))
    else if (char === "`") template(at, at + 1)
    else if (char === "/" && beforeRegex.test(text.slice(Math.max(0, at - 20), at)))
      push("regex", at, regexEnd(text, at))
    else if (char === "}" && templates.length > 0 && templates.at(-1) === depth - 1) {
      depth--
      templates.pop()
      template(at, at + 1)
    } else {
      if (char === "{") depth++
      if (char === "}") depth--
      at++
    }
  }
  return tokens
}

const orEnd = (text: string, found: number, extra = 0): number => (found === -1 ? text.length : found + extra)

const stringEnd = (text: string, start: number): number => {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++
    else if (text[at] === text[start] || text[at] === "\n") return at + 1
  }
  return text.length
}

/**
 * The end of a template's piece of text: after the closing backtick, or after the `${` that interrupts it.
 */
const templateEnd = (text: string, from: number): number => {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++
    else if (text[at] === "`") return at + 1
    else if (text[at] === "$" && text[at + 1] === "{") return at + 2
  }
  return text.length
}

const regexEnd = (text: string, start: number): number => {
  let inClass = false
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at]
    if (char === "\\") at++
    else if (char === "\n") return at
    else if (char === "[") inClass = true
    else if (char === "]") inClass = false
    else if (char === "/" && !inClass) return at + 1
  }
  return text.length
}
