import { ChannelName, DeviceId, type DeviceReading, Instant, LocationId, mainChannel } from "@wattkit/core"
import { assert, describe, it } from "vitest"
import { Pace, type Place, placeOf } from "./Pace.ts"

const reading = (
  device: string,
  at: number,
  powerW: number,
  channel: ChannelName = mainChannel
): DeviceReading => ({
  deviceId: DeviceId.make(device),
  channel,
  at: Instant.Instant.make(at),
  powerW
})

const here = placeOf("tenant", LocationId.make("here"))
const t0 = Date.UTC(2026, 5, 1)

const begin = () => {
  const pace = new Pace<string>(200, 20)
  const place: Place<string> = { ...here }
  const due = (now: number) =>
    pace.takeDue(now).map(([{ locationId }, readings]) => [locationId, [...readings]])
  return { pace, place, due }
}

describe("Pace", () => {
  it("sends the first news at the next tick, and what follows at the end of the interval", () => {
    const { due, pace, place } = begin()
    pace.add(place, [reading("a", 1, 10)], t0 + 5)
    assert.deepStrictEqual(due(t0 + 19), [])
    assert.deepStrictEqual(due(t0 + 20), [["here", [reading("a", 1, 10)]]])
    assert.isTrue(pace.isIdle)
    pace.add(place, [reading("a", 2, 20)], t0 + 30)
    for (let now = t0 + 40; now < t0 + 220; now += 20) assert.deepStrictEqual(due(now), [])
    pace.add(place, [reading("a", 3, 30), reading("b", 3, 1)], t0 + 219)
    assert.deepStrictEqual(due(t0 + 220), [["here", [reading("a", 3, 30), reading("b", 3, 1)]]])
  })

  it("does not let one location wait for another", () => {
    const { due, pace, place } = begin()
    pace.add(place, [reading("a", 1, 1)], t0)
    due(t0 + 20)
    pace.add(place, [reading("a", 2, 2)], t0 + 20)
    pace.add(placeOf("tenant", LocationId.make("there")), [reading("c", 2, 5)], t0 + 30)
    assert.deepStrictEqual(due(t0 + 40), [["there", [reading("c", 2, 5)]]])
    assert.isFalse(pace.isIdle)
  })

  it("holds the newest reading of each channel, however much arrives in whatever order", () => {
    const { due, pace, place } = begin()
    const phase = ChannelName.make("l1")
    for (const at of [5, 9, 1, 7]) pace.add(place, [reading("a", at, at), reading("a", at, -at, phase)], t0)
    assert.deepStrictEqual(due(t0 + 20), [["here", [reading("a", 9, 9), reading("a", 9, -9, phase)]]])
  })

  it("ignores news without readings", () => {
    const { pace, place } = begin()
    pace.add(place, [], t0)
    assert.isTrue(pace.isIdle)
  })

  it("keeps nobody waiting whose ticks come late, or whose clock is set back", () => {
    for (const jump of [3_600_000, -3_600_000]) {
      const { due, pace, place } = begin()
      pace.add(place, [reading("a", 1, 1)], t0)
      due(t0 + 20)
      pace.add(place, [reading("a", 2, 2)], t0 + 40)
      assert.lengthOf(due(t0 + jump), 1)
      pace.add(place, [reading("a", 3, 3)], t0 + jump)
      assert.lengthOf(due(t0 + jump + 220), 1)
    }
  })
})
