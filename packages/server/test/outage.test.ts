import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { packageRoot } from "../src/packageRoot.ts"
import { assertSound, untilDown, untilReady, wait } from "./fixtures/ordeal/assertSound.ts"
import { type Fleet, type Outcome, type Rig, startRig } from "./fixtures/ordeal/Rig.ts"

/** How long the database is away; `./scripts/test --outage 30` says another number. */
const seconds = Number(process.env["WATTKIT_OUTAGE"] ?? 4)

/** How long the server may take to work again once its database does, on a machine that does other things. */
const recoveryMs = 10_000

/** How long a probe may take; the server answers it after two and a half seconds at most. */
const probeMs = 5_000

/** How long anybody waits at most while the database is silent; the server gives up after thirty seconds. */
const silenceMs = Math.min(seconds, 35) * 1_000 + recoveryMs

/** It said that it was down, and before and after that it was not. */
const assertHonest = ({ statuses }: Outcome): void => {
  assert.include(statuses, "down")
  assert.deepStrictEqual([statuses[0], statuses.at(-1)], ["ok", "ok"])
}

describe("a server whose database goes away under load", () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig()
  }, 120_000)
  afterAll(() => rig.close())

  it(`and is silent for ${seconds} s`, { timeout: (seconds + 240) * 1_000 }, async () => {
    const { pid } = rig
    let recoveredMs = 0
    const outcome = await rig.during(async ({ database, url }) => {
      await wait(1_500)
      database.freeze()
      await wait(seconds * 1_000)
      await untilDown(url)
      database.thaw()
      recoveredMs = await untilReady(url)
    })
    assertSound(outcome)
    assert.strictEqual(rig.pid, pid)
    assertHonest(outcome)
    assert.isBelow(outcome.slowestHealthMs, probeMs)
    assert.isBelow(recoveredMs, recoveryMs)
    for (const way of ["http", "webSocket", "mqtt"] as const) {
      assert.isBelow(outcome.answers[way].slowestMs, silenceMs, way)
    }
    // A silence shorter than what a message may wait for its store costs no connection.
    assert.isAtMost(outcome.reconnects, seconds < 25 ? 0 : 1)
    if (seconds < 25) assert.strictEqual(outcome.answers.mqtt.gone, 0)
    // Nobody was let in beyond the bounds, and somebody wanted to.
    assert.isAtLeast(outcome.peaks["mqtt"]?.messages ?? 0, 1_900)
    assert.isAtLeast(outcome.peaks["mqttSubscriber"]?.messages ?? 0, 1_000)
  })

  it(`and refuses to be reached for ${seconds} s`, { timeout: (seconds + 240) * 1_000 }, async () => {
    const { pid } = rig
    let recoveredMs = 0
    const outcome = await rig.during(async ({ database, url }) => {
      await wait(1_500)
      await database.stop()
      await wait(seconds * 1_000)
      await database.start()
      recoveredMs = await untilReady(url)
    })
    assertSound(outcome)
    assert.strictEqual(rig.pid, pid)
    assertHonest(outcome)
    assert.isBelow(outcome.slowestHealthMs, probeMs)
    assert.isBelow(recoveredMs, recoveryMs)
    assert.isAbove(outcome.answers.http.refused.get("503 UNAVAILABLE") ?? 0, 0)
    assert.isAbove(outcome.answers.webSocket.refused.get("UNAVAILABLE") ?? 0, 0)
    assert.isAbove(outcome.answers.mqtt.gone, 0)
    // Whoever is told no is told so at once.
    for (const way of ["http", "webSocket"] as const) {
      assert.isBelow(outcome.answers[way].slowestMs, recoveryMs, way)
    }
    assert.strictEqual(outcome.reconnects, 1)
  })
})

/** Few devices are enough to find a mistake. */
const few: ReadonlyArray<Fleet> = (["http", "webSocket", "mqtt", "mosquitto"] as const).map((way) => ({
  way,
  devices: 1,
  lanes: 8,
  most: 3,
  pauseMs: 5
}))

describe("a server that acknowledges before it has stored", () => {
  it("is found out", { timeout: 180_000 }, async () => {
    const entry = join(packageRoot, "test", "fixtures", "acknowledgesEarly.ts")
    const rig = await startRig({ entry, fleets: few, patienceMs: 500 })
    try {
      const { acknowledged, lost } = await rig.during(async ({ database, url }) => {
        await wait(500)
        await database.stop()
        await wait(500)
        await database.start()
        await untilReady(url)
      })
      assert.isAbove(acknowledged, 0)
      assert.isAbove(lost, 0)
    } finally {
      await rig.close()
    }
  })
})
