import { afterAll, assert, beforeAll, describe, it, onTestFinished } from "vitest"
import type * as ClientModule from "../src/subscriber/Client.ts"
import type * as TermsModule from "../src/subscriber/connection/Terms.ts"
import { type Bug, plant } from "./plant.ts"
import type { Verdict } from "./subscriberLedger.ts"
import { startOpenMosquitto } from "./subscriberMosquitto.ts"
import { runOrdeal } from "./subscriberOrdeal.ts"
import { start, type Start } from "./subscriberSubject.ts"
import { until } from "./until.ts"

let mosquitto: Awaited<ReturnType<typeof startOpenMosquitto>>
beforeAll(async () => {
  mosquitto = await startOpenMosquitto()
})
afterAll(() => mosquitto.close())

const intake = "subscriber/connection/Intake.ts"

/** What is handed over counts as stored at once. */
const ackBeforeCommit: Bug = {
  name: "ack-before-commit",
  changes: [
    {
      file: intake,
      from: "      (taken) => this.#settle(held, taken),\n      (cause) => {",
      to: "      () => {},\n      (cause) => {"
    },
    { file: intake, from: "    taking.then(", to: '    this.#settle(held, "stored")\n    taking.then(' }
  ]
}

/** What was stored too late for its connection is acknowledged on the next one. */
const stalePuback: Bug = {
  name: "stale-puback",
  changes: [
    { file: intake, from: "  #isOpen = true\n", to: "  static latest: Intake\n  #isOpen = true\n" },
    {
      file: intake,
      from: "    this.#outlet = outlet\n",
      to: "    this.#outlet = outlet\n    Intake.latest = this\n"
    },
    {
      file: intake,
      from: "      if (held.incoming.qos > 0 && taken !== undefined) counts.outlived++\n",
      to: `      const bytes = this.#acks.encode([{ ...held, taken: taken ?? "stored" }])
      if (taken !== undefined) Intake.latest.#outlet.write(bytes)
`
    }
  ]
}

/** What comes again under a number that is known is taken for what came before. */
const dedupeByPacketId: Bug = {
  name: "dedupe-by-packet-id",
  changes: [
    {
      file: intake,
      from: "  #isOpen = true\n",
      to: "  static known = new Set<number>()\n  #isOpen = true\n"
    },
    {
      file: intake,
      from: "    if (qos > 0) {\n",
      to: `    if (qos > 0) {
      if ((frame.bytes[0]! & 8) !== 0 && Intake.known.has(id)) {
        return this.#outlet.write(this.#acks.encode([{ ...held, taken: "stored" }]))
      }
      Intake.known.add(id)
`
    }
  ]
}

/**
 * The network resets while nothing can be stored, so that everything comes again beside what is in flight;
 * then the store goes on, or every other time crashes.
 */
const ordeal = (name: string, start: Start): Promise<Verdict> =>
  runOrdeal(
    { port: mosquitto.port, name, start, keepaliveSeconds: 20, delayMs: () => 5, patienceMs: 1_000 },
    async ({ proxy, send, status, store }) => {
      // With a bug some of this never happens, and then the ledgers say why.
      const wait = (isSo: () => boolean) => until("it is so", isSo, 1_000).catch(() => {})
      for (let round = 0; round < 2; round++) {
        const { connects, handedOver } = status().counts
        store.stop()
        await send(100)
        await wait(() => status().counts.handedOver >= handedOver + 100)
        proxy.reset()
        await wait(() => status().counts.connects > connects)
        await wait(() => status().counts.handedOver >= handedOver + 200)
        if (round % 2 === 1) store.crash()
        store.start()
        await wait(() => status().inFlight.messages === 0)
      }
    }
  )

describe.concurrent("the ledgers", () => {
  it("find nothing where there is no bug", async () => {
    const verdict = await ordeal("sound", start)
    assert.deepInclude(verdict, { lost: 0, phantom: 0, twice: 0, early: 0, stale: 0 })
  })

  it.each([
    { bug: ackBeforeCommit, shows: "early" },
    { bug: stalePuback, shows: "stale" },
    { bug: dedupeByPacketId, shows: "early" }
  ] as const)("catch $bug.name", async ({ bug, shows }) => {
    const { load, remove } = plant(bug)
    onTestFinished(remove)
    const { Client } = await load<typeof ClientModule>("subscriber/Client.ts")
    const { termsOf } = await load<typeof TermsModule>("subscriber/connection/Terms.ts")
    const verdict = await ordeal(bug.name, (options) => new Client(termsOf(options)))
    assert.isAbove(verdict[shows], 0, JSON.stringify(verdict))
  })
})
