import { Effect } from "effect"
import { lchownSync, lstatSync, readdirSync, readFileSync, statSync } from "node:fs"
import { userInfo } from "node:os"
import { dirname, join } from "node:path"
import { copyInto } from "./binaries.ts"
import type { Binaries } from "./binaries.ts"
import { embeddedPostgresError, fromSystem } from "../EmbeddedPostgresError.ts"
import type { EmbeddedPostgresError } from "../EmbeddedPostgresError.ts"
import { run } from "./osProcess.ts"

/**
 * As whom PostgreSQL runs, since it refuses root: as ourselves, as another user, or as ourselves inside a
 * user namespace where our id has an ordinary number.
 */
export type RunAs =
  | { readonly kind: "self" }
  | { readonly kind: "user"; readonly uid: number; readonly gid: number }
  | { readonly kind: "namespace"; readonly uid: number; readonly gid: number }

interface User {
  readonly uid: number
  readonly gid: number
}

/** The command that runs a program as this. */
export const command = (runAs: RunAs, file: string, args: ReadonlyArray<string>) =>
  runAs.kind === "namespace"
    ? {
        file: "unshare",
        args: ["--user", `--map-user=${runAs.uid}`, `--map-group=${runAs.gid}`, "--", file, ...args],
        identity: {}
      }
    : { file, args: [...args], identity: runAs.kind === "user" ? { uid: runAs.uid, gid: runAs.gid } : {} }

/** Whether a user may enter everything above a path, and the path itself. */
export const reachable = (path: string, user: User): boolean => {
  const found = statSync(path)
  const shift = found.uid === user.uid ? 6 : found.gid === user.gid ? 3 : 0
  const enters = ((found.mode >> shift) & 0o1) === 1
  return enters && (dirname(path) === path || reachable(dirname(path), user))
}

const knownUsers = (): ReadonlyMap<string, User> => {
  const users = new Map<string, User>()
  try {
    for (const line of readFileSync("/etc/passwd", "utf8").split("\n")) {
      const [name = "", , uid = "", gid = ""] = line.split(":")
      if (name !== "" && Number(uid) > 0) users.set(name, { uid: Number(uid), gid: Number(gid) })
    }
  } catch {
    // Without a list of users there is nobody to run as; the caller says so.
  }
  return users
}

/** The users root may run PostgreSQL as, the present owner of the data first. */
const candidates = (dataOwner: number | undefined): ReadonlyArray<User> => {
  const users = knownUsers()
  const owner = [...users.values()].find((user) => user.uid === dataOwner)
  return [owner, users.get("postgres"), users.get("nobody")].filter((user) => user !== undefined)
}

const namespace = (binaries: Binaries, user: User | undefined): Effect.Effect<RunAs | undefined> =>
  Effect.gen(function* () {
    if (process.platform !== "linux" || user === undefined) return undefined
    const runAs: RunAs = { kind: "namespace", ...user }
    const trial = command(runAs, binaries.postgres, ["--version"])
    const { code } = yield* run(trial.file, trial.args, { env: binaries.env })
    return code === 0 ? runAs : undefined
  })

const hasName = (): boolean => {
  try {
    userInfo()
    return true
  } catch {
    return false
  }
}

const asOrdinaryUser = (binaries: Binaries, directory: string, dataOwner: number | undefined) =>
  Effect.gen(function* () {
    const uid = process.getuid?.()
    if (uid !== undefined && dataOwner !== undefined && dataOwner !== uid) {
      return yield* embeddedPostgresError(
        "permission",
        `The data in ${directory} belongs to user ${dataOwner}; this process is user ${uid}: start it as ` +
          `that user, or hand the directory over (chown -R ${uid} ${directory}).`
      )
    }
    // initdb wants to know our name; a container may run under a number that has none.
    const named = hasName() ? undefined : yield* namespace(binaries, knownUsers().get("nobody"))
    return { runAs: named ?? ({ kind: "self" } satisfies RunAs), binaries }
  })

/**
 * Decides as whom PostgreSQL runs. For root another user comes first, because then PostgreSQL has none of
 * root's rights; the namespace comes second, because there its files stay root's; copying the programs last.
 */
export const choose = (
  binaries: Binaries,
  directory: string,
  dataOwner: number | undefined
): Effect.Effect<{ readonly runAs: RunAs; readonly binaries: Binaries }, EmbeddedPostgresError> =>
  Effect.gen(function* () {
    if (process.getuid?.() !== 0) return yield* asOrdinaryUser(binaries, directory, dataOwner)
    const users = candidates(dataOwner)
    const enters = users.filter((user) => reachable(dirname(directory), user))
    const direct = enters.find((user) => reachable(binaries.postgres, user))
    if (direct !== undefined) return { runAs: { kind: "user", ...direct }, binaries }
    const mapped = yield* namespace(binaries, users[0])
    if (mapped !== undefined) return { runAs: mapped, binaries }
    const [user] = enters
    if (user !== undefined)
      return { runAs: { kind: "user", ...user }, binaries: yield* copyInto(binaries, directory) }
    return yield* embeddedPostgresError(
      "root",
      `PostgreSQL refuses to run as root, and no other user can enter ${directory}: start wattkit as an ` +
        "ordinary user, set WATTKIT_DATA_DIR to a directory that other users can enter, or set DATABASE_URL."
    )
  })

/** The owner of the top changes last, so that it tells whether everything below has been handed over. */
const chownTree = (path: string, uid: number, gid: number): void => {
  const found = lstatSync(path)
  if (found.isDirectory()) {
    for (const name of readdirSync(path)) chownTree(join(path, name), uid, gid)
  }
  lchownSync(path, uid, gid)
}

/** Hands paths of ours to whoever PostgreSQL runs as. Only root has to, and only root can. */
export const handOver = (
  runAs: RunAs,
  paths: ReadonlyArray<string>
): Effect.Effect<void, EmbeddedPostgresError> =>
  Effect.try({
    try: () => {
      if (process.getuid?.() !== 0) return
      const { uid, gid } = runAs.kind === "user" ? runAs : { uid: 0, gid: 0 }
      for (const path of paths) {
        const found = lstatSync(path, { throwIfNoEntry: false })
        if (found !== undefined && (found.uid !== uid || found.gid !== gid)) chownTree(path, uid, gid)
      }
    },
    catch: (cause) => fromSystem("hand the data directory to the user PostgreSQL runs as", cause)
  })
