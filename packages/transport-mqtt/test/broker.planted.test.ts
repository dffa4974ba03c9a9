import { assert, describe, it, onTestFinished } from "vitest"
import type * as BrokerModule from "../src/broker/Broker.ts"
import { makeBroker } from "../src/index.ts"
import { optionsOf } from "./embedded.ts"
import { type Bug, plant } from "./plant.ts"
import { connectRaw, publishPacket, type RawClient } from "./rawClient.ts"
import { makeTakes } from "./takes.ts"

const receive = "broker/receive.ts"

/** What is handed over counts as stored at once. */
const ackBeforeCommit: Bug = {
  name: "broker-ack-before-commit",
  changes: [
    {
      file: receive,
      from: "  let done: Promise<Taken>\n",
      to: "  acknowledge(connection, joined, publish, ticket)\n  let done: Promise<Taken>\n"
    }
  ]
}

/** What was stored too late for its connection is acknowledged on the next one. */
const stalePuback: Bug = {
  name: "broker-stale-puback",
  changes: [
    {
      file: receive,
      from: "  connection.acks.settle(ticket, receipt(kindOf(publish), id, Reason.success, connection",
      to: "  session.line?.send(receipt(kindOf(publish), id, Reason.success, connection"
    }
  ]
}

/** What comes again under a number that is known is taken for what came before. */
const dedupeByPacketId: Bug = {
  name: "broker-dedupe-by-packet-id",
  changes: [
    {
      file: receive,
      from: "  if (isRepeated(connection, joined, publish)) return\n",
      to: `  if (isRepeated(connection, joined, publish)) return
  const numbers = known.get(joined.session) ?? new Set<number>()
  known.set(joined.session, numbers)
  if (publish.qos === 1 && numbers.has(publish.id)) {
    return connection.send(receipt(kinds.puback, publish.id, Reason.success, connection.version))
  }
  numbers.add(publish.id)
`
    },
    {
      file: receive,
      from: "const rememberedTopics = 64\n",
      to: "const rememberedTopics = 64\nconst known = new WeakMap<object, Set<number>>()\n"
    }
  ]
}

const acks = ({ got }: RawClient): number => got.filter(({ cmd }) => cmd === "puback").length

/**
 * A device loses its connection while nothing is stored, comes back to its session and sends again; then what
 * came over the first connection is stored, and nothing else.
 *
 * Answers the acknowledgements of messages that were not stored, and those that came over a connection whose
 * message still waits.
 */
const play = async (make: typeof makeBroker): Promise<{ readonly early: number; readonly stale: number }> => {
  const takes = makeTakes()
  const broker = make(optionsOf({ take: takes.take }))
  onTestFinished(() => broker.close())
  const port = await broker.listen({ host: "127.0.0.1", port: 0 })
  const login = { password: "secret-meter", clientId: "same", clean: false }
  const topic = "devices/meter-1/readings"
  const first = await connectRaw(port, 4, login)
  first.send(publishPacket(topic, "one", 1))
  await first.settled()
  const early = acks(first)
  first.socket.destroy()
  const second = await connectRaw(port, 4, login)
  second.send(publishPacket(topic, "one", 1, 1, { dup: true }))
  await second.settled()
  const earlyAgain = acks(second)
  takes.asked[0]?.settle("stored")
  await second.settled()
  const stale = acks(second) - earlyAgain
  takes.asked[1]?.settle("stored")
  await second.at(1)
  second.socket.destroy()
  return { early: early + earlyAgain, stale }
}

describe("the acknowledgements of the broker", () => {
  it("are sound where there is no bug", async () => {
    assert.deepStrictEqual(await play(makeBroker), { early: 0, stale: 0 })
  })

  it.each([
    { bug: ackBeforeCommit, shows: "early" },
    { bug: stalePuback, shows: "stale" },
    { bug: dedupeByPacketId, shows: "early" }
  ] as const)("give $bug.name away", async ({ bug, shows }) => {
    const { load, remove } = plant(bug)
    onTestFinished(remove)
    const planted = await load<typeof BrokerModule>("broker/Broker.ts")
    const found = await play(planted.makeBroker)
    assert.isAbove(found[shows], 0, JSON.stringify(found))
  })
})
