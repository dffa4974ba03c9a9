import type { Format } from "@wattkit/formats"
import { assert, describe, it } from "vitest"
import { now } from "../house.fixture.ts"
import { formats, messageOf } from "./formats.fixture.ts"
import { ReaderSet } from "./Readers.ts"

const [plain] = formats as [Format]

/** A format of some topics that reads all it is given, and counts its readers. */
const greedy = (id: string, topics: ReadonlyArray<string>) => {
  const made = { count: 0 }
  const format: Format = {
    ...plain,
    id,
    topics,
    makeReader: () => {
      made.count++
      return { read: () => ({ kind: "nothing", why: id }) }
    }
  }
  return { format, made }
}

const readBy = (topics: ReadonlyArray<string>, topic: string) =>
  new ReaderSet([greedy("one", topics).format]).read(messageOf(topic, "", now))?.format

describe("a set of readers", () => {
  it.each([
    ["tele/+/SENSOR", "tele/kitchen/SENSOR", true],
    ["tele/+/SENSOR", "tele/a/b/SENSOR", false],
    ["tele/+/SENSOR", "tele//SENSOR", true],
    ["tele/#", "tele", true],
    ["tele/#", "tele/a/b", true],
    ["tele/#", "telex", false],
    ["#", "any/thing\nat all", true],
    ["#", "$SYS/broker", false],
    ["+/events/rpc", "$x/events/rpc", false],
    ["a.c", "abc", false],
    ["$share", "$share", true]
  ])("takes %s to match %s: %s", (filter, topic, expected) => {
    assert.strictEqual(readBy([filter], topic) === "one", expected)
  })

  it("reads nothing of a format without topics, unless that is named", () => {
    const set = new ReaderSet([greedy("one", []).format])
    assert.isUndefined(set.read(messageOf("", "", now)))
    assert.strictEqual(set.read(messageOf("any", "", now), "one")?.format, "one")
    assert.isUndefined(set.read(messageOf("any", "", now), "two"))
  })

  it("makes a reader when it is needed, and stays with who read a topic before", () => {
    const late = greedy("late", ["a/#"])
    const other = greedy("other", ["b/#"])
    let isAwake = false
    const sleepy: Format = {
      ...plain,
      id: "sleepy",
      topics: ["#"],
      makeReader: () => ({ read: () => (isAwake ? { kind: "nothing", why: "" } : undefined) })
    }
    const set = new ReaderSet([sleepy, other.format, late.format])
    assert.strictEqual(set.read(messageOf("a/x", "", now))?.format, "late")
    isAwake = true
    assert.strictEqual(set.read(messageOf("a/x", "", now))?.format, "late")
    assert.strictEqual(set.read(messageOf("a/y", "", now))?.format, "sleepy")
    assert.deepStrictEqual([late.made.count, other.made.count], [1, 0])
  })
})
