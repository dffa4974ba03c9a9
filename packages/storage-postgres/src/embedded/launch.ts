import { Effect } from "effect"
import { chmodSync, existsSync, mkdirSync, statSync } from "node:fs"
import { dirname } from "node:path"
import type { DirectoryLayout } from "./directory/directoryLayout.ts"
import type { Passwords } from "./directory/marker.ts"
import { embeddedPostgresError, fromSystem } from "./EmbeddedPostgresError.ts"
import type { EmbeddedPostgresError } from "./EmbeddedPostgresError.ts"
import { initialise } from "./initialise.ts"
import type { Binaries } from "./process/binaries.ts"
import { adoptOrClear, clearSocket } from "./process/leftBehind.ts"
import { pause } from "./process/osProcess.ts"
import { awaitReady, spawnPostmaster, stop } from "./process/postmaster.ts"
import type { Postmaster } from "./process/postmaster.ts"
import { choose, handOver } from "./process/runAs.ts"
import { prepareDatabase } from "./roles.ts"
import { serverArguments } from "./serverSettings.ts"
import type { ServerSettings } from "./serverSettings.ts"

/** All that is needed to bring the server of one directory up, any number of times. */
export interface Launch {
  readonly layout: DirectoryLayout
  readonly binaries: Binaries
  readonly passwords: Passwords
  readonly settings: ServerSettings
  readonly patienceMs: number
  readonly progress: (message: string) => Effect.Effect<void>
  /** Called as soon as a server runs for us, so that it can be stopped whatever happens next. */
  readonly hold: (server: Postmaster) => void
  /** Only a first start makes a data directory; one that vanishes under a running server is not replaced. */
  readonly mayInitialise: boolean
}

const addressOf = (launch: Launch) => ({
  host: launch.settings.socketDirectory ?? "127.0.0.1",
  port: launch.settings.port
})

const prepareDirectory = (launch: Launch) =>
  Effect.gen(function* () {
    const { layout, settings } = launch
    const owner = existsSync(layout.data) ? statSync(layout.data).uid : undefined
    const chosen = yield* choose(launch.binaries, layout.directory, owner)
    yield* Effect.try({
      try: () => {
        mkdirSync(layout.log, { recursive: true, mode: 0o700 })
        // Another user has to pass through; what is inside is closed to everybody else by its own mode.
        chmodSync(layout.directory, chosen.runAs.kind === "user" ? 0o711 : 0o700)
      },
      catch: (cause) => fromSystem(`prepare ${layout.directory}`, cause)
    })
    const socket = settings.socketDirectory === undefined ? [] : [settings.socketDirectory]
    yield* handOver(chosen.runAs, [layout.data, layout.log, ...socket])
    return chosen
  })

/** What the next attempt will not see any more: the rest of a server that was killed. */
const passing = /pre-existing shared memory block|lock file .* already exists|being started up|shutting down/

const startServer = (launch: Launch): Effect.Effect<Postmaster, EmbeddedPostgresError> =>
  Effect.gen(function* () {
    const { layout, settings } = launch
    const { binaries, runAs } = yield* prepareDirectory(launch)
    if (!existsSync(layout.data)) {
      if (!launch.mayInitialise) {
        return yield* embeddedPostgresError(
          "start",
          `The data in ${layout.data} is gone: put it back, or restart.`
        )
      }
      yield* launch.progress("initialising the database (first start only)…")
      yield* initialise(layout, binaries, runAs, launch.passwords.admin)
    }
    const args = serverArguments(layout, settings)
    const attempt = Effect.gen(function* () {
      yield* clearSocket(settings.socketDirectory, settings.port)
      const since = Date.now()
      const server = yield* spawnPostmaster(layout, binaries, runAs, args, launch.hold)
      yield* awaitReady(layout, server, since, launch.patienceMs)
      return server
    })
    for (let left = 25; left > 0; left--) {
      const outcome = yield* Effect.result(attempt)
      if (outcome._tag === "Success") return outcome.success
      if (!outcome.failure.log.some((line) => passing.test(line))) return yield* outcome.failure
      yield* pause(200)
    }
    return yield* attempt
  })

const fresh = (launch: Launch): Effect.Effect<Postmaster, EmbeddedPostgresError> =>
  Effect.tap(startServer(launch), () => prepareDatabase(addressOf(launch), launch.passwords, false))

/** Brings the server up: adopts the one that is already running where there is one, else starts it. */
export const launchServer = (launch: Launch): Effect.Effect<Postmaster, EmbeddedPostgresError> =>
  Effect.gen(function* () {
    const { layout, settings } = launch
    const wanted = [launch.binaries.postgres, ...serverArguments(layout, settings)]
    const running = yield* adoptOrClear(layout, launch.binaries, wanted)
    if (running === undefined) return yield* fresh(launch)
    launch.hold(running)
    yield* launch.progress(
      `adopting the PostgreSQL that an earlier process left running (pid ${running.pid})`
    )
    return yield* prepareDatabase(addressOf(launch), launch.passwords, true).pipe(
      Effect.as(running),
      Effect.catch((failed) =>
        failed.reason === "unsafe"
          ? Effect.fail(failed)
          : Effect.andThen(stop(layout, launch.binaries, running), fresh(launch))
      )
    )
  })

/** Makes the directory, with all of its path, for us alone. */
export const makeDirectory = (directory: string): Effect.Effect<void, EmbeddedPostgresError> =>
  Effect.try({
    try: () => {
      mkdirSync(dirname(directory), { recursive: true })
      if (!existsSync(directory)) mkdirSync(directory, { mode: 0o700 })
    },
    catch: (cause) => fromSystem(`make the data directory ${directory}`, cause)
  })
