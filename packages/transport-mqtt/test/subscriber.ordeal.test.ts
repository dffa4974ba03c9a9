import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { runOrdeal } from "./subscriberOrdeal.ts"
import type { Verdict } from "./subscriberLedger.ts"
import { startOpenMosquitto } from "./subscriberMosquitto.ts"
import { start } from "./subscriberSubject.ts"
import { until } from "./until.ts"

// WATTKIT_TEST_MQTT_LONG=1 takes its time: a keepalive of 60 s, and commits that take up to 60 s.
const isLong = process.env["WATTKIT_TEST_MQTT_LONG"] === "1"
const scale = isLong ? 10 : 1
const keepaliveSeconds = isLong ? 60 : 2
const holdMs = keepaliveSeconds * 500
const testMs = isLong ? 1_800_000 : 60_000

let mosquitto: Awaited<ReturnType<typeof startOpenMosquitto>>
beforeAll(async () => {
  mosquitto = await startOpenMosquitto()
})
afterAll(() => mosquitto.close())

const assertSound = (verdict: Verdict) => {
  assert.deepInclude(verdict, { lost: 0, phantom: 0, twice: 0, early: 0, stale: 0 })
  assert.isAtMost(verdict.mostMessages, 2_000)
  assert.isAtMost(verdict.mostBytes, 8 * 1024 * 1024)
}

/** Numbers below one, the same in every run. */
const makeRandom = (seed: number) => () => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
  return (seed >>> 8) / 2 ** 24
}

describe.concurrent("nothing is lost and nothing comes twice", () => {
  it.each(["5", "3.1.1"] as const)(
    "while the network is slow, stops, is cut and resets (%s)",
    async (protocol) => {
      const random = makeRandom(7)
      const verdict = await runOrdeal(
        {
          port: mosquitto.port,
          name: `network-${protocol}`,
          start,
          protocol,
          keepaliveSeconds: 2,
          delayMs: () => random() * 80
        },
        async ({ pause, proxy, send, status }) => {
          for (let round = 0; round < 4 * scale; round++) {
            const { connects } = status().counts
            const sending = send(400)
            await pause(random() * 40)
            proxy.reset()
            await sending
            await until("it is back", () => status().counts.connects > connects, 10_000)
          }
          proxy.latencyMs = 30
          await send(300)
          proxy.latencyMs = 0
          proxy.pause()
          await send(200)
          await pause(300)
          proxy.resume()
          const connects = status().counts.connects
          proxy.cut()
          await send(200)
          // Nobody says that the network is cut; it shows when pings are not answered.
          await until("it is noticed", () => status().state !== "connected", 10_000)
          proxy.heal()
          await until("it is back", () => status().counts.connects > connects, 10_000)
          await send(100)
        }
      )
      assertSound(verdict)
      assert.strictEqual(verdict.sent, 1_600 * scale + 800)
      assert.isAtLeast(verdict.connections, 4 * scale + 2)
    },
    testMs
  )

  it(
    "while the store stops for a while: one reconnect, when it is back",
    async () => {
      const outages = 2
      const verdict = await runOrdeal(
        { port: mosquitto.port, name: "outage", start, keepaliveSeconds, delayMs: () => 5 },
        async ({ pause, send, status, store }) => {
          await send(500)
          for (let outage = 0; outage < outages; outage++) {
            store.stop()
            await send(5_000)
            await until("the connection is given back", () => status().state === "held", holdMs * 2)
            // Whatever the broker sends: some do not keep to the thousand they are asked for.
            assert.isAtLeast(status().inFlight.messages, 1_000)
            assert.isAtMost(status().inFlight.messages, 2_000)
            await pause(holdMs)
            assert.strictEqual(status().counts.connects, outage + 1)
            store.start()
            await until("it is back", () => status().state === "connected", holdMs * 2)
            await until("it has caught up", () => status().inFlight.messages === 0, 10_000)
          }
        }
      )
      assertSound(verdict)
      assert.strictEqual(verdict.connections, 1 + outages)
      assert.isAtLeast(verdict.disconnects, outages)
    },
    testMs
  )

  it(
    "while commits take anything up to three times the time a message may be held",
    async () => {
      const random = makeRandom(11)
      let late = 0
      const delayMs = () => {
        // Most are quick, as in life.
        const ms = random() < 0.9 ? random() * 20 : random() * holdMs * (isLong ? 2 : 6)
        if (ms > holdMs * 0.9) late++
        return ms
      }
      const verdict = await runOrdeal(
        { port: mosquitto.port, name: "slow", start, keepaliveSeconds, delayMs, patienceMs: testMs / 2 },
        async ({ pause, send }) => {
          for (let round = 0; round < 25 * scale; round++) {
            await send(100)
            await pause(40 * scale)
          }
        }
      )
      assertSound(verdict)
      assert.isAbove(late, 0)
      assert.isAtMost(verdict.connections - 1, late)
    },
    testMs
  )

  it(
    "while the store crashes with what it has not stored",
    async () => {
      const verdict = await runOrdeal(
        { port: mosquitto.port, name: "crash", start, keepaliveSeconds: 2, delayMs: () => 30 },
        async ({ send, status, store }) => {
          for (let round = 0; round < 5; round++) {
            const { connects } = status().counts
            const sending = send(300)
            await until("something is being stored", () => status().inFlight.messages > 0)
            store.crash()
            await sending
            await until("it is back", () => status().counts.connects > connects)
          }
        }
      )
      assertSound(verdict)
      assert.strictEqual(verdict.connections, 6)
    },
    testMs
  )

  it(
    "and large messages stay within their bytes",
    async () => {
      const verdict = await runOrdeal(
        { port: mosquitto.port, name: "large", start, keepaliveSeconds: 4, delayMs: () => 200 },
        ({ send }) => send(150, 200_000)
      )
      assertSound(verdict)
      assert.isAbove(verdict.mostBytes, 7_500_000)
    },
    testMs
  )
})
