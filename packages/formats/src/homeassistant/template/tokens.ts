/** A piece of an expression. */
export interface Token {
  readonly kind: "number" | "text" | "name" | "sign"
  readonly text: string
}

/** Why a template is not read here. */
export class Unreadable extends Error {}

/** More than any template of a device has. */
const mostTokens = 400

const number = /(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/
const single = /'((?:[^'\\]|\\.)*)'/
const double = /"((?:[^"\\]|\\.)*)"/
const name = /([A-Za-z_]\w*)/
const sign = /(==|!=|<=|>=|\/\/|[-+*/%()[\].,|<>~=])/

const token = new RegExp(
  `\\s*(?:${[number, single, double, name, sign].map(({ source }) => source).join("|")})`,
  "y"
)

const escapes: { readonly [letter: string]: string } = { n: "\n", t: "\t", r: "\r" }

const plain = (text: string): string =>
  text.replace(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter)

/** Cuts an expression into its pieces. */
export const tokensOf = (text: string): ReadonlyArray<Token> => {
  const tokens: Array<Token> = []
  const rest = text.trimEnd()
  token.lastIndex = 0
  while (token.lastIndex < rest.length) {
    const at = token.lastIndex
    const match = token.exec(rest)
    if (match === null) throw new Unreadable(`“${rest.slice(at).trim().slice(0, 20)}” is not understood`)
    const [, number, single, double, name, sign = ""] = match
    if (number !== undefined) tokens.push({ kind: "number", text: number })
    else if (single !== undefined) tokens.push({ kind: "text", text: plain(single) })
    else if (double !== undefined) tokens.push({ kind: "text", text: plain(double) })
    else if (name !== undefined) tokens.push({ kind: "name", text: name })
    else tokens.push({ kind: "sign", text: sign })
    if (tokens.length > mostTokens) throw new Unreadable("it is too long")
  }
  return tokens
}
