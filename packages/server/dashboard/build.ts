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

/** What a source became: the file the page names, and those that file asks for when it needs them. */
interface Bundle {
  readonly entry: string
  /** What the entry cannot begin without. */
  readonly needed: ReadonlyArray<string>
  readonly files: ReadonlyArray<readonly [name: string, content: Uint8Array]>
}

/**
 * Bundles one source. What it imports dynamically becomes files of their own, which are loaded by whoever
 * comes that far; what several of them share is loaded once.
 */
const bundle = async (source: string, minify: boolean): Promise<Bundle> => {
  const { metafile, outputFiles } = await build({
    entryPoints: [join(here, source)],
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2023",
    // Without minifying, the page is built for a developer: lit then warns of misuse.
    conditions: minify ? [] : ["development"],
    minify,
    write: false,
    metafile: true,
    outdir: here,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    legalComments: "none",
    logLevel: "error"
  })
  const outputs = Object.entries(metafile.outputs)
  const [entry, { imports }] = outputs.find(([, { entryPoint }]) => entryPoint?.endsWith(source) === true)!
  return {
    entry: basename(entry),
    needed: imports.filter(({ kind }) => kind === "import-statement").map(({ path }) => basename(path)),
    files: outputFiles.map(({ contents, path }) => [basename(path), contents] as const)
  }
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
  const script = await bundle("main.ts", minify)
  const style = await bundle("style.css", minify)
  const icon = readFileSync(join(here, "favicon.svg"))
  const iconName = hashed("favicon.svg", icon)
  rmSync(outDir, { recursive: true, force: true })
  mkdirSync(outDir, { recursive: true })
  for (const [name, content] of [...script.files, ...style.files, [iconName, icon] as const])
    writeFileSync(join(outDir, name), content)
  const named = [
    ["main.js", script.entry],
    ["style.css", style.entry],
    ["favicon.svg", iconName]
  ] as const
  const preloads = script.needed.map((file) => `    <link rel="modulepreload" href="${file}" />\n`).join("")
  const source = readFileSync(join(here, "index.html"), "utf8")
  const page = named
    .reduce((text, [name, file]) => text.replace(`"${name}"`, `"${file}"`), source)
    .replace("  </head>", `${preloads}  </head>`)
  writeFileSync(join(outDir, "index.html"), page)
  writeFileSync(stampPath, stamp)
  return true
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildDashboard({ outDir: usualOutDir, minify: true })
}
