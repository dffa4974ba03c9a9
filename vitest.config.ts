import { defineConfig } from "vitest/config"
import { LongestFirst } from "./scripts/check/LongestFirst.ts"
import projects from "./vitest.workspace.ts"

export default defineConfig({
  test: {
    projects: [...projects],
    sequence: { sequencer: LongestFirst },
    // Suites start databases and servers; more of them at once than this only makes each slower.
    maxWorkers: 2
  }
})
