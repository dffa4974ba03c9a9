import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Email, type UserId, UserStore } from "@wattkit/core"
import { Effect } from "effect"
import { assert, it, vi } from "vitest"
import { keepIn, listOf } from "../../src/identity/Erasure.ts"
import { startServer, type TestServer } from "../fixtures/inProcess.ts"
import { makeKeptStores } from "../fixtures/keptStores.ts"
import { addHand, addTenant } from "../members/crew.ts"

const due = (id: UserId) =>
  UserStore.use((users) =>
    Effect.flatMap(users.get(id), (known) => users.replace(known, { user: { eraseAt: 0 as never } }))
  )

const isThere = (server: TestServer, email: Email) =>
  server.run(
    UserStore.use((users) => Effect.as(users.findByEmail(email), true)).pipe(
      Effect.catchTag("NotFound", () => Effect.succeed(false))
    )
  )

it("erases at the start whose time passed while no server ran, and whom a backup brought back", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "wattkit-erasure-"))
  const stores = await makeKeptStores()
  const first = await startServer(stores.layer)
  const tenantId = await addTenant(first)
  const [ada, eve, bob] = [
    await addHand(first, tenantId, "user"),
    await addHand(first, tenantId, "user"),
    await addHand(first, tenantId, "admin")
  ]
  assert.isTrue(await first.run(due(ada.userId)))
  await Effect.runPromise(keepIn(listOf(dataDir))({ id: eve.userId, at: 0 as never }))
  await first.close()
  const second = await startServer(stores.layer, { dataDir })
  const isGone = async ({ email }: typeof ada) => !(await isThere(second, email))
  await vi.waitUntil(async () => (await isGone(ada)) && (await isGone(eve)), {
    timeout: 10_000,
    interval: 20
  })
  assert.isTrue(await isThere(second, bob.email))
  await second.close()
  await stores.close()
  rmSync(dataDir, { recursive: true, force: true })
})
