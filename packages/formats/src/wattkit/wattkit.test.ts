import { describe } from "vitest"
import { testExamples } from "../exampleTests.fixture.ts"
import { wattkit } from "./wattkit.ts"

describe("wattkit", () => {
  testExamples(wattkit)
})
