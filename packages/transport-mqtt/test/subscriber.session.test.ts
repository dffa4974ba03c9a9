import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import { makeSubscriber } from "../src/subscriber/Subscriber.ts"
import type { SubscriberOptions } from "../src/subscriber/SubscriberOptions.ts"
import { makeScriptedBroker, message } from "./ScriptedBroker.ts"
import { begin, join } from "./subscriberBegin.ts"
import { quick } from "./subscriberSubject.ts"
import { until } from "./until.ts"

describe("how a subscriber introduces itself", () => {
  it("keeps its session, says its limits and asks for the filters", async () => {
    const { broker } = await begin({ username: "me", password: "secret", filters: ["a/+", "b/#"] })
    const peer = await broker.connection()
    await peer.accept()
    const [connect, subscribe] = peer.seen
    assert.deepInclude(connect, {
      cmd: "connect",
      clientId: "wattkit-test",
      clean: false,
      keepalive: 60,
      protocolVersion: 5,
      username: "me",
      properties: { sessionExpiryInterval: 604_800, receiveMaximum: 2_000, maximumPacketSize: 262_144 }
    })
    assert.strictEqual(String(Object(connect).password), "secret")
    assert.deepInclude(subscribe, {
      cmd: "subscribe",
      subscriptions: [
        { topic: "a/+", qos: 1, nl: true, rap: false, rh: 0 },
        { topic: "b/#", qos: 1, nl: true, rap: false, rh: 0 }
      ]
    })
  })

  it("shares its messages with a group", async () => {
    const { broker } = await begin({ group: "ingest", protocol: "3.1.1" })
    const peer = await join(broker)
    assert.strictEqual(peer.version, 4)
    assert.deepInclude(peer.seen[1], { subscriptions: [{ topic: "$share/ingest/t/#", qos: 1 }] })
  })

  it("takes user and password from the address", async () => {
    const broker = await makeScriptedBroker()
    await begin({ url: broker.url.replace("//", "//me%40x:s%3Ae@") }, broker)
    const peer = await join(broker)
    assert.strictEqual(String(Object(peer.seen[0]).password), "s:e")
    assert.strictEqual(Object(peer.seen[0]).username, "me@x")
  })
})

describe("the session", () => {
  it("is not subscribed to again as long as the broker has it, and its loss is told", async () => {
    let lost = 0
    const { broker, client } = await begin({ onSessionLost: () => lost++ })
    ;(await join(broker)).socket.destroy()
    const second = await join(broker, true)
    await second.barrier()
    assert.isFalse(second.seen.some(({ cmd }) => cmd === "subscribe"))
    assert.strictEqual(lost, 0)
    second.socket.destroy()
    const third = await join(broker, false)
    await third.barrier()
    assert.strictEqual(lost, 1)
    assert.strictEqual(client.status.counts.sessionsLost, 1)
  })

  it("that another client takes is not fought for", async () => {
    const { broker, client } = await begin({
      limits: { ...quick.limits, reconnect: { baseMs: 1, mostMs: 3_600_000 } }
    })
    const peer = await join(broker)
    peer.send({ cmd: "disconnect", reasonCode: 0x8e })
    await until("it has gone", () => client.status.state === "disconnected")
    await new Promise((resolve) => setTimeout(resolve, 100))
    assert.strictEqual(broker.connections(), 1)
  })

  it("tells which filters the broker refuses, and is left when it refuses all", async () => {
    const { broker, client } = await begin({ filters: ["t/#", "secret/#"] })
    for (const granted of [
      [1, 0x87],
      [0x80, 0x87]
    ]) {
      const peer = await broker.connection()
      peer.send({ cmd: "connack", sessionPresent: false, reasonCode: 0 })
      const { messageId } = await peer.next("subscribe")
      peer.send({ cmd: "suback", messageId: messageId!, granted })
      const refused = granted[0] === 1 ? ["secret/#"] : ["t/#", "secret/#"]
      await until("it is told", () => client.status.refusedFilters.length === refused.length)
      assert.deepStrictEqual(client.status.refusedFilters, refused)
      if (granted[0] === 1) peer.send({ cmd: "disconnect", reasonCode: 0 }, { cmd: "pingresp" })
      else await peer.next("disconnect")
      peer.socket.end()
      // The subscription that stood is asked for again only where the session is gone.
    }
  })
})

describe("the version of the protocol", () => {
  it.each([
    ["says so", (): Uint8Array => Buffer.from([0x20, 3, 0, 0x84, 0])],
    ["says so in the old version", (): Uint8Array => Buffer.from([0x20, 2, 0, 1])]
  ])("is the older one where a broker does not speak the newer and %s", async (_, answer) => {
    const { broker, client } = await begin()
    const peer = await broker.connection()
    assert.strictEqual(peer.version, 5)
    peer.raw(answer())
    const second = await join(broker)
    await second.barrier()
    assert.strictEqual(second.version, 4)
    assert.strictEqual(client.status.protocol, "3.1.1")
    second.socket.destroy()
    assert.strictEqual((await join(broker, true)).version, 4)
  })

  it("is guessed where a broker only hangs up, and the guess is forgotten", async () => {
    const { broker } = await begin()
    const versions: Array<number> = []
    for (let i = 0; i < 2; i++) {
      const peer = await broker.connection()
      versions.push(peer.version)
      peer.socket.destroy()
    }
    const peer = await join(broker)
    versions.push(peer.version)
    peer.socket.destroy()
    versions.push((await broker.connection()).version)
    assert.deepStrictEqual(versions, [5, 5, 4, 5])
  })

  it("stays what it was told to be", async () => {
    for (const protocol of ["5", "3.1.1"] as const) {
      const { broker } = await begin({ protocol })
      for (let i = 0; i < 4; i++) {
        const peer = await broker.connection()
        assert.strictEqual(peer.version, protocol === "5" ? 5 : 4)
        if (i < 2) peer.socket.destroy()
        else peer.raw(Buffer.from([0x20, 2, 0, 1]))
      }
    }
  })
})

const subscribe = Effect.fnUntraced(function* (over: Partial<SubscriberOptions> = {}) {
  const broker = yield* Effect.acquireRelease(
    Effect.promise(() => makeScriptedBroker()),
    (broker) => Effect.promise(() => broker.close())
  )
  const taken: Array<string> = []
  const subscriber = yield* makeSubscriber({
    ...quick,
    url: broker.url,
    take: async ({ topic }) => {
      taken.push(topic)
      return "stored"
    },
    ...over
  })
  return { broker, taken, subscriber }
})

describe("makeSubscriber", () => {
  it.live("publishes, and says what became of it", () =>
    Effect.gen(function* () {
      const { broker, subscriber } = yield* subscribe({ protocol: "5" })
      const early = yield* Effect.flip(subscriber.publish("R/x/keepalive", ""))
      assert.strictEqual(early.reason, "disconnected")
      const peer = yield* Effect.promise(() => join(broker))
      yield* subscriber.connected
      yield* subscriber.publish("c/0", "on")
      assert.deepInclude(yield* Effect.promise(() => peer.next("publish")), { topic: "c/0", qos: 0 })
      for (const reasonCode of [0, 0x10, 0x87]) {
        const fiber = yield* Effect.forkChild(
          Effect.exit(subscriber.publish("c/1", new Uint8Array([1, 2]), { qos: 1, retain: true }))
        )
        const publish = yield* Effect.promise(() => peer.next("publish"))
        assert.deepInclude(publish, { topic: "c/1", qos: 1, retain: true })
        peer.send({ cmd: "puback", messageId: publish.messageId!, reasonCode })
        assert.strictEqual(Exit.isSuccess(yield* Fiber.join(fiber)), reasonCode < 0x80)
      }
      const fiber = yield* Effect.forkChild(Effect.flip(subscriber.publish("c/1", "x", { qos: 1 })))
      yield* Effect.promise(() => peer.next("publish"))
      peer.socket.destroy()
      assert.strictEqual((yield* Fiber.join(fiber)).reason, "disconnected")
      assert.strictEqual((yield* Effect.flip(subscriber.publish("c/#", ""))).reason, "invalid")
    })
  )

  it.live("does not send more at once than the broker takes", () =>
    Effect.gen(function* () {
      const { broker, subscriber } = yield* subscribe({ protocol: "5" })
      const peer = yield* Effect.promise(() => broker.connection())
      yield* Effect.promise(() => peer.accept({ properties: { receiveMaximum: 1 } }))
      yield* subscriber.connected
      yield* Effect.forkChild(Effect.exit(subscriber.publish("c/1", "x", { qos: 1 })))
      yield* Effect.promise(() => peer.next("publish"))
      assert.strictEqual((yield* Effect.flip(subscriber.publish("c/1", "x", { qos: 1 }))).reason, "busy")
    })
  )

  it.live("ends with its scope, and with its signal", () =>
    Effect.gen(function* () {
      const stop = new AbortController()
      const { broker, subscriber, taken } = yield* subscribe({ signal: stop.signal })
      const peer = yield* Effect.promise(() => join(broker))
      peer.send(message(1))
      yield* Effect.promise(() => peer.next("puback"))
      assert.deepStrictEqual(taken, ["t/1"])
      stop.abort()
      yield* Effect.promise(() => peer.next("disconnect"))
      yield* Effect.promise(() => until("it is closed", peer.isClosed))
      assert.strictEqual((yield* subscriber.status).state, "closed")
    })
  )

  it.effect("refuses options that cannot work", () =>
    Effect.gen(function* () {
      const good = { ...quick, url: "mqtt://127.0.0.1:1", take: async () => "stored" as const }
      const bad: ReadonlyArray<Partial<SubscriberOptions>> = [
        { url: "http://x" },
        { url: "what" },
        { url: "mqtt://%E0%A4%A@x" },
        { clientId: "" },
        { filters: [] },
        { filters: ["a/#/b"] },
        { group: "a/b" },
        { keepaliveSeconds: 0 },
        { keepaliveSeconds: Number.NaN }
      ]
      for (const over of bad) {
        const error = yield* Effect.flip(Effect.scoped(makeSubscriber({ ...good, ...over })))
        assert.strictEqual(error.reason, "invalid", JSON.stringify(over))
      }
    })
  )
})
