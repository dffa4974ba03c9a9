import { posix } from "node:path"
import {
  isExempt,
  isSource,
  isTest,
  isTypeScript,
  type Rule,
  type SourceFile,
  type Violation
} from "../Rule.ts"

const longestFile = 500
const longestLine = 110
const largestMedian = 120
const largestNinetieth = 300
const fullestFolder = 15

const linesOf = (text: string): number => text.split("\n").length - (text.endsWith("\n") ? 1 : 0)

/** The value below which a share of the sorted numbers lies. */
const quantile = (sorted: ReadonlyArray<number>, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

/** No file is too long to be read in one sitting, and most are read in one look. */
export const fileSizes: Rule = {
  name: "file-size",
  check: (files) => {
    const code = files.filter((file) => isTypeScript(file.path) && !isExempt(file))
    const tooLong = code.flatMap(({ path, text }): ReadonlyArray<Violation> => {
      const lines = linesOf(text)
      return lines > longestFile
        ? [{ path, line: longestFile, message: `${lines} lines, at most ${longestFile}` }]
        : []
    })
    const sizes = code
      .filter(isSource)
      .map(({ text }) => linesOf(text))
      .toSorted((one, other) => one - other)
    return [...tooLong, ...spread(quantile(sizes, 0.5), quantile(sizes, 0.9))]
  }
}

const spread = (median: number, ninetieth: number): ReadonlyArray<Violation> => {
  const message = (what: string, is: number, most: number): ReadonlyArray<Violation> =>
    is > most ? [{ path: "packages", line: 1, message: `${what} file has ${is} lines, at most ${most}` }] : []
  return [
    ...message("the median", median, largestMedian),
    ...message("the ninetieth of a hundred", ninetieth, largestNinetieth)
  ]
}

/** A line that fits beside another file. Addresses cannot be wrapped and are let through. */
export const lineLengths: Rule = {
  name: "line-length",
  check: (files) => files.filter((file) => isTypeScript(file.path) && !isExempt(file)).flatMap(longLines)
}

const longLines = ({ path, text }: SourceFile): ReadonlyArray<Violation> =>
  text.split("\n").flatMap((line, index) => {
    const length = [...line].length
    if (length <= longestLine || /https?:\/\/\S+$/.test(line.trimEnd())) return []
    return [{ path, line: index + 1, message: `${length} columns, at most ${longestLine}` }]
  })

/** A folder is a room: with more files than this it is two rooms. */
export const folderSizes: Rule = {
  name: "folder-size",
  check: (files) => {
    const counts = new Map<string, number>()
    for (const file of files) {
      if (!isTypeScript(file.path) || isTest(file.path) || isExempt(file)) continue
      const folder = posix.dirname(file.path)
      counts.set(folder, (counts.get(folder) ?? 0) + 1)
    }
    return [...counts]
      .filter(([, count]) => count > fullestFolder)
      .map(([path, count]) => ({
        path,
        line: 1,
        message: `${count} source files, at most ${fullestFolder} in a folder`
      }))
  }
}
