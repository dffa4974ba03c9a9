import { assert, describe, it } from "vitest"
import { Learned } from "./Learned.ts"

describe("topics that are learned", () => {
  it("are those that are not listened to anyway, and can be", () => {
    const learned = new Learned(["homeassistant/#", "tele/+/SENSOR"])
    const topics = ["plugs/1", "tele/a/SENSOR", "$SYS/uptime", "a/+/b", "#", "homeassistant/x", "plugs/1"]
    assert.deepStrictEqual([...learned.set(topics)], ["plugs/1"])
  })

  it("are stray when nobody has announced them for a while", () => {
    const learned = new Learned(["tele/#"], -1)
    learned.set(["plugs/1"])
    assert.deepStrictEqual(
      ["plugs/1", "tele/x", "plugs/2"].map((topic) => learned.isStray(topic)),
      [false, false, true]
    )
    assert.isFalse(new Learned(["tele/#"]).isStray("plugs/2"))
  })
})
