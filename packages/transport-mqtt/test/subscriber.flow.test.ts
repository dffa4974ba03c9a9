import { assert, describe, it } from "vitest"
import { makeScriptedBroker, message } from "./ScriptedBroker.ts"
import { begin, join } from "./subscriberBegin.ts"
import { quick } from "./subscriberSubject.ts"
import { until } from "./until.ts"

const numbers = (count: number, from = 1): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, i) => from + i)

describe("what is in flight", () => {
  it("has at most so many messages, whatever the broker sends, and goes on when there is room", async () => {
    const { broker, client, takings } = await begin({ limits: { ...quick.limits, messages: 10 } })
    const peer = await join(broker)
    peer.send(...numbers(25).map((id) => message(id)))
    await until("reading stops", () => client.status.state === "paused")
    assert.strictEqual(takings.all.length, 10)
    assert.strictEqual(client.status.inFlight.messages, 10)
    for (const { resolve } of takings.all.slice(0, 4)) resolve()
    await until("four more are handed over", () => takings.all.length === 14)
    assert.strictEqual(client.status.inFlight.messages, 10)
    // What is stored behind one that is not cannot be acknowledged, and keeps its room.
    for (const { resolve } of takings.all.slice(5, 14)) resolve()
    await until("it is settled", () => client.status.counts.acknowledged === 4)
    assert.strictEqual(takings.all.length, 14)
    takings.all[4]!.resolve()
    await until("ten more are handed over", () => takings.all.length === 24)
    for (const { resolve } of takings.all) resolve()
    await until("all are handed over", () => takings.all.length === 25)
    takings.all[24]!.resolve()
    await until("all are acknowledged", () => client.status.counts.acknowledged === 25)
    assert.strictEqual(client.status.state, "connected")
    assert.deepStrictEqual(client.status.inFlight, { messages: 0, bytes: 0, oldestMs: 0 })
  })

  it("has at most so many bytes", async () => {
    const { broker, client, takings } = await begin({ limits: { ...quick.limits, bytes: 10_000 } })
    const peer = await join(broker)
    const payload = "x".repeat(3_000)
    peer.send(...numbers(8).map((id) => message(id, `t/${id}`, { payload })))
    await until("reading stops", () => client.status.state === "paused")
    assert.strictEqual(takings.all.length, 3)
    for (let done = 1; done <= 8; done++) {
      takings.all[done - 1]!.resolve()
      await until("the next is handed over", () => takings.all.length === Math.min(8, done + 3))
      assert.isAtMost(client.status.inFlight.bytes, 10_000)
    }
    await until("all are acknowledged", () => client.status.counts.acknowledged === 8)
  })

  it("includes what an earlier connection handed over", async () => {
    const { broker, client, takings } = await begin({ limits: { ...quick.limits, messages: 10 } })
    const first = await join(broker)
    first.send(...numbers(6).map((id) => message(id)))
    await until("six are handed over", () => takings.all.length === 6)
    first.socket.destroy()
    const second = await join(broker, true)
    second.send(...numbers(10).map((id) => message(id, `t/${id}`, { dup: true })))
    await until("reading stops", () => client.status.state === "paused")
    assert.strictEqual(takings.all.length, 10)
    for (const { resolve } of takings.all.slice(0, 6)) resolve()
    await until("the rest is handed over", () => takings.all.length === 16)
  })

  it("does not stop pings, and silence is no loss while nobody reads", async () => {
    const { broker, client, takings } = await begin({
      keepaliveSeconds: 0.2,
      limits: { ...quick.limits, messages: 1, holdMs: 60_000 }
    })
    const peer = await join(broker)
    peer.send(message(1), message(2))
    for (let ping = 0; ping < 4; ping++) await peer.next("pingreq")
    assert.strictEqual(client.status.state, "paused")
    takings.all[0]!.resolve()
    await until("the next is handed over", () => takings.all.length === 2)
    assert.strictEqual(broker.connections(), 1)
  })
})

describe("a store that holds too long", () => {
  it("gives the connection back, and is back once, when it works and nothing is in flight", async () => {
    let works = false
    let probes = 0
    const { broker, client, takings } = await begin({
      keepaliveSeconds: 0.2,
      probe: async () => {
        probes++
        return works
      }
    })
    const peer = await join(broker)
    peer.send(message(1), message(2))
    assert.strictEqual((await peer.next("disconnect")).reasonCode ?? 0, 0)
    assert.strictEqual(client.status.state, "held")
    takings.all[0]!.resolve()
    takings.all[1]!.resolve()
    await until("it was asked for often", () => probes > 5)
    assert.strictEqual(broker.connections(), 1)
    works = true
    const again = await join(broker, true)
    await again.barrier()
    assert.strictEqual(client.status.state, "connected")
    assert.strictEqual(broker.connections(), 2)
    assert.strictEqual(client.status.counts.holds, 1)
    assert.strictEqual(client.status.counts.outlived, 2)
  })

  it("is not gone back to while it is still storing", async () => {
    let probes = 0
    const { broker, takings } = await begin({
      keepaliveSeconds: 0.1,
      probe: async () => {
        probes++
        return true
      }
    })
    const peer = await join(broker)
    peer.send(message(1))
    await peer.next("disconnect")
    await new Promise((resolve) => setTimeout(resolve, 200))
    assert.strictEqual(probes, 0)
    takings.all[0]!.resolve()
    await join(broker, true)
    assert.strictEqual(probes, 1)
  })

  it("gives the connection back at once when it is known not to work", async () => {
    let isAvailable = true
    const { broker, client } = await begin({ isAvailable: () => isAvailable, keepaliveSeconds: 0.4 })
    const peer = await join(broker)
    isAvailable = false
    await peer.next("disconnect")
    await until("it is held", () => client.status.state === "held")
    isAvailable = true
    await join(broker, true)
  })
})

describe("a broker that falls silent", () => {
  it("is left when it does not answer pings", async () => {
    const broker = await makeScriptedBroker({ pongs: false })
    const { client } = await begin({ keepaliveSeconds: 0.2 }, broker)
    const peer = await join(broker)
    await peer.next("pingreq")
    await until("it is left", peer.isClosed)
    assert.include(client.status.lastError!, "does not answer")
    await join(broker, true)
  })

  it("is left when it never answers at all", async () => {
    const { broker } = await begin({ limits: { ...quick.limits, connectMs: 50 }, keepaliveSeconds: 0.4 })
    const peer = await broker.connection()
    await until("it is left", peer.isClosed)
    await join(broker)
  })
})

describe("the end", () => {
  it("waits for what is in flight, takes in nothing more, and keeps the session", async () => {
    const { broker, client, takings } = await begin()
    const peer = await join(broker)
    peer.send(message(1))
    await until("it is handed over", () => takings.all.length === 1)
    const closed = client.close()
    peer.send(message(2))
    takings.all[0]!.resolve()
    await closed
    assert.strictEqual((await peer.next("puback")).messageId, 1)
    await peer.next("disconnect")
    assert.strictEqual(takings.all.length, 1)
    assert.strictEqual(client.status.state, "closed")
  })

  it("does not wait longer than it may", async () => {
    const { broker, client, takings } = await begin({ limits: { ...quick.limits, drainMs: 30 } })
    const peer = await join(broker)
    peer.send(message(1))
    await until("it is handed over", () => takings.all.length === 1)
    await client.close()
    await peer.next("disconnect")
    assert.isFalse(peer.seen.some(({ cmd }) => cmd === "puback"))
  })
})
