import { importsOf, makeResolver, packageNameOf } from "../Imports.ts"
import { isTest, isTypeScript, packageOf, type Rule } from "../Rule.ts"

/**
 * A package's own index is for others. Inside, a file names the file it needs: through the index everything
 * would depend on everything, and a circle would be one line away.
 */
export const barrels: Rule = {
  name: "barrel",
  check: (files) => {
    const resolve = makeResolver(files)
    const names = new Map(
      files
        .filter(({ path }) => /^packages\/[^/]+\/package\.json$/.test(path))
        .map(({ path, text }) => [packageOf(path), JSON.parse(text).name])
    )
    return files
      .filter(({ path }) => isTypeScript(path) && path.includes("/src/") && !isTest(path))
      .filter(({ path }) => !path.endsWith("/index.ts"))
      .flatMap((file) => importsOf(file))
      .filter((one) => {
        const own = packageNameOf(one.specifier) === names.get(packageOf(one.from))
        const target = one.specifier.startsWith(".") ? resolve(one) : undefined
        return own || (target !== undefined && /^packages\/[^/]+\/src\/index\.ts$/.test(target))
      })
      .map(({ from, line, specifier }) => ({
        path: from,
        line,
        message: `${specifier} is this package's own index; import the file itself`
      }))
  }
}
