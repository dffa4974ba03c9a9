import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { assertSound, wait } from "./fixtures/ordeal/assertSound.ts"
import { type Rig, startRig } from "./fixtures/ordeal/Rig.ts"

/** The longest that anything between server and database takes; `./scripts/test --delay 60` says another. */
const mostSeconds = Number(process.env["WATTKIT_DELAY"] ?? 3)

/** How long the network to mosquitto is cut: an end that is silent shows after the time of a keepalive. */
const cutSeconds = Number(process.env["WATTKIT_OUTAGE"] ?? 3)

/** Numbers below one, the same in every run. */
const makeRandom = (seed: number) => () => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
  return (seed >>> 8) / 2 ** 24
}

describe("a server whose networks are bad", () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig({ isFar: true })
  }, 120_000)
  afterAll(() => rig.close())

  it(
    `has everything it acknowledged when commits take up to ${mostSeconds} s and connections reset`,
    { timeout: (10 * mostSeconds + 240) * 1_000 },
    async () => {
      const { pid } = rig
      const random = makeRandom(5)
      let late = 0
      const outcome = await rig.during(async ({ toDatabase }) => {
        await wait(1_000)
        // Most are quick, as in life.
        toDatabase.slow(() => {
          const ms = random() < 0.8 ? random() * 20 : random() * mostSeconds * 1_000
          if (ms > mostSeconds * 500) late++
          return ms
        })
        await wait(Math.max(6, 3 * mostSeconds) * 1_000)
        // Whether what was under way is stored nobody knows then, and it is sent again.
        toDatabase.slow(() => random() * 30)
        for (let round = 0; round < 3; round++) {
          toDatabase.reset()
          await wait(500)
        }
        toDatabase.slow(() => 0)
      })
      assertSound(outcome)
      assert.strictEqual(rig.pid, pid)
      assert.isAbove(late, 10)
      assert.isAtMost(outcome.reconnects, late)
    }
  )

  it(
    "has everything of mosquitto when the network to it resets, or is cut without a word",
    { timeout: (cutSeconds + 240) * 1_000 },
    async () => {
      const outcome = await rig.during(async ({ toMosquitto }) => {
        const resetOnce = async (): Promise<void> => {
          const before = toMosquitto.connections()
          toMosquitto.reset()
          while (toMosquitto.connections() === before) await wait(10)
          await wait(500)
        }
        for (let round = 0; round < 3; round++) await resetOnce()
        toMosquitto.cut()
        await wait(cutSeconds * 1_000)
        toMosquitto.heal()
        // Whoever is connected to nobody hears nothing of it; this ends what a keepalive would end later.
        await resetOnce()
        await wait(1_000)
      })
      assertSound(outcome)
      assert.isAtLeast(outcome.reconnects, 4)
      // Nobody else notices.
      for (const way of ["http", "webSocket", "mqtt"] as const)
        assert.strictEqual(outcome.answers[way].gone, 0)
    }
  )
})
