import { posix } from "node:path"
import { mask } from "../Mask.ts"
import { isTest, isTypeScript, packageOf, type Rule, type SourceFile, type Violation } from "../Rule.ts"

const key = /^export\s+const\s+(\w+)\s*=\s*Context\.(?:Service|Reference)\b/gm

/** A port and the file of the suite that defines it, when there is one. */
interface Port {
  readonly name: string
  readonly path: string
  readonly suite: string | undefined
}

/** The suite defines the port: each port has one, and every adapter of a port runs it. */
export const ports: Rule = {
  name: "port",
  check: (files) => {
    const suites = files.filter(
      ({ path }) => path.startsWith("packages/testkit/src/suites/") && !isTest(path)
    )
    const known = files
      .filter(
        ({ path }) => path.startsWith("packages/core/src/ports/") && isTypeScript(path) && !isTest(path)
      )
      .flatMap((file) => portsIn(file, suites))
    const tests = files.filter(({ path }) => isTest(path))
    return known.flatMap((port) => [...withoutSuite(port), ...adaptersWithoutSuite(port, files, tests)])
  }
}

const portsIn = (file: SourceFile, suites: ReadonlyArray<SourceFile>): ReadonlyArray<Port> =>
  [...mask(file.text).code.matchAll(key)].map((match) => {
    const name = match[1]!
    const suite = suites.find(({ path }) => [name, `${name}suite`].some((base) => sameName(path, base)))
    return { name, path: file.path, suite: suite?.path }
  })

const sameName = (path: string, base: string): boolean =>
  posix.basename(path, ".ts").toLowerCase().replaceAll("-", "") === base.toLowerCase()

const withoutSuite = ({ name, path, suite }: Port): ReadonlyArray<Violation> =>
  suite === undefined
    ? [{ path, line: 1, message: `${name} has no suite in packages/testkit/src/suites/` }]
    : []

const adaptersWithoutSuite = (
  port: Port,
  files: ReadonlyArray<SourceFile>,
  tests: ReadonlyArray<SourceFile>
): ReadonlyArray<Violation> => {
  if (port.suite === undefined) return []
  const runs = (test: SourceFile): boolean => mentionsSuite(test.text, port.suite!)
  const provides = new RegExp(`\\bLayer\\.\\w+\\(\\s*${port.name}\\b|\\b${port.name}\\.of\\(`)
  const adapters = files.filter(
    ({ path, text }) =>
      /^packages\/[^/]+\/src\//.test(path) &&
      !path.startsWith("packages/testkit/") &&
      isTypeScript(path) &&
      !isTest(path) &&
      provides.test(mask(text).code)
  )
  return adapters
    .filter(({ path }) => {
      // The memory layer lives with the port, below the testkit, so its test may live in either package.
      const homes = packageOf(path) === "core" ? ["core", "testkit"] : [packageOf(path)]
      return !tests.some((test) => homes.includes(packageOf(test.path)) && runs(test))
    })
    .map(({ path }) => ({
      path,
      line: 1,
      message: `it provides ${port.name}, but no test of its package runs the suite`
    }))
}

/** A suite is run by importing its file, or its name from the testkit. */
const mentionsSuite = (text: string, suite: string): boolean => {
  const base = posix.basename(suite, ".ts")
  const bare = base.replace(/suite$/i, "")
  return new RegExp(`\\b${bare}(Suite)?\\b`, "i").test(mask(text).uncommented) && /suites?\b/i.test(text)
}
