import { defineConfig, type Options } from "tsup"

/** JavaScript only: declarations come from tsc, because TypeScript 7 has no compiler API for tsup to call. */
export const library = (entry: ReadonlyArray<string>): Options | ReadonlyArray<Options> | unknown =>
  defineConfig({
    entry: [...entry],
    format: ["esm"],
    target: "es2023",
    platform: "neutral",
    outDir: "dist",
    dts: false,
    sourcemap: true,
    splitting: true,
    clean: true,
    skipNodeModulesBundle: true
  })
