import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type RunningServer, startServer } from "../../packages/server/e2e/startServer.ts"
import { run } from "../build/run.ts"
import * as Workspace from "../build/Workspace.ts"
import { snippetsOf } from "../pack/Snippet.ts"
import { readRepository } from "../tidy/readRepository.ts"

// Every block of a document that is tagged `ts run` is type checked and run as it stands. Blocks of a
// document that
// are tagged `run server`, also those of the language `sh`, run in their order against a server with the
// demo, whose
// address and key are in WATTKIT_URL and WATTKIT_KEY.

const root = dirname(dirname(import.meta.dirname))
const folder = join(root, ".test-output", "snippets")

const runnable = readRepository(root)
  .filter(({ path }) => path.endsWith(".md"))
  .flatMap(({ path, text }) =>
    snippetsOf(text)
      .filter(({ language, tags }) => (language === "ts" || language === "sh") && tags.includes("run"))
      .map(({ code, language, line, tags }) => ({
        code,
        language,
        place: `${path}:${line}`,
        needsServer: tags.includes("server"),
        file: `${path.replace(/\W/g, "-")}-${line}.${language}`
      }))
  )

const interpreters: Readonly<Record<string, string>> = { ts: process.execPath, sh: "bash" }

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

  it.each(runnable.filter(({ needsServer }) => !needsServer))("$place runs", async ({ file, language }) => {
    const { code, output } = await run([interpreters[language]!, join(folder, file)], { cwd: folder })
    assert.strictEqual(code, 0, output)
  })

  describe("with a server", () => {
    let server: RunningServer
    beforeAll(async () => {
      server = await startServer(["--demo"])
    }, 90_000)
    afterAll(() => server.stop())

    it.each(runnable.filter(({ needsServer }) => needsServer))("$place runs", async ({ file, language }) => {
      const env = { ...process.env, WATTKIT_URL: server.origin, WATTKIT_KEY: server.key }
      const command = [interpreters[language]!, ...(language === "sh" ? ["-e"] : []), join(folder, file)]
      const { code, output } = await run(command, { cwd: folder, env })
      assert.strictEqual(code, 0, output)
      assert.notInclude(output, '"success":false')
    })
  })

  it("are found in the README of the repository", () => {
    const readme = snippetsOf(readFileSync(join(root, "README.md"), "utf8"))
    assert.isTrue(readme.some(({ language, tags }) => language === "ts" && tags.includes("run")))
  })
})
