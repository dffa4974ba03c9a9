import type { Packet } from "mqtt-packet"
import { assert, describe, it } from "vitest"
import { message, type Peer } from "./ScriptedBroker.ts"
import { begin, join } from "./subscriberBegin.ts"
import { until } from "./until.ts"

const acksOf = (peer: Peer): ReadonlyArray<readonly [string, number | undefined, number | undefined]> =>
  peer.seen
    .filter((one): one is Extract<Packet, { cmd: "puback" | "pubrec" }> => /^pub(ack|rec)$/.test(one.cmd))
    .map(({ cmd, messageId, reasonCode }) => [cmd, messageId, reasonCode])

describe("what a subscriber acknowledges", () => {
  it("is what is stored, in the order of arrival", async () => {
    const { broker, takings } = await begin()
    const peer = await join(broker)
    peer.send(message(7), message(3), message(9, "t/9", { qos: 2 }), message(1))
    await until("four are handed over", () => takings.all.length === 4)
    takings.of("t/9").resolve()
    takings.of("t/3").resolve()
    await peer.barrier()
    assert.deepStrictEqual(acksOf(peer), [])
    takings.of("t/7").resolve()
    await until("three are acknowledged", () => acksOf(peer).length === 3)
    assert.deepStrictEqual(acksOf(peer), [
      ["puback", 7, 0],
      ["puback", 3, 0],
      ["pubrec", 9, 0]
    ])
    takings.of("t/1").resolve()
    assert.strictEqual((await peer.next("puback")).cmd, "puback")
  })

  it("carries the reason of a refusal where the protocol has one", async () => {
    for (const protocol of ["5", "3.1.1"] as const) {
      const { broker, client, takings } = await begin({ protocol })
      const peer = await join(broker)
      peer.send(message(1), message(2), message(3, "t/3", { qos: 2 }), message(4))
      await until("four are handed over", () => takings.all.length === 4)
      takings.of("t/1").resolve("not_authorized")
      takings.of("t/2").resolve("quota_exceeded")
      takings.of("t/3").resolve("topic_invalid")
      takings.of("t/4").resolve("stored")
      await until("all are acknowledged", () => acksOf(peer).length === 4)
      const none = protocol === "5" ? 0 : undefined
      assert.deepStrictEqual(acksOf(peer), [
        ["puback", 1, protocol === "5" ? 0x87 : none],
        ["puback", 2, protocol === "5" ? 0x97 : none],
        ["pubrec", 3, protocol === "5" ? 0x90 : none],
        ["puback", 4, none]
      ])
      assert.strictEqual(client.status.counts.refused, 3)
    }
  })

  it("is not what was not stored: the connection is given back, and it comes again", async () => {
    let works = false
    const { broker, client, takings } = await begin({ probe: async () => works })
    const peer = await join(broker)
    peer.send(message(1), message(2), message(3))
    await until("three are handed over", () => takings.all.length === 3)
    takings.of("t/1").resolve()
    takings.of("t/3").resolve()
    takings.of("t/2").reject(new Error("the disk is full"))
    assert.strictEqual((await peer.next("disconnect")).reasonCode ?? 0, 0)
    await until("it has left", peer.isClosed)
    assert.deepStrictEqual(acksOf(peer), [["puback", 1, 0]])
    assert.strictEqual(client.status.state, "held")
    assert.include(client.status.lastError!, "the disk is full")
    works = true
    const again = await join(broker, true)
    again.send(message(2, "t/2", { dup: true }), message(3, "t/3", { dup: true }))
    await until("both are handed over again", () => takings.all.length === 5)
    takings.of("t/2").resolve()
    takings.of("t/3").resolve()
    await until("both are acknowledged", () => acksOf(again).length === 2)
    assert.strictEqual(broker.connections(), 2)
  })

  it("is nothing of an earlier connection", async () => {
    const { broker, client, takings } = await begin()
    const first = await join(broker)
    first.send(message(5, "t/old"), message(6, "t/old6"))
    await until("both are handed over", () => takings.all.length === 2)
    first.socket.destroy()
    const second = await join(broker, true)
    // The same number, given out anew, for something that is not stored.
    second.send(message(5, "t/new"))
    await until("the new one is handed over", () => takings.all.length === 3)
    takings.of("t/old").resolve()
    takings.of("t/old6").resolve()
    await second.barrier()
    assert.deepStrictEqual(acksOf(second), [])
    assert.strictEqual(client.status.counts.outlived, 2)
    takings.of("t/new").resolve()
    await second.next("puback")
    assert.deepStrictEqual(acksOf(second), [["puback", 5, 0]])
  })

  it("is owed once for a message sent twice on one connection", async () => {
    const { broker, client, takings } = await begin()
    const peer = await join(broker)
    peer.send(message(5), message(5, "t/5", { dup: true }))
    await peer.barrier()
    assert.strictEqual(takings.all.length, 1)
    takings.of("t/5").resolve()
    await peer.next("puback")
    await peer.barrier()
    assert.strictEqual(acksOf(peer).length, 1)
    assert.strictEqual(client.status.counts.repeated, 1)
  })

  it("is never told by the number alone: another message under it is taken", async () => {
    const { broker, takings } = await begin()
    const peer = await join(broker)
    for (const payload of ["one", "two"]) {
      peer.send(message(5, "t/5", { payload }))
      await until(
        `${payload} is handed over`,
        () => takings.all.at(-1)?.incoming.payload.toString() === payload
      )
      takings.of("t/5").resolve()
      await peer.next("puback")
    }
    // Even where it says that it comes again: a broker that lost its state does so.
    peer.send(message(5, "t/5", { payload: "three", dup: true }))
    await until("three is handed over", () => takings.all.length === 3)
    // While one is in flight, a second one under its number could not be acknowledged apart from it.
    peer.send(message(5, "t/5", { payload: "four" }))
    assert.strictEqual((await peer.next("disconnect")).reasonCode, 0x82)
  })
})

describe("QoS 2 and QoS 0", () => {
  it("shakes hands twice, and stores before the first", async () => {
    const { broker, takings } = await begin({ qos: 2 })
    const peer = await broker.connection()
    await peer.accept()
    peer.send(message(4, "t/4", { qos: 2 }))
    await until("it is handed over", () => takings.all.length === 1)
    await peer.barrier()
    assert.deepStrictEqual(acksOf(peer), [])
    takings.of("t/4").resolve()
    assert.strictEqual((await peer.next("pubrec")).messageId, 4)
    peer.send({ cmd: "pubrel", messageId: 4 })
    await until("it is complete", () => peer.seen.some((one) => one.cmd === "pubcomp" && one.messageId === 4))
    peer.socket.destroy()
    const again = await join(broker, true)
    again.send(message(4, "t/other", { qos: 2, dup: true }))
    await until("another one under its number is handed over", () => takings.all.length === 2)
  })

  it("takes QoS 0 without a word, and counts what is lost", async () => {
    const { broker, client, takings } = await begin()
    const peer = await join(broker)
    peer.send(message(0, "t/a", { qos: 0 }), message(0, "t/b", { qos: 0, retain: true }))
    await until("both are handed over", () => takings.all.length === 2)
    assert.isTrue(takings.of("t/b").incoming.isRetained)
    takings.of("t/a").reject(new Error("no"))
    takings.of("t/b").resolve()
    await until("nothing is in flight", () => client.status.inFlight.messages === 0)
    await peer.barrier()
    assert.deepStrictEqual(acksOf(peer), [])
    assert.strictEqual(client.status.counts.notStored, 1)
    assert.strictEqual(client.status.state, "connected")
  })
})
