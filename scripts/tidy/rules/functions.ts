import { mask } from "../Mask.ts"
import { isSource, lineAt, type Rule, type SourceFile, type Violation } from "../Rule.ts"

const longest = 70

const control = /\b(if|for|while|switch|catch|with)\s*(?:await\s*)?$/

/** A function fits on a screen. Only braces are counted: an expression body is one thought. */
export const functionLengths: Rule = {
  name: "function-length",
  check: (files) => files.filter(isSource).flatMap(longFunctions)
}

const longFunctions = ({ path, text }: SourceFile): ReadonlyArray<Violation> => {
  const { code } = mask(text)
  const open: Array<{ readonly at: number; readonly isFunction: boolean }> = []
  const found: Array<Violation> = []
  for (let at = 0; at < code.length; at++) {
    if (code[at] === "{") open.push({ at, isFunction: opensFunction(code, at) })
    if (code[at] !== "}") continue
    const start = open.pop()
    if (start === undefined || !start.isFunction) continue
    const line = lineAt(text, start.at)
    const lines = lineAt(text, at) - line + 1
    if (lines > longest)
      found.push({ path, line, message: `a function of ${lines} lines, at most ${longest}` })
  }
  return found
}

/** Whether the brace at an offset begins the body of a function, arrow or method. */
const opensFunction = (code: string, at: number): boolean => {
  const before = code.slice(Math.max(0, at - 400), at).trimEnd()
  if (before.endsWith("=>")) return true
  const annotated = /\)\s*(?::[^;{}()=]*)?$/.exec(before)
  if (annotated === null) return false
  const parenthesis = matchingParenthesis(code, at)
  if (parenthesis === undefined) return false
  return !control.test(code.slice(Math.max(0, parenthesis - 20), parenthesis))
}

/** Walks back from the end of a parameter list, over a result type, to where the list opens. */
const matchingParenthesis = (code: string, from: number): number | undefined => {
  let at = code.lastIndexOf(")", from)
  let depth = 0
  for (; at >= 0; at--) {
    if (code[at] === ")") depth++
    else if (code[at] === "(" && --depth === 0) return at
  }
  return undefined
}
