import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { assert, beforeAll, describe, it } from "vitest"
import { run } from "../build/run.ts"
import * as Workspace from "../build/Workspace.ts"
import { snippetsOf } from "../pack/Snippet.ts"
import { readRepository } from "../tidy/readRepository.ts"

// Every block of a document that is tagged `ts run` is type checked and run as it stands.

const root = dirname(dirname(import.meta.dirname))
const folder = join(root, ".test-output", "snippets")

const runnable = readRepository(root)
  .filter(({ path }) => path.endsWith(".md"))
  .flatMap(({ path, text }) =>
    snippetsOf(text)
      .filter(({ language, tags }) => language === "ts" && tags.includes("run"))
      .map(({ code, line }) => ({
        code,
        place: `${path}:${line}`,
        file: `${path.replace(/\W/g, "-")}-${line}.ts`
      }))
  )

const write = (): void => {
  rmSync(folder, { recursive: true, force: true })
  // The packages are linked as an installation would link them; they run from their sources.
  mkdirSync(join(folder, "node_modules", "@wattkit"), { recursive: true })
  for (const { name, path } of Workspace.list(root)) {
    const link = join(folder, "node_modules", name)
    symlinkSync(relative(dirname(link), path), link)
  }
  for (const { code, file } of runnable) writeFileSync(join(folder, file), code)
  const config = { extends: "../../tsconfig.json", include: ["*.ts"], exclude: [] }
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config))
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }))
}

describe("snippets in documents", () => {
  beforeAll(write)

  it("pass the type check", async () => {
    if (runnable.length === 0) return
    const tsc = join(root, "node_modules", ".bin", "tsc")
    const { code, output } = await run([tsc, "--noEmit", "-p", folder], { cwd: root })
    assert.strictEqual(code, 0, output)
  })

  it.each(runnable)("$place runs", async ({ file }) => {
    const { code, output } = await run([process.execPath, join(folder, file)], { cwd: folder })
    assert.strictEqual(code, 0, output)
  })

  it("are found in the README of the repository", () => {
    const readme = snippetsOf(readFileSync(join(root, "README.md"), "utf8"))
    assert.isTrue(readme.some(({ language, tags }) => language === "ts" && tags.includes("run")))
  })
})
