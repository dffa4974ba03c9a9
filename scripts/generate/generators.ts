/**
 * A program that writes files which are committed. Run with `--check` it writes nothing and exits with 1 when
 * what it would write differs from what is there; `writeOrCheck` does both.
 */
export interface Generator {
  readonly name: string
  /** Path from the root of the repository. */
  readonly script: string
  /** What it writes, for messages. */
  readonly writes: string
}

/** Every generator of the repository, in the order in which they build on each other. */
export const generators: ReadonlyArray<Generator> = [
  { name: "openapi", script: "packages/api/scripts/generate.ts", writes: "packages/api/openapi.json" },
  {
    name: "contract",
    script: "packages/client/scripts/generate.ts",
    writes: "packages/client/src/contract.gen.ts"
  },
  { name: "configuration", script: "packages/server/scripts/generate.ts", writes: "docs/configuration.md" },
  { name: "formats", script: "packages/formats/scripts/generate.ts", writes: "docs/formats.md" }
]
