import { Effect } from "effect"
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import type { Binaries } from "./process/binaries.ts"
import type { DirectoryLayout } from "./directory/directoryLayout.ts"
import { fromLog, fromSystem } from "./EmbeddedPostgresError.ts"
import type { EmbeddedPostgresError } from "./EmbeddedPostgresError.ts"
import { run } from "./process/osProcess.ts"
import { command, handOver } from "./process/runAs.ts"
import type { RunAs } from "./process/runAs.ts"

/** The superuser, used only to set up and to check. */
export const adminRole = "wattkit_admin"

const attempt = (doing: string, action: () => void): Effect.Effect<void, EmbeddedPostgresError> =>
  Effect.try({ try: action, catch: (cause) => fromSystem(doing, cause) })

/**
 * Makes a new data directory. It is built aside and renamed when it is whole and on disk, so a first start
 * that was cut off is simply done again.
 *
 * The locale is PostgreSQL's own C.UTF-8, which does not depend on what the system has installed or on its
 * version. Passwords are asked for on the socket too: several programs may run as the same user.
 */
export const initialise = (
  layout: DirectoryLayout,
  binaries: Binaries,
  runAs: RunAs,
  password: string
): Effect.Effect<void, EmbeddedPostgresError> =>
  Effect.gen(function* () {
    const passwordFile = join(layout.directory, "initdb.password")
    yield* attempt("prepare the data directory", () => {
      rmSync(layout.staging, { recursive: true, force: true })
      mkdirSync(layout.staging, { mode: 0o700 })
      chmodSync(layout.staging, 0o700)
      writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
    })
    yield* handOver(runAs, [layout.staging, passwordFile])
    const initdb = command(runAs, binaries.initdb, [
      "--pgdata",
      layout.staging,
      `--username=${adminRole}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--data-checksums",
      "--no-instructions"
    ])
    const { code, output } = yield* Effect.ensuring(
      run(initdb.file, initdb.args, { ...initdb.identity, env: binaries.env, cwd: "/" }),
      Effect.sync(() => rmSync(passwordFile, { force: true }))
    )
    if (code !== 0) {
      return yield* fromLog("initialise", `The database in ${layout.directory} could not be made.`, output)
    }
    yield* attempt("put the new data directory in place", () => {
      renameSync(layout.staging, layout.data)
      if (process.platform === "win32") return
      const folder = openSync(layout.directory, "r")
      fsyncSync(folder)
      closeSync(folder)
    })
  })
