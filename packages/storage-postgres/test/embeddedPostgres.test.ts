import { PgClient } from "@effect/sql-pg"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Stream, SubscriptionRef } from "effect"
import { spawn } from "node:child_process"
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import { EmbeddedPostgres, layerClient, start } from "../src/embedded/index.ts"
import type { EmbeddedPostgresOptions } from "../src/embedded/index.ts"
import { ended, isAlive, otherProcess, temporary } from "./embeddedDirectories.ts"

const quiet = { onProgress: () => Effect.void }

const up = (directory: string, options: Partial<EmbeddedPostgresOptions> = {}) =>
  start({ directory, ...quiet, ...options })

const client = (server: EmbeddedPostgres, role: "owner" | "app") =>
  Layer.build(
    layerClient(role, { maxConnections: 2 }).pipe(Layer.provide(Layer.succeed(EmbeddedPostgres, server)))
  ).pipe(Effect.map((context) => Context.get(context, PgClient.PgClient)))

const writeRow = (server: EmbeddedPostgres) =>
  Effect.gen(function* () {
    const sql = yield* client(server, "owner")
    yield* sql`CREATE TABLE kept (value int)`
    yield* sql`INSERT INTO kept VALUES (42)`
  }).pipe(Effect.scoped)

const readRow = (server: EmbeddedPostgres) =>
  Effect.gen(function* () {
    const sql = yield* client(server, "owner")
    const rows = yield* sql<{ value: number }>`SELECT value FROM kept`
    return rows.map(({ value }) => value)
  }).pipe(Effect.scoped)

const refused = (directory: string) => Effect.scoped(Effect.flip(up(directory)))

describe("embedded PostgreSQL", () => {
  it.live("starts in a new directory, stops without a trace, and keeps its rows", () =>
    Effect.gen(function* () {
      const directory = join(yield* temporary, "new", "postgres")
      const begun = Date.now()
      const pid = yield* Effect.scoped(
        Effect.gen(function* () {
          const server = yield* up(directory)
          assert.isBelow(Date.now() - begun, 10_000)
          yield* writeRow(server)
          const app = yield* client(server, "app")
          const denied = yield* Effect.flip(app`CREATE TABLE mine (value int)`)
          assert.strictEqual(denied._tag, "SqlError")
          const [role] = yield* app`SELECT rolsuper OR rolbypassrls AS strong,
            (SELECT datdba = pg_roles.oid FROM pg_database WHERE datname = current_database()) AS owns,
            current_setting('listen_addresses') AS listens, current_setting('data_checksums') AS checksums
            FROM pg_roles WHERE rolname = current_user`
          assert.deepStrictEqual({ ...role }, { strong: false, owns: false, listens: "", checksums: "on" })
          return server.pid
        })
      )
      assert.isFalse(isAlive(pid))
      assert.deepStrictEqual(readdirSync(join(directory, "socket")), [])
      assert.isFalse(existsSync(join(directory, "owner.sock")))
      const again = Date.now()
      const server = yield* up(directory)
      assert.isBelow(Date.now() - again, 2_000)
      assert.isFalse(server.adopted)
      assert.deepStrictEqual(yield* readRow(server), [42])
    })
  )

  it.live("lets one owner in and tells the second who it is", () =>
    Effect.gen(function* () {
      const directory = join(yield* temporary, "postgres")
      yield* up(directory)
      const begun = Date.now()
      const same = yield* refused(directory)
      assert.isBelow(Date.now() - begun, 1_000)
      assert.strictEqual(same.reason, "locked")
      const { report } = yield* otherProcess(directory)
      assert.strictEqual(report.reason, "locked")
      assert.include(report.message ?? "", `process ${process.pid}`)
      assert.include(report.message ?? "", "WATTKIT_DATA_DIR")
    })
  )

  it.live("adopts the server of an owner that was killed, with what it had committed", () =>
    Effect.gen(function* () {
      const directory = join(yield* temporary, "postgres")
      yield* Effect.scoped(Effect.flatMap(up(directory), writeRow))
      const { child, report } = yield* otherProcess(directory)
      const orphan = report.pid ?? 0
      child.kill("SIGKILL")
      yield* ended(child)
      assert.isTrue(isAlive(orphan))
      yield* Effect.scoped(
        Effect.gen(function* () {
          const server = yield* up(directory)
          assert.isTrue(server.adopted)
          assert.strictEqual(server.pid, orphan)
          assert.deepStrictEqual(yield* readRow(server), [42])
        })
      )
      assert.isFalse(isAlive(orphan))
    })
  )

  it.live("replaces the server of a killed owner when it was started with other settings", () =>
    Effect.gen(function* () {
      const directory = join(yield* temporary, "postgres")
      const { child, report } = yield* otherProcess(directory)
      child.kill("SIGKILL")
      yield* ended(child)
      const server = yield* up(directory, { maxConnections: 17 })
      assert.isFalse(server.adopted)
      assert.isFalse(isAlive(report.pid ?? 0))
    })
  )

  it.live("starts the server again when it is killed", () =>
    Effect.gen(function* () {
      const server = yield* up(join(yield* temporary, "postgres"))
      yield* writeRow(server)
      process.kill(server.pid, "SIGKILL")
      const seen = yield* SubscriptionRef.changes(server.status).pipe(
        Stream.takeUntil((status) => status.ready && status.restarts === 1),
        Stream.runCollect
      )
      assert.isTrue([...seen].some((status) => !status.ready))
      assert.deepStrictEqual(yield* readRow(server), [42])
    })
  )

  it.live("leaves a directory alone that is not ours", () =>
    Effect.gen(function* () {
      const directory = yield* temporary
      writeFileSync(join(directory, "letter.txt"), "mine")
      assert.strictEqual((yield* refused(directory)).reason, "foreign")
      assert.deepStrictEqual(readdirSync(directory), ["letter.txt"])
    })
  )

  it.live("refuses data of another major version", () =>
    Effect.gen(function* () {
      const directory = join(yield* temporary, "postgres")
      yield* Effect.scoped(up(directory))
      writeFileSync(join(directory, "data", "PG_VERSION"), "15\n")
      const failed = yield* refused(directory)
      assert.strictEqual(failed.reason, "version")
      assert.include(failed.message, "PostgreSQL 15")
    })
  )

  it.live("neither obeys nor harms a stranger whose process id is in postmaster.pid", () =>
    Effect.gen(function* () {
      const directory = join(yield* temporary, "postgres")
      yield* Effect.scoped(up(directory))
      const stranger = yield* Effect.acquireRelease(
        Effect.sync(() => {
          // The server only stumbles over a stranger that runs as its own user.
          const { uid, gid } = statSync(join(directory, "data"))
          return spawn("sleep", ["600"], process.getuid?.() === 0 ? { uid, gid, cwd: "/" } : {})
        }),
        (child) => Effect.sync(() => child.kill("SIGKILL"))
      )
      const lines = [
        stranger.pid,
        join(directory, "data"),
        1,
        5432,
        join(directory, "socket"),
        "",
        "",
        "ready"
      ]
      writeFileSync(join(directory, "data", "postmaster.pid"), `${lines.join("\n")}\n`)
      writeFileSync(join(directory, "socket", ".s.PGSQL.5432.lock"), `${stranger.pid}\n`)
      yield* Effect.scoped(
        Effect.gen(function* () {
          assert.isFalse((yield* up(directory)).adopted)
        })
      )
      assert.isTrue(isAlive(stranger.pid ?? 0))
    })
  )

  it.live("works in a directory with a long and awkward name", () =>
    Effect.gen(function* () {
      const directory = join(yield* temporary, `a b'c"d,${"x".repeat(90)}`, "postgres")
      const host = yield* Effect.scoped(
        Effect.gen(function* () {
          const server = yield* up(directory)
          yield* writeRow(server)
          return server.host
        })
      )
      assert.isFalse(existsSync(host))
    })
  )

  it.live("refuses to run with settings that lose commits, and lets go of everything", () =>
    Effect.gen(function* () {
      const directory = join(yield* temporary, "postgres")
      yield* Effect.scoped(up(directory))
      appendFileSync(join(directory, "data", "postgresql.conf"), "synchronous_commit = off\n")
      const failed = yield* Effect.flip(up(directory))
      assert.strictEqual(failed.reason, "unsafe")
      assert.include(failed.message, "synchronous_commit")
      assert.isFalse(existsSync(join(directory, "data", "postmaster.pid")))
      appendFileSync(join(directory, "data", "postgresql.conf"), "synchronous_commit = on\n")
      yield* up(directory)
    })
  )

  it.live("says what PostgreSQL said when it does not start", () =>
    Effect.gen(function* () {
      const directory = join(yield* temporary, "postgres")
      yield* Effect.scoped(up(directory))
      const failed = yield* Effect.flip(up(directory, { settings: { shared_buffers: "nonsense" } }))
      assert.strictEqual(failed.reason, "start")
      assert.isTrue(failed.log.some((line) => line.includes("shared_buffers")))
    })
  )

  if (process.getuid?.() === 0) {
    it.live("works for root where no other user can come", () =>
      Effect.gen(function* () {
        const parent = join(yield* temporary, "closed")
        mkdirSync(parent, { mode: 0o700 })
        yield* Effect.flatMap(up(join(parent, "postgres")), writeRow)
      })
    )

    it.live("works for an ordinary user", () =>
      Effect.gen(function* () {
        const parent = join(yield* temporary, "theirs")
        mkdirSync(parent)
        chmodSync(parent, 0o700)
        chownSync(parent, 65_534, 65_534)
        const { child, report } = yield* otherProcess(join(parent, "postgres"), { uid: 65_534, gid: 65_534 })
        assert.isTrue(isAlive(report.pid ?? 0), report.message ?? report.reason)
        child.stdin?.end()
        yield* ended(child)
        assert.isFalse(isAlive(report.pid ?? 0))
      })
    )
  }
})
