import { Config, Context, Effect, Exit, Layer, Redacted, Scope, SubscriptionRef } from "effect"
import { realpathSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { dirname, join, resolve } from "node:path"
import { directoryLayout, socketDirectory } from "./directory/directoryLayout.ts"
import type { DirectoryLayout } from "./directory/directoryLayout.ts"
import * as DirectoryLock from "./directory/DirectoryLock.ts"
import { prune } from "./directory/logFiles.ts"
import * as Marker from "./directory/marker.ts"
import { embeddedPostgresError } from "./EmbeddedPostgresError.ts"
import type { EmbeddedPostgresError } from "./EmbeddedPostgresError.ts"
import { launchServer, makeDirectory } from "./launch.ts"
import type { Launch } from "./launch.ts"
import { locate, majorVersion, withLibraries } from "./process/binaries.ts"
import type { Binaries } from "./process/binaries.ts"
import { pause } from "./process/osProcess.ts"
import { stop, stopAtExit } from "./process/postmaster.ts"
import type { Postmaster } from "./process/postmaster.ts"
import { supervise } from "./process/supervise.ts"
import type { ServerStatus } from "./process/supervise.ts"
import { appRole, databaseName, ownerRole } from "./roles.ts"
import type { ServerSettings } from "./serverSettings.ts"

/** Where the embedded PostgreSQL lives and how it is set. */
export interface EmbeddedPostgresOptions {
  /** A directory for the embedded PostgreSQL alone; made when it is missing. */
  readonly directory: string
  /** "socket-only" (the default) opens no TCP port; a number also listens on 127.0.0.1. */
  readonly port?: number | "socket-only"
  readonly maxConnections?: number
  /** Further server settings by name; those that place, protect or log the server cannot be changed. */
  readonly settings?: Readonly<Record<string, string>>
  /** How long a start may take, recovery after a crash included; five minutes by default. */
  readonly startTimeoutMs?: number
  /** Told what takes a while; logged by default. */
  readonly onProgress?: (message: string) => Effect.Effect<void>
}

/** How one role connects. */
export interface RoleAccess {
  readonly username: string
  readonly password: Redacted.Redacted
  readonly url: Redacted.Redacted
}

/**
 * A PostgreSQL server that we started from the bundled programs and keep up. It is up whenever `start` has
 * succeeded, is started again when it ends by itself, and is stopped when the scope closes.
 */
export interface EmbeddedPostgres {
  /** The real path of the directory. */
  readonly directory: string
  /** The directory of the Unix socket, or an address where there are no Unix sockets. */
  readonly host: string
  readonly port: number
  readonly database: string
  /** Owns the database: for migrations. */
  readonly owner: RoleAccess
  /** Neither owner nor superuser: for everything else. What it may do, migrations grant. */
  readonly app: RoleAccess
  /** Whether the server was still running from an earlier process. */
  readonly adopted: boolean
  /** The server's process id after the start; the present one is in `status`. */
  readonly pid: number
  readonly status: SubscriptionRef.SubscriptionRef<ServerStatus>
}

/** The key of the EmbeddedPostgres service. */
export const EmbeddedPostgres = Context.Service<EmbeddedPostgres>(
  "@wattkit/storage-postgres/EmbeddedPostgres"
)

const freePort = Effect.callback<number>((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() =>
      resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0))
    )
  })
})

const settingsOf = (options: EmbeddedPostgresOptions, layout: DirectoryLayout, holdsSockets: boolean) =>
  Effect.gen(function* () {
    const { port: asked = "socket-only", maxConnections = 40, settings: extra = {} } = options
    for (const name of Object.keys(extra)) {
      if (!/^[a-z_]+(\.[a-z_]+)?$/.test(name)) {
        return yield* embeddedPostgresError("start", `"${name}" is not the name of a PostgreSQL setting.`)
      }
    }
    const windows = process.platform === "win32"
    const port = asked !== "socket-only" ? asked : windows ? yield* freePort : 5432
    const settings: ServerSettings = {
      port,
      listenOn: windows || asked !== "socket-only" ? "127.0.0.1" : "",
      socketDirectory: windows ? undefined : socketDirectory(layout, port, holdsSockets),
      maxConnections,
      extra
    }
    return settings
  })

const checkVersion = (layout: DirectoryLayout, binaries: Binaries) =>
  Effect.gen(function* () {
    const made = yield* Marker.dataVersion(layout)
    const major = yield* majorVersion(binaries)
    if (made === undefined || made === major) return
    return yield* embeddedPostgresError(
      "version",
      `The data in ${layout.directory} was made by PostgreSQL ${made}, and this wattkit brings ` +
        `PostgreSQL ${major}: export it with the wattkit version that made it and import it into a new ` +
        `directory (WATTKIT_DATA_DIR), or serve it with your own PostgreSQL ${made} and set DATABASE_URL.`
    )
  })

const access = (settings: ServerSettings, username: string, password: string): RoleAccess => {
  const query =
    settings.socketDirectory === undefined ? "" : `?host=${encodeURIComponent(settings.socketDirectory)}`
  const place = `${settings.socketDirectory === undefined ? "127.0.0.1" : "localhost"}:${settings.port}`
  const url = `postgresql://${username}:${password}@${place}/${databaseName}${query}`
  return { username, password: Redacted.make(password), url: Redacted.make(url) }
}

/** Ties the server to the scope: stopped when it closes, and asked to when the process ends without that. */
const holdServer = (layout: DirectoryLayout, binaries: Binaries, settings: ServerSettings) =>
  Effect.gen(function* () {
    const held: { server: Postmaster | undefined } = { server: undefined }
    const atExit = () => {
      if (held.server !== undefined) stopAtExit(held.server)
    }
    yield* Effect.acquireRelease(
      Effect.sync(() => process.once("exit", atExit)),
      () =>
        Effect.gen(function* () {
          if (held.server !== undefined) yield* stop(layout, binaries, held.server)
          process.off("exit", atExit)
          const socket = settings.socketDirectory
          const inside = socket === undefined || socket.startsWith(layout.directory)
          if (!inside) rmSync(dirname(socket), { recursive: true, force: true })
        })
    )
    return (server: Postmaster) => {
      held.server = server
    }
  })

const pruneLogs = (layout: DirectoryLayout) =>
  Effect.gen(function* () {
    while (true) {
      yield* Effect.sync(() => prune(layout.log)).pipe(Effect.ignoreCause)
      yield* pause(600_000)
    }
  })

const boot = (options: EmbeddedPostgresOptions) =>
  Effect.gen(function* () {
    const asked = resolve(options.directory)
    yield* Marker.check(directoryLayout(asked))
    yield* makeDirectory(asked)
    const layout = directoryLayout(realpathSync(asked))
    const { holdsSockets } = yield* DirectoryLock.acquire(layout.directory)
    const found = yield* locate()
    // First of all the directory becomes ours: what else is put into it would make it look foreign.
    const passwords = yield* Marker.readOrWrite(layout)
    const binaries = yield* withLibraries(found, layout.directory)
    yield* checkVersion(layout, binaries)
    const settings = yield* settingsOf(options, layout, holdsSockets)
    const launch: Launch = {
      layout,
      binaries,
      passwords,
      settings,
      patienceMs: options.startTimeoutMs ?? 300_000,
      progress: options.onProgress ?? Effect.logInfo,
      hold: yield* holdServer(layout, binaries, settings),
      mayInitialise: true
    }
    const server = yield* launchServer(launch)
    const status = yield* SubscriptionRef.make<ServerStatus>({ ready: true, pid: server.pid, restarts: 0 })
    yield* Effect.forkScoped(supervise(server, status, launchServer({ ...launch, mayInitialise: false })))
    yield* Effect.forkScoped(pruneLogs(layout))
    const embedded: EmbeddedPostgres = {
      directory: layout.directory,
      host: settings.socketDirectory ?? "127.0.0.1",
      port: settings.port,
      database: databaseName,
      owner: access(settings, ownerRole, passwords.owner),
      app: access(settings, appRole, passwords.app),
      adopted: server.adopted,
      pid: server.pid,
      status
    }
    return embedded
  })

/**
 * Starts the embedded PostgreSQL of a directory, or fails within a second when another process has it. A
 * start that fails lets go of everything at once, not only when the surrounding scope closes.
 */
export const start = (
  options: EmbeddedPostgresOptions
): Effect.Effect<EmbeddedPostgres, EmbeddedPostgresError, Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Scope.fork(yield* Effect.scope)
    return yield* boot(options).pipe(
      Scope.provide(scope),
      Effect.onExit((exit) => (Exit.isFailure(exit) ? Scope.close(scope, exit) : Effect.void))
    )
  })

/** The embedded PostgreSQL as a service. */
export const layer = (
  options: EmbeddedPostgresOptions
): Layer.Layer<EmbeddedPostgres, EmbeddedPostgresError> => Layer.effect(EmbeddedPostgres, start(options))

/** The embedded PostgreSQL in the folder `postgres` of WATTKIT_DATA_DIR, which is `.wattkit` by default. */
export const layerConfig: Layer.Layer<EmbeddedPostgres, EmbeddedPostgresError | Config.ConfigError> =
  Layer.unwrap(
    Effect.gen(function* () {
      const directory = yield* Config.String("WATTKIT_DATA_DIR").pipe(Config.withDefault(".wattkit"))
      return layer({ directory: join(directory, "postgres") })
    })
  )
