import type { Step } from "./Step.ts"

const tests = (project: string, what: string, weight: Step["weight"] = 2): Step => ({
  name: project,
  what,
  command: ["vitest", "run", "--project", project],
  vitest: project,
  weight
})

/** Every step of `./scripts/test`, in the order in which they start. */
export const steps: ReadonlyArray<Step> = [
  {
    name: "generated",
    what: "generated files are up to date",
    command: ["node", "scripts/generate.ts", "--check"]
  },
  { name: "lint", what: "oxlint", command: ["oxlint", "--deny-warnings"] },
  { name: "format", what: "oxfmt --check", command: ["oxfmt", "--check", "."] },
  { name: "types", what: "TypeScript, everything", command: ["tsc", "--noEmit", "-p", "tsconfig.json"] },
  {
    name: "browser-types",
    what: "TypeScript, browser code without Node's globals",
    command: ["tsc", "--noEmit", "-p", "tsconfig.browser.json"]
  },
  { name: "tidy", what: "the house rules", command: ["node", "scripts/tidy.ts"] },
  {
    name: "knip",
    what: "unused files, exports, dependencies",
    command: ["knip", "--no-progress", "--no-config-hints"]
  },
  { name: "build", what: "all packages to dist", command: ["node", "scripts/build.ts"] },
  {
    name: "publish",
    what: "publint and attw on packed tarballs",
    command: ["node", "scripts/publish-check.ts"],
    needs: ["build"]
  },
  { name: "size", what: "bundle size limits", command: ["size-limit"], needs: ["build"] },
  {
    name: "pack",
    what: "tarballs installed into an empty project",
    command: ["node", "scripts/pack.ts"],
    needs: ["build"]
  },
  { name: "docs", what: "documentation builds", command: ["pnpm", "--filter", "@wattkit/docs", "build"] },
  // One file after the other, which leaves a processor to the packages and documents above.
  tests("conformance", "every adapter runs the suite of its port", 1),
  tests("unit", "tests beside the code"),
  // They take the processor's time, which others beside them would make longer.
  tests("payloads", "long and mutated payloads of every format"),
  tests("integration", "packages together, real services"),
  // Both wait more than they work, so they go beside each other.
  tests("examples", "examples and documentation snippets", 1),
  tests("browser", "the dashboard in Chromium", 1)
]
