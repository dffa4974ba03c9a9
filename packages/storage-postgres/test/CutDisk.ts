import { Effect } from "effect"
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"

const run = (command: string, ...args: ReadonlyArray<string>): void => {
  const done = spawnSync(command, args, { encoding: "utf8" })
  if (done.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${done.stderr ?? String(done.error)}`)
}

/** Makes an empty file system in a file and mounts it. */
const mountNew = (image: string, size: string, at: string): void => {
  run("truncate", "-s", size, image)
  run("mkfs.ext4", "-q", "-F", image)
  fs.mkdirSync(at)
  run("mount", "-o", "loop,noatime", image, at)
}

/** A disk whose power can be cut. */
export interface CutDisk {
  readonly directory: string
  /** Writes everything to the disk, so that the cuts to come lose nothing of what was done until now. */
  readonly sync: () => void
  /** Cuts the power at this instant, and answers where what was on the disk can be read. */
  readonly cut: () => string
}

/**
 * A disk in a file on a disk in a file.
 *
 * What the inner one holds is what was really written: the rest is in the memory of the machine, and gone
 * after a power cut. Freezing the outer one stops the inner one from changing, so a copy of its file is the
 * disk at one instant, which a copy made while it is written to would not be.
 */
export const make = Effect.fnUntraced(function* () {
  const mounts: Array<string> = []
  const base = fs.mkdtempSync(path.join(os.tmpdir(), "wattkit-disk-"))
  // PostgreSQL does not run as root, and has to come in.
  fs.chmodSync(base, 0o755)
  const release = () => {
    for (const mount of mounts.splice(0).reverse()) spawnSync("umount", ["-l", mount])
    fs.rmSync(base, { recursive: true, force: true })
  }
  // A test process that ends without closing its scope leaves no mount behind.
  process.once("exit", release)
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      process.off("exit", release)
      release()
    })
  )
  const [outer, inner] = [path.join(base, "outer"), path.join(base, "inner")]
  const mount = (image: string, size: string, at: string) => {
    mountNew(image, size, at)
    mounts.push(at)
  }
  mount(path.join(base, "outer.img"), "1200M", outer)
  const image = path.join(outer, "inner.img")
  mount(image, "1000M", inner)
  const cut = (): string => {
    const copy = path.join(base, `cut${mounts.length}.img`)
    run("fsfreeze", "--freeze", outer)
    try {
      run("cp", "--sparse=always", image, copy)
    } finally {
      run("fsfreeze", "--unfreeze", outer)
    }
    const at = path.join(base, `cut${mounts.length}`)
    fs.mkdirSync(at)
    run("mount", "-o", "loop,noatime", copy, at)
    mounts.push(at)
    return at
  }
  return { directory: inner, sync: () => run("sync", "-f", inner), cut } satisfies CutDisk
})

/** Whether this process may mount disks of its own. */
export const isPossible = (): boolean => {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false
  return Effect.runSync(
    Effect.scoped(make()).pipe(
      Effect.as(true),
      Effect.catchDefect(() => Effect.succeed(false))
    )
  )
}
