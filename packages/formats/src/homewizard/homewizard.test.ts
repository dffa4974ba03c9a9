import { assert, describe, it } from "vitest"
import { say, testExamples } from "../exampleTests.fixture.ts"
import { homewizard } from "./homewizard.ts"

const read = (payload: string) => say(homewizard.makeReader(), "homewizard/p1", payload)

describe("homewizard", () => {
  testExamples(homewizard)

  it("adds up as many tariffs as there are", () => {
    const tariffs = (count: number) =>
      JSON.stringify(
        Object.fromEntries(Array.from({ length: count }, (_, n) => [`total_power_import_t${n + 1}_kwh`, 1.1]))
      )
    assert.strictEqual(read(tariffs(4)), "p1 main: importWh 4400")
    assert.strictEqual(read(tariffs(3)), "p1 main: importWh 3300")
    assert.strictEqual(read(tariffs(2)), "p1 main: importWh 2200")
    assert.strictEqual(read(tariffs(1)), "nothing: holds no values")
  })
})
