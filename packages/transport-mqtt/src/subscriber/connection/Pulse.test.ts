import { assert, describe, it } from "vitest"
import { Pulse } from "./Pulse.ts"

describe("Pulse", () => {
  it("asks every half of the keepalive, whether it was answered or not", () => {
    const pulse = new Pulse(1_000, 0)
    assert.deepStrictEqual(
      [499, 500, 501, 999, 1_000, 1_499, 1_500].map((now) => pulse.isDue(now)),
      [false, true, false, false, true, false, true]
    )
  })

  it("is lost when nothing is heard for half of the keepalive after it asked first", () => {
    const pulse = new Pulse(1_000, 0)
    assert.isFalse(pulse.isLost(10_000), "nobody was asked")
    pulse.isDue(600)
    pulse.isDue(1_100)
    assert.isFalse(pulse.isLost(1_100))
    assert.isTrue(pulse.isLost(1_101))
    pulse.answered()
    assert.isFalse(pulse.isLost(1_500))
  })

  it("takes everything that is heard for a sign, since an answer may stand far behind in a queue", () => {
    const pulse = new Pulse(1_000, 0)
    pulse.isDue(500)
    for (let now = 600; now < 5_000; now += 400) {
      pulse.heard(now)
      assert.isFalse(pulse.isLost(now + 399))
    }
  })

  it("asks nobody where the broker wants no keepalive", () => {
    const pulse = new Pulse(0, 0)
    assert.isFalse(pulse.isDue(1e9))
    assert.isFalse(pulse.isLost(1e9))
  })
})
