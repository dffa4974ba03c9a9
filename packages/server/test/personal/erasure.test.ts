import { randomBytes } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import {
  DeviceStore,
  type Instant,
  LocationStore,
  MembershipStore,
  type TenantId,
  TenantStore,
  type UserId,
  UserStore
} from "@wattkit/core"
import { Erasures } from "@wattkit/engine"
import { Effect, Logger, Redacted } from "effect"
import { Command } from "effect/cli"
import { SqlClient } from "effect/sql"
import { afterAll, assert, beforeAll, describe, it, vi } from "vitest"
import { command, layerSpeech } from "../../src/cli/command.ts"
import { eraseDue, listOf } from "../../src/identity/Erasure.ts"
import { makeHouse } from "../fixtures/call.ts"
import { configOf } from "../fixtures/inProcess.ts"
import { type Database, startDatabase } from "../fixtures/ordeal/Database.ts"
import { type Door, openDoor, password, secretIn } from "../identity/house.fixture.ts"
import { inDatabase, letTimePass, rowsThatSay } from "./town.ts"

const name = "Ottilie Wunderwurz"
const email = "ottilie@wunderwurz.example"
const street = "Kanarienweg 7"

const restored = ["users", "memberships", "sessions", "api_keys", "consents"]
const renamed = { tenants: ["name"], locations: ["name", "address"], devices: ["name"] }

/** Copies the rows of today aside, as a backup does. */
const backup = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE SCHEMA backup`
  for (const table of [...restored, ...Object.keys(renamed)])
    yield* sql`CREATE TABLE ${sql(`backup.${table}`)} AS SELECT * FROM ${sql(table)}`
})

/** Puts them back. */
const restore = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  for (const table of restored)
    yield* sql`INSERT INTO ${sql(table)} OVERRIDING SYSTEM VALUE SELECT * FROM ${sql(`backup.${table}`)}
      ON CONFLICT DO NOTHING`
  for (const [table, columns] of Object.entries(renamed)) {
    const set = sql.csv(columns.map((column) => sql`${sql(column)} = old.${sql(column)}`))
    yield* sql`UPDATE ${sql(table)} t SET ${set} FROM ${sql(`backup.${table}`)} old WHERE t.id = old.id`
  }
})

describe("erasure", () => {
  const secret = randomBytes(32).toString("base64url")
  const dataDir = mkdtempSync(join(tmpdir(), "wattkit-erasure-"))
  let database: Database
  let door: Door
  let url: Redacted.Redacted

  beforeAll(async () => {
    database = await startDatabase()
    url = Redacted.make(database.url)
    const identity = { ...configOf({ dataDir }).identity, secret: Redacted.make(secret) }
    door = await openDoor({ dataDir, databaseUrl: url as never, identity }, "embedded")
  })

  afterAll(async () => {
    vi.unstubAllEnvs()
    await door?.close()
    await database?.close()
    rmSync(dataDir, { recursive: true, force: true })
  })

  /** Registers, confirms and signs in. */
  const enter = async (email: string, name: string) => {
    await door.call("POST", "/v1/auth/register", { key: null, body: { email, password, name } })
    const mailed = secretIn(await door.mailTo(email))
    await door.call("POST", "/v1/auth/verify-email", { key: null, body: { secret: mailed, password } })
    const held = await door.signIn(email)
    const me = await door.as(held)<{ id: UserId; tenantId: TenantId }>("GET", "/v1/users/me")
    return { ...me.data, held, call: door.as(held) }
  }

  const erasing = () => door.run(Effect.provide(eraseDue(dataDir), Logger.layer([])))
  const findings = async (...texts: ReadonlyArray<string>) => {
    const all = await Promise.all(texts.map((text) => inDatabase(url, rowsThatSay(text))))
    return Object.fromEntries(texts.map((text, index) => [text, all[index]!]))
  }

  it("leaves nothing of a person, all of the others, and holds against an old backup", async () => {
    const bob = await enter("bob@example.com", "Bob")
    await makeHouse(bob.call, "shared", "shared-meter")
    const ottilie = await enter(email, name)
    await makeHouse(ottilie.call, "lonely", "lonely-meter")
    const own = { kind: "house", zone: "Europe/Berlin", currency: "EUR", address: street, occupants: 1 }
    await ottilie.call("PUT", "/v1/locations/lonely", { body: { ...own, name: "Home of O." } })
    await ottilie.call("PUT", "/v1/devices/lonely-meter", {
      body: { name: "Meter of O.", role: "grid", kind: "grid_meter", parentId: null }
    })
    const terms = { subject: "terms", version: "7", isGiven: true }
    assert.strictEqual((await ottilie.call("POST", "/v1/users/me/consents", { body: terms })).status, 200)
    const key = await ottilie.call<{ secret: string }>("POST", "/v1/api-keys", {
      body: { name: `Phone of ${name}`, scopes: ["read"] }
    })
    assert.strictEqual((await door.call("GET", "/v1/locations", { key: key.data.secret })).status, 200)
    const { passwordHash } = await door.run(
      Effect.gen(function* () {
        yield* MembershipStore.use((store) =>
          store.put({
            tenantId: bob.tenantId,
            userId: ottilie.id,
            role: "user",
            locations: [],
            createdAt: 0 as Instant.Instant,
            disabledAt: null
          })
        )
        return (yield* UserStore.use((store) => store.get(ottilie.id))).secrets
      })
    )
    const texts = [name, email, passwordHash!, street, ottilie.id]
    const before = await findings(...texts)
    for (const text of texts) assert.isNotEmpty(before[text], `${text} is there before`)
    const shared = await Promise.all(
      ["/v1/locations", "/v1/locations/shared/devices", "/v1/users/me"].map((path) => bob.call("GET", path))
    )
    await inDatabase(url, backup)

    assert.strictEqual(await erasing(), 0)
    assert.strictEqual((await ottilie.call("DELETE", "/v1/users/me", { body: { password } })).status, 200)
    assert.strictEqual(await erasing(), 0, "there are days of grace")
    await letTimePass(door, ottilie.id)
    assert.strictEqual(await erasing(), 1)
    assert.strictEqual(await erasing(), 0)

    const nothing = { [name]: {}, [email]: {}, [passwordHash!]: {}, [street]: {} }
    const asked = () => findings(name, email, passwordHash!, street)
    assert.deepStrictEqual(await asked(), nothing)
    const { [ottilie.id]: named } = await findings(ottilie.id)
    assert.deepStrictEqual(Object.keys(named!), ["audit_logs"], "the log names who it was by the id alone")
    const lonely = await door.run(
      Effect.all([
        TenantStore.use((store) => store.get(ottilie.tenantId)),
        LocationStore.use((store) => store.get(ottilie.tenantId, "lonely" as never)),
        DeviceStore.use((store) => store.get(ottilie.tenantId, "lonely-meter" as never))
      ])
    )
    assert.deepStrictEqual(
      lonely.map((one) => one.name),
      ["erased", "erased", "erased"]
    )
    assert.notProperty(lonely[1], "occupants")
    const after = await Promise.all(
      ["/v1/locations", "/v1/locations/shared/devices", "/v1/users/me"].map((path) => bob.call("GET", path))
    )
    assert.deepStrictEqual(
      after.map(({ data }) => data),
      shared.map(({ data }) => data)
    )
    assert.strictEqual(shared[0]?.status, 200)
    const log = await bob.call<ReadonlyArray<{ action: string; by: string; subject: string }>>(
      "GET",
      "/v1/audit-logs?action=user.erased"
    )
    assert.deepInclude(log.data[0], { by: "server", subject: `user ${ottilie.id}` })

    const list = readFileSync(listOf(dataDir), "utf8")
    assert.match(list, new RegExp(`^\\{"id":"${ottilie.id}","at":"[0-9TZ:.-]+"\\}\\n$`))

    await inDatabase(url, restore)
    const back = await findings(name, email, passwordHash!, street)
    for (const text of [name, email, passwordHash!, street]) assert.isNotEmpty(back[text], `${text} is back`)
    vi.stubEnv("DATABASE_URL", database.url)
    vi.stubEnv("WATTKIT_SECRET", secret)
    const replay = async (): Promise<string> => {
      const said: Array<string> = []
      const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0)
      const line = ["user", "erase", "--replay", listOf(dataDir)]
      await Effect.runPromise(
        Command.runWith(command, { version: "0" })(line).pipe(
          Effect.provide([layerSpeech, NodeServices.layer])
        )
      ).finally(() => spy.mockRestore())
      return said.join("")
    }
    assert.include(await replay(), "1 of the 1 persons")
    assert.deepStrictEqual(await asked(), nothing)
    assert.include(await replay(), "0 of the 1 persons")
  })

  it("is taken back by whoever signs in during the days of grace", async () => {
    const { call, id } = await enter("carol@example.com", "Carol")
    assert.strictEqual((await call("DELETE", "/v1/users/me", { body: { password } })).status, 200)
    await vi.waitUntil(async () => (await call("GET", "/v1/users/me")).status === 401, { timeout: 5000 })
    const again = door.as(await door.signIn("carol@example.com"))
    const { user } = await door.run(UserStore.use((store) => store.get(id)))
    assert.isNull(user.eraseAt)
    assert.strictEqual(await erasing(), 0)
    assert.strictEqual((await again("GET", "/v1/users/me")).status, 200)
  })

  it("lets nobody in who is being erased, and erases nobody who could not be written down", async () => {
    const { call, id } = await enter("dora@example.com", "Dora")
    await call("DELETE", "/v1/users/me", { body: { password } })
    await letTimePass(door, id)
    const held: Array<number> = []
    const failing = Erasures.use(({ eraseDue }) =>
      eraseDue(() =>
        Effect.gen(function* () {
          const body = { email: "dora@example.com", password }
          const tried = Effect.promise(() => door.call("POST", "/v1/auth/login", { key: null, body }))
          held.push((yield* tried).status)
          return yield* Effect.fail("the disk is full")
        })
      )
    )
    assert.strictEqual(await door.run(Effect.flip(failing)), "the disk is full")
    assert.deepStrictEqual(held, [403])
    const { user } = await door.run(UserStore.use((store) => store.get(id)))
    assert.strictEqual(user.name, "Dora")
    assert.strictEqual(await erasing(), 1)
    assert.deepStrictEqual(await findings("Dora", "dora@example.com"), { Dora: {}, "dora@example.com": {} })
  })
})
