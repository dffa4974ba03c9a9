import { mask } from "../Mask.ts"
import { isTypeScript, lineAt, type Rule, type SourceFile, type Violation } from "../Rule.ts"

interface Pattern {
  readonly where: "code" | "comments"
  readonly pattern: RegExp
  readonly message: string
}

const patterns: ReadonlyArray<Pattern> = [
  { where: "comments", pattern: /\b(TODO|FIXME|XXX|HACK)\b/g, message: "a leftover marker" },
  { where: "comments", pattern: /@ts-(ignore|nocheck)\b/g, message: "the type check is switched off" },
  {
    where: "code",
    pattern: /\b(describe|it|test|suite)(\.\w+)*\.only\b/g,
    message: "a test that runs alone"
  },
  {
    where: "code",
    pattern: /\b(describe|it|test|suite)(\.\w+)*\.(skip|todo|fails)\b/g,
    message: "a skipped test"
  },
  { where: "code", pattern: /\bdebugger\b/g, message: "a debugger statement" },
  { where: "code", pattern: /\bas unknown as\b/g, message: "a cast through unknown" },
  { where: "code", pattern: /(?::|\bas|<)\s*any\b(?!\s*\()/g, message: "the type any" }
]

/** Nothing that was meant for later, or to get past the compiler, stays. */
export const leftovers: Rule = {
  name: "leftover",
  check: (files) => files.filter((file) => isTypeScript(file.path)).flatMap(leftoversIn)
}

const leftoversIn = ({ path, text }: SourceFile): ReadonlyArray<Violation> => {
  const masked = mask(text)
  return patterns.flatMap(({ message, pattern, where }) =>
    [...masked[where].matchAll(pattern)].map((match) => ({
      path,
      line: lineAt(text, match.index),
      message: `${message}: ${match[0].trim()}`
    }))
  )
}
