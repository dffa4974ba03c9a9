import { declaredIn } from "../Exports.ts"
import { isTest, isTypeScript, type Rule, type SourceFile, type Violation } from "../Rule.ts"
import { type AvoidedWord, defaults, emptyWords, exceptions, fromGlossary, split } from "../Words.ts"

/** One word for one thing: exported names and names of files use the words of the glossary. */
export const words: Rule = {
  name: "word",
  check: (files) => {
    const glossary = files.find(({ path }) => path === "GLOSSARY.md")
    const parsed = glossary === undefined ? [] : fromGlossary(glossary.text)
    const avoided =
      parsed.length > 0 ? [...parsed, ...defaults.filter((one) => one.within !== undefined)] : defaults
    return files.filter(({ path }) => isTypeScript(path)).flatMap((file) => wrongWords(file, avoided))
  }
}

const wrongWords = (file: SourceFile, avoided: ReadonlyArray<AvoidedWord>): ReadonlyArray<Violation> => {
  const folders = file.path.split("/")
  const base = folders.pop()!.replace(/\..*$/, "")
  const names = [...folders.map((name) => ({ name, line: 1 })), { name: base, line: 1 }]
  const exported = isTest(file.path) ? [] : declaredIn(file)
  return [
    ...[...names, ...exported].flatMap(({ line, name }) => empty(file.path, line, name)),
    // The domain's words hold in the packages; a script may speak of its workspace and its runner of nodes.
    ...(file.path.startsWith("packages/")
      ? [names.at(-1)!, ...exported].flatMap(({ line, name }) => notOurs(file.path, line, name, avoided))
      : [])
  ]
}

const empty = (path: string, line: number, name: string): ReadonlyArray<Violation> =>
  split(name)
    .filter((word) => emptyWords.includes(word) && !isException(word, name, path))
    .map((word) => ({ path, line, message: `“${word}” in ${name} says nothing; name what it is` }))

const notOurs = (
  path: string,
  line: number,
  name: string,
  avoided: ReadonlyArray<AvoidedWord>
): ReadonlyArray<Violation> => {
  const parts = split(name)
  return avoided
    .filter(({ within }) => within === undefined || within.some((start) => path.startsWith(start)))
    .filter(({ word }) => parts.includes(word) || parts.includes(`${word}s`))
    .filter(({ word }) => !isException(word, name, path))
    .map(({ instead, word }) => ({ path, line, message: `“${word}” in ${name}; the word is ${instead}` }))
}

const isException = (word: string, name: string, path: string): boolean =>
  exceptions.some(
    (one) =>
      one.word === word && one.name.test(name) && (one.within === undefined || path.startsWith(one.within))
  )
