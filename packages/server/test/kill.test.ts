import { rmSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { packageRoot } from "../src/packageRoot.ts"
import { temporaryFolder } from "./fixtures/inProcess.ts"
import { killRounds } from "./fixtures/killRounds.ts"

const rounds = Number(process.env["WATTKIT_KILLS"] ?? 5)
const minutes = 60_000

describe("a server that is killed while it stores", () => {
  const folders = [temporaryFolder(), temporaryFolder()] as const

  afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

  it(
    `has everything it acknowledged, once and as it was sent (${rounds} kills)`,
    { timeout: (2 + rounds / 4) * minutes },
    async () => {
      const { acknowledged, ...wrong } = await killRounds({ rounds, folder: folders[0] })
      assert.deepStrictEqual(wrong, { lost: 0, duplicated: 0, mutated: 0, invented: 0 })
      assert.isAbove(acknowledged, rounds * 50)
    }
  )

  it("is found out when it acknowledges before it has stored", { timeout: 3 * minutes }, async () => {
    const entry = join(packageRoot, "test", "fixtures", "acknowledgesEarly.ts")
    const { acknowledged, lost } = await killRounds({ rounds: 2, folder: folders[1], entry })
    assert.isAbove(acknowledged, 0)
    assert.isAbove(lost, 0)
  })
})
