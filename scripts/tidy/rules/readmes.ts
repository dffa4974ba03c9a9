import { exportsOf } from "../Exports.ts"
import { packageOf, type Rule, type Violation } from "../Rule.ts"

/**
 * A package's README names everything that the package exports, so that a reader finds it without the source.
 */
export const readmes: Rule = {
  name: "readme",
  check: (files) => {
    const texts = new Map(files.map(({ path, text }) => [path, text]))
    return files
      .filter(({ path }) => /^packages\/[^/]+\/package\.json$/.test(path))
      .flatMap(({ path }): ReadonlyArray<Violation> => {
        const folder = packageOf(path)!
        const readme = `packages/${folder}/README.md`
        const text = texts.get(readme)
        if (text === undefined) return [{ path, line: 1, message: `${folder} has no README.md` }]
        return exportsOf(`packages/${folder}/src/index.ts`, texts)
          .filter((name) => !new RegExp(`(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$])`).test(text))
          .map((name) => ({ path: readme, line: 1, message: `${name} is exported and not listed` }))
      })
  }
}
