import { configDefaults, defineProject, type UserWorkspaceConfig } from "vitest/config"

const exclude = [...configDefaults.exclude, "**/.toolchain/**", "**/.test-output/**"]

/** Tests of every kind, one project each, so that `vitest --project unit` runs one kind alone. */
const projects: ReadonlyArray<UserWorkspaceConfig> = [
  defineProject({
    test: {
      name: "unit",
      include: ["packages/*/src/**/*.test.ts", "scripts/**/*.test.ts"],
      exclude,
      // To load the same modules anew for each of two hundred files took longer than the tests themselves.
      isolate: false,
      testTimeout: 20_000
    }
  }),
  defineProject({
    test: {
      name: "conformance",
      include: ["packages/*/test/**/*.conformance.test.ts"],
      exclude,
      testTimeout: 60_000,
      hookTimeout: 120_000
    }
  }),
  defineProject({
    test: {
      name: "integration",
      include: ["packages/*/test/**/*.test.ts"],
      exclude: [...exclude, "**/*.conformance.test.ts", "packages/formats/test/**"],
      // As of the tests beside the code; each of these loads a whole server.
      isolate: false,
      globalSetup: ["./scripts/check/mosquittoSetup.ts"],
      testTimeout: 120_000,
      hookTimeout: 120_000
    }
  }),
  // They take the processor's time of each payload, so nothing else may have run in their process.
  defineProject({
    test: {
      name: "payloads",
      include: ["packages/formats/test/**/*.test.ts"],
      exclude,
      testTimeout: 120_000
    }
  }),
  defineProject({
    test: {
      name: "browser",
      include: ["packages/*/e2e/**/*.test.ts"],
      exclude,
      globalSetup: ["./scripts/check/browserSetup.ts"],
      fileParallelism: false,
      testTimeout: 120_000,
      hookTimeout: 120_000
    }
  }),
  defineProject({
    test: {
      name: "examples",
      include: ["examples/*/*.test.ts", "examples/*/test/**/*.test.ts", "scripts/docs/*.snippets.ts"],
      exclude,
      testTimeout: 120_000,
      hookTimeout: 120_000
    }
  })
]

export default projects
