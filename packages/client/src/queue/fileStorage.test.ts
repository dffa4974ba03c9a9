import * as files from "node:fs/promises"
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { fileStorage } from "../queue.ts"

let folder: string

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "wattkit-files-")), "not", "there yet")
})

afterEach(() => rmSync(join(folder, "..", ".."), { recursive: true, force: true }))

describe("files as a storage", () => {
  it("keep, tell and forget, also for the next program", async () => {
    const storage = fileStorage(files, folder)
    assert.isUndefined(await storage.get("a"))
    assert.deepStrictEqual([...(await storage.keys())], [])
    const keys = ["queue:q:1-0-x:1:72", "../up", "a/b", ".", "ä%"]
    for (const key of keys) await storage.set(key, `<${key}>`)
    await storage.set("a/b", "again")
    const next = fileStorage(files, folder)
    assert.sameMembers([...(await next.keys())], keys)
    assert.strictEqual(await next.get("a/b"), "again")
    assert.strictEqual(await next.get("../up"), "<../up>")
    for (const key of keys) await next.delete(key)
    await next.delete("a/b")
    assert.deepStrictEqual(readdirSync(folder), [])
  })

  it("do not show what a crash left half written", async () => {
    const storage = fileStorage(files, folder)
    await storage.set("a", "1")
    writeFileSync(join(folder, "b-0-x.part"), "{ha")
    assert.deepStrictEqual([...(await storage.keys())], ["a"])
  })

  it("fail aloud when it is not that nothing is there", async () => {
    writeFileSync(join(folder, "..", "..", "not"), "a file where the folder should be")
    const storage = fileStorage(files, folder)
    for (const work of [() => storage.set("a", "1"), () => storage.keys()]) {
      const error = await Promise.resolve(work()).then(
        () => undefined,
        (error: unknown) => error
      )
      assert.instanceOf(error, Error)
    }
  })
})
