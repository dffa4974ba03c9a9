import { assert, describe, it } from "vitest"
import { say, testExamples } from "../../exampleTests.fixture.ts"
import { shellyGen1 } from "./shellyGen1.ts"

const read = (topic: string, payload: string) => say(shellyGen1.makeReader(), `shellies/${topic}`, payload)

describe("shelly-gen1", () => {
  testExamples(shellyGen1)

  it("counts watt-minutes and watt-hours apart", () => {
    assert.strictEqual(read("shellyplug-s-1/relay/0/energy", "6000"), "shellyplug-s-1 relay:0: importWh 100")
    assert.strictEqual(read("shellyem3-1/emeter/2/total", "6000"), "shellyem3-1 emeter:2: importWh 6000")
    assert.strictEqual(
      read("shellyswitch25-1/roller/0/energy", "60"),
      "shellyswitch25-1 roller:0: importWh 1"
    )
  })

  it("takes no text for a number", () => {
    assert.strictEqual(read("s/relay/0/power", "on"), "malformed: is not a number")
    assert.strictEqual(read("s/relay/0/power", "nan"), "nothing: holds no values")
    assert.strictEqual(read("s/relay/0/power", ""), "nothing: is empty")
    assert.strictEqual(read("s/online", "perhaps"), "malformed: is none of true, false")
  })

  it("makes no reading of what a broker kept", () => {
    const kept = say(shellyGen1.makeReader(), "shellies/s/relay/0/power", "5", { isRetained: true })
    assert.match(kept, /^nothing: was kept/)
  })
})
