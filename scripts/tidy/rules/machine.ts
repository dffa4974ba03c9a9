import { lineAt, type Rule } from "../Rule.ts"

const patterns: ReadonlyArray<{ readonly pattern: RegExp; readonly message: string }> = [
  { pattern: /\bregistry\.[a-z0-9-]+\.[a-z]{2,}\b/g, message: "the host of a package registry" },
  {
    pattern:
      /\bhttps?:\/\/(?!www\.npmjs\.com)[\w.-]*(?:artifactory|verdaccio|nexus|npm)[\w.-]*\.[a-z]{2,}[:/]/g,
    message: "the host of a package registry"
  },
  {
    pattern: /(?<=^|[\s"'`(=:])\/(?:home|Users)\/[a-z][\w-]*\/|(?<=^|[\s"'`(=:])\/root\/[\w.]/gm,
    message: "a path of one machine"
  }
]

/** What is committed works everywhere: no registry's host, no path of somebody's machine. */
export const machine: Rule = {
  name: "machine",
  check: (files) =>
    files.flatMap(({ path, text }) =>
      patterns.flatMap(({ message, pattern }) =>
        [...text.matchAll(pattern)].map((match) => ({
          path,
          line: lineAt(text, match.index),
          message: `${message}: ${match[0]}`
        }))
      )
    )
}
