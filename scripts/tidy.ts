import { writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { readRepository } from "./tidy/readRepository.ts"
import { isTypeScript } from "./tidy/Rule.ts"
import { rules } from "./tidy/rules.ts"
import { wrapComments } from "./tidy/wrapComments.ts"

// Usage: node scripts/tidy.ts [--wrap] [part of a path or name of a rule…]
// --wrap breaks comment lines that are too long and stops; `pnpm format` does it after the formatter.

const root = dirname(import.meta.dirname)
const files = readRepository(root)
const words = process.argv.slice(2)
const wanted = words.filter((word) => !word.startsWith("-"))

const isWanted = (path: string): boolean => wanted.length === 0 || wanted.some((word) => path.includes(word))

const wrapAll = (): void => {
  for (const { path, text } of files) {
    if (!isTypeScript(path) || !isWanted(path) || /\.gen(erated)?\.ts$/.test(path)) continue
    const wrapped = wrapComments(text)
    if (wrapped !== text) writeFileSync(join(root, path), wrapped)
  }
}

const report = (): void => {
  const found = rules
    .flatMap((rule) => rule.check(files).map((violation) => ({ ...violation, rule: rule.name })))
    .filter(
      ({ path, rule }) => wanted.length === 0 || wanted.some((word) => rule === word || path.includes(word))
    )
    .toSorted((one, other) => one.path.localeCompare(other.path) || one.line - other.line)
  for (const { line, message, path, rule } of found)
    process.stdout.write(`${path}:${line} ${rule} ${message}\n`)
  process.stdout.write(`${found.length} violations of ${rules.length} rules in ${files.length} files\n`)
  process.exitCode = found.length === 0 ? 0 : 1
}

if (words.includes("--wrap")) wrapAll()
else report()
