import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

/** Where the page is written to, and whether it is for reading or for sending. */
export interface DashboardOptions {
  readonly outDir: string
  readonly minify: boolean
}

const here = fileURLToPath(new URL(".", import.meta.url))
const folderOf = (name: string): string => fileURLToPath(new URL(`../../${name}/src/`, import.meta.url))
const words = fileURLToPath(new URL("../src/cli/devices/", import.meta.url))
const sources = [here, folderOf("elements"), folderOf("client"), words]

/** Where the server looks for the page. */
export const usualOutDir: string = fileURLToPath(new URL("../dist/dashboard/", import.meta.url))

/** All files the page is made from, so that an unchanged one is not made again. */
const inputs = (): ReadonlyArray<string> =>
  sources.flatMap((folder) =>
    existsSync(folder)
      ? readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts"))
          .map((entry) => join(entry.parentPath, entry.name))
          .sort()
      : []
  )

const stampOf = (minify: boolean): string => {
  const hash = createHash("sha256").update(`minify ${minify}`)
  for (const path of inputs())
    hash.update(basename(path)).update("\0").update(readFileSync(path)).update("\0")
  return hash.digest("hex")
}

const hashed = (name: string, content: Uint8Array | string): string => {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10)
  return name.replace(/(\.\w+)$/, `-${hash}$1`)
}

/** Bundles one source into one file. */
const bundle = async (source: string, minify: boolean): Promise<Uint8Array> => {
  const { outputFiles } = await build({
    entryPoints: [join(here, source)],
    bundle: true,
    format: "esm",
    target: "es2023",
    // Without minifying, the page is built for a developer: lit then warns of misuse.
    conditions: minify ? [] : ["development"],
    minify,
    write: false,
    legalComments: "none",
    logLevel: "error"
  })
  return outputFiles[0]!.contents
}

/**
 * Builds the dashboard into a folder of static files. Everything but `index.html` carries a hash of its
 * content in its name, so a browser may keep it for ever.
 *
 * Returns whether anything was to be done.
 */
export const buildDashboard = async ({ minify, outDir }: DashboardOptions): Promise<boolean> => {
  const stampPath = join(outDir, ".stamp")
  const stamp = stampOf(minify)
  if (existsSync(stampPath) && readFileSync(stampPath, "utf8") === stamp) return false
  const files = new Map<string, Uint8Array | string>([
    ["main.js", await bundle("main.ts", minify)],
    ["style.css", await bundle("style.css", minify)],
    ["favicon.svg", readFileSync(join(here, "favicon.svg"))]
  ])
  let page = readFileSync(join(here, "index.html"), "utf8")
  rmSync(outDir, { recursive: true, force: true })
  mkdirSync(outDir, { recursive: true })
  for (const [name, content] of files) {
    const file = hashed(name, content)
    page = page.replace(`"${name}"`, `"${file}"`)
    writeFileSync(join(outDir, file), content)
  }
  writeFileSync(join(outDir, "index.html"), page)
  writeFileSync(stampPath, stamp)
  return true
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildDashboard({ outDir: usualOutDir, minify: true })
}
