import { describe } from "vitest"
import { testExamples } from "../exampleTests.fixture.ts"
import { senml } from "./senml.ts"

describe("senml", () => {
  testExamples(senml)
})
