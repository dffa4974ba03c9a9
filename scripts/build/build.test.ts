import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as Declarations from "./Declarations.ts"
import { inParallel } from "./run.ts"
import * as Stamp from "./Stamp.ts"
import * as Workspace from "./Workspace.ts"

const one = (name: string, ...needs: ReadonlyArray<string>): Workspace.Package => ({
  name,
  folder: name,
  path: `/${name}`,
  manifest: { name, dependencies: Object.fromEntries(needs.map((need) => [need, "workspace:^"])) }
})

describe("Workspace", () => {
  it("puts dependencies before dependents", () => {
    const ordered = Workspace.inOrder([one("a", "b", "effect"), one("b", "c"), one("c")])
    assert.deepStrictEqual(
      ordered.map(({ name }) => name),
      ["c", "b", "a"]
    )
  })

  it("names a circle", () => {
    assert.throws(() => Workspace.inOrder([one("a", "b"), one("b", "a")]), /a → b → a/)
  })
})

describe("Declarations", () => {
  it("rewrites relative specifiers and nothing else", () => {
    const text =
      'export * from "./a.ts";\nexport type B = import("../b/c.ts").C;\nimport type { D } from "effect/D";\n'
    assert.strictEqual(
      Declarations.toPublished(text),
      'export * from "./a.js";\nexport type B = import("../b/c.js").C;\nimport type { D } from "effect/D";\n'
    )
  })

  it("finds imports that a user could not resolve", () => {
    const text = 'import("../../core/src/a.js") from "./left.ts" from "@wattkit/core" from "./b.js"'
    assert.deepStrictEqual(Declarations.strayImports(text), ["../../core/src/a.js", "./left.ts"])
  })
})

describe("Stamp", () => {
  let folder = ""
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "wattkit-stamp-"))
    mkdirSync(join(folder, "src"))
    writeFileSync(join(folder, "src", "a.ts"), "one")
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it("changes with names and contents, not with tests", () => {
    const before = Stamp.of([join(folder, "src")])
    writeFileSync(join(folder, "src", "a.test.ts"), "test")
    assert.strictEqual(Stamp.of([join(folder, "src"), join(folder, "absent")]), before)
    writeFileSync(join(folder, "src", "a.ts"), "two")
    const changed = Stamp.of([join(folder, "src")])
    assert.notStrictEqual(changed, before)
    assert.notStrictEqual(Stamp.of([join(folder, "src")], ["more"]), changed)
  })

  it("is fresh only with what was written last", () => {
    const stamps = Stamp.make(join(folder, "stamps"))
    assert.isFalse(stamps.isFresh("core", "1"))
    stamps.write("core", "1")
    assert.isTrue(stamps.isFresh("core", "1"))
    assert.isFalse(stamps.isFresh("core", "2"))
    stamps.forget("core")
    assert.isFalse(stamps.isFresh("core", "1"))
  })
})

describe("inParallel", () => {
  it("keeps the order of results and the width", async () => {
    let running = 0
    let most = 0
    const results = await inParallel([1, 2, 3, 4, 5], 2, async (item) => {
      most = Math.max(most, ++running)
      await Promise.resolve()
      running--
      return item * 10
    })
    assert.deepStrictEqual([results, most], [[10, 20, 30, 40, 50], 2])
  })
})
