import { defineConfig } from "tsup"

/**
 * How every package is bundled. JavaScript only: declarations come from `scripts/build.ts`, because
 * TypeScript 7 has no compiler API that tsup could call.
 */
export const library = (entry: ReadonlyArray<string>): ReturnType<typeof defineConfig> =>
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
