import { assert, describe, it } from "vitest"
import { freshness } from "./status.ts"

describe("freshness", () => {
  it("tells the reason that explains most", () => {
    assert.strictEqual(freshness({ connection: "live" }, true, 1000, 5000), "live")
    assert.strictEqual(freshness({ connection: "live" }, true, undefined, 5000), "live")
    assert.strictEqual(freshness({ connection: "live" }, true, 6000, 5000), "stale")
    assert.strictEqual(freshness({ connection: "reconnecting" }, true, 6000, 5000), "reconnecting")
    assert.strictEqual(freshness({ connection: "reconnecting" }, false, 6000, 5000), "offline")
    assert.strictEqual(freshness({ connection: "closed" }, true, 0, 5000), "offline")
    // The browser's own opinion of the network is wrong while data arrives.
    assert.strictEqual(freshness({ connection: "live" }, false, 0, 5000), "live")
  })
})
