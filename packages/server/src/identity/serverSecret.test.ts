import { spawn } from "node:child_process"
import { once } from "node:events"
import { randomBytes } from "node:crypto"
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { ServerSecret } from "@wattkit/core"
import { serverSecretSuite } from "@wattkit/testkit/suites"
import { Effect, Redacted } from "effect"
import * as SecretFile from "./SecretFile.ts"
import { layer } from "./serverSecret.ts"

const text = randomBytes(32).toString("base64url")
const identity = { secret: undefined, smtp: undefined, registration: undefined, sessionDays: 7 }
const none = { databaseUrl: undefined, dataDir: "/nowhere", identity }
const set = { ...none, identity: { ...identity, secret: Redacted.make(text) } }

serverSecretSuite("from the environment", layer(set))

const temporary = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "wattkit-secret-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

const derived = (config: Parameters<typeof layer>[0]) =>
  Effect.map(
    Effect.provide(
      Effect.flatMap(ServerSecret, ({ derive }) => derive("test")),
      layer(config)
    ),
    (key) => Buffer.from(key).toString("hex")
  )

/** What another process finds, that starts with the same data directory. */
const elsewhere = async (dataDir: string): Promise<string> => {
  const program = `
    import { Effect } from "effect"
    import { ServerSecret } from "@wattkit/core"
    import { layer } from ${JSON.stringify(new URL("./serverSecret.ts", import.meta.url).href)}
    const config = { dataDir: ${JSON.stringify(dataDir)}, identity: {} }
    const key = Effect.flatMap(ServerSecret, ({ derive }) => derive("test"))
    const found = await Effect.runPromise(Effect.provide(key, layer(config)))
    process.stdout.write(Buffer.from(found).toString("hex"))`
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"]
  })
  let said = ""
  child.stdout.on("data", (bytes) => (said += String(bytes)))
  await once(child, "close")
  return said
}

describe("the secret of the installation", () => {
  it.effect("is made once, for its owner alone, and found again", () =>
    Effect.gen(function* () {
      const dataDir = join(yield* temporary, "new", "data")
      const first = yield* derived({ ...none, dataDir })
      const file = join(dataDir, "secret")
      assert.strictEqual(statSync(file).mode & 0o777, 0o600)
      assert.match(readFileSync(file, "utf8"), /^[A-Za-z0-9_-]{43}\n$/)
      assert.strictEqual(yield* derived({ ...none, dataDir }), first)
      assert.deepStrictEqual(readdirSync(dataDir), ["secret"])
      const other = yield* temporary
      assert.notStrictEqual(yield* derived({ ...none, dataDir: other }), first)
    }).pipe(Effect.scoped)
  )

  it.effect("is the same for processes that start at once", () =>
    Effect.gen(function* () {
      const dataDir = yield* temporary
      const found = yield* Effect.promise(() => Promise.all([1, 2, 3].map(() => elsewhere(dataDir))))
      assert.match(found[0]!, /^[0-9a-f]{64}$/)
      assert.deepStrictEqual(new Set(found).size, 1)
      assert.deepStrictEqual(readdirSync(dataDir), ["secret"])
    }).pipe(Effect.scoped)
  )

  it.effect("is that of whoever was first, also for one who found none a moment ago", () =>
    Effect.gen(function* () {
      const dataDir = yield* temporary
      const file = join(dataDir, "secret")
      SecretFile.make(file)
      const first = SecretFile.read(file)
      SecretFile.make(file)
      assert.strictEqual(SecretFile.read(file), first)
      assert.deepStrictEqual(readdirSync(dataDir), ["secret"])
    }).pipe(Effect.scoped)
  )

  it.effect("is closed again when others could read it", () =>
    Effect.gen(function* () {
      const dataDir = yield* temporary
      const first = yield* derived({ ...none, dataDir })
      const file = join(dataDir, "secret")
      chmodSync(file, 0o644)
      assert.strictEqual(yield* derived({ ...none, dataDir }), first)
      assert.strictEqual(statSync(file).mode & 0o777, 0o600)
    }).pipe(Effect.scoped)
  )

  it.effect("is never replaced when it is damaged", () =>
    Effect.gen(function* () {
      const dataDir = yield* temporary
      const file = join(dataDir, "secret")
      for (const damaged of ["", "short\n", "\0".repeat(44)]) {
        writeFileSync(file, damaged, { mode: 0o600 })
        assert.include((yield* Effect.flip(derived({ ...none, dataDir }))).message, "is damaged")
        assert.strictEqual(readFileSync(file, "utf8"), damaged)
      }
    }).pipe(Effect.scoped)
  )

  it.effect("has to be set where servers share a database", () =>
    Effect.gen(function* () {
      const databaseUrl = Redacted.make("postgres://x")
      const { message } = yield* Effect.flip(derived({ ...none, databaseUrl }))
      assert.include(message, "WATTKIT_SECRET is not set")
      assert.strictEqual(yield* derived({ ...set, databaseUrl }), yield* derived(set))
    })
  )

  it.effect("says where it could not be kept", () =>
    Effect.gen(function* () {
      const dataDir = join(yield* temporary, "file")
      writeFileSync(dataDir, "")
      assert.include((yield* Effect.flip(derived({ ...none, dataDir }))).message, "cannot be kept in")
    }).pipe(Effect.scoped)
  )
})
