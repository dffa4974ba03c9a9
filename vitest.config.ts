import { defineConfig } from "vitest/config"
import projects from "./vitest.workspace.ts"

export default defineConfig({
  test: {
    projects: [...projects],
    // Suites start databases and servers; more of them at once than this only makes each slower.
    maxWorkers: 2
  }
})
