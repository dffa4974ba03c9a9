import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { vi } from "vitest"

/** Everything that was said where somebody might read it later: in the log, on the screen, in answers. */
export interface Haystack {
  readonly add: (where: string, text: string) => void
  /** Where a text is found; nowhere is what is wanted. */
  readonly find: (needle: string) => ReadonlyArray<string>
  /** All that was said in one place. */
  readonly all: (where: string) => ReadonlyArray<string>
  readonly size: () => number
  readonly close: () => void
}

const outputs = ["log", "info", "warn", "error", "debug", "trace"] as const

/** Begins to listen to all that this process says. */
export const makeHaystack = (): Haystack => {
  const heard: Array<{ readonly where: string; readonly text: string }> = []
  const add = (where: string, text: string): void => void heard.push({ where, text })
  const spies = [
    ...outputs.map((name) =>
      vi.spyOn(console, name).mockImplementation((...said: ReadonlyArray<unknown>) => {
        add(
          `console.${name}`,
          said.map((part) => (typeof part === "string" ? part : JSON.stringify(part))).join(" ")
        )
      })
    ),
    ...[process.stdout, process.stderr].map((stream) =>
      vi.spyOn(stream, "write").mockImplementation((chunk) => {
        add("output", String(chunk))
        return true
      })
    )
  ]
  return {
    add,
    find: (needle) =>
      heard.filter(({ text }) => text.includes(needle)).map(({ text, where }) => around(where, text, needle)),
    all: (where) => heard.filter((one) => one.where === where).map(({ text }) => text),
    size: () => heard.length,
    close: () => {
      for (const spy of spies) spy.mockRestore()
    }
  }
}

const around = (where: string, text: string, needle: string): string => {
  const at = text.indexOf(needle)
  return `${where}: ${text.slice(Math.max(0, at - 80), at + 20)}…`
}

/** The files of a folder in which one of some texts stands, and which. */
export const filesWith = (folder: string, needles: ReadonlyArray<string>): ReadonlyArray<string> => {
  const found: Array<string> = []
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const path = join(folder, name)
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) continue
    const bytes = readFileSync(path)
    for (const needle of needles) if (bytes.includes(needle)) found.push(`${name}: ${needle.slice(0, 12)}…`)
  }
  return found
}
