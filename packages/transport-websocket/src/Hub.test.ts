import { DeviceId, type LiveNews, LocationId } from "@wattkit/core"
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import { begin, type FakeClient, settled, update } from "./client.fixture.ts"

const subscribe = { type: "SUBSCRIBE", id: "a" }

const powers = (client: FakeClient) =>
  client.heard().flatMap((frame) => (frame.type === "ENERGY_UPDATE" ? [frame["sequence"]] : []))

describe("a connection", () => {
  it("is greeted, subscribes, gets the state and then news, and its ids back", async () => {
    const { client, live } = begin()
    assert.deepStrictEqual(client.heard(), [
      { type: "CONNECTION_ACK", sessionId: "s1", heartbeatMs: 30_000, stream: "s" }
    ])
    live.state = [update(0), { ...update(0), sequence: 5 }]
    await client.say({ ...subscribe, deviceIds: ["meter"], events: ["ENERGY_UPDATE"] })
    assert.deepStrictEqual(live.subscribed, [
      [{ deviceIds: [DeviceId.make("meter")], events: ["ENERGY_UPDATE"], locationIds: undefined }, undefined]
    ])
    live.tell(update(6))
    const [first, state, end, news] = client.heard()
    assert.deepStrictEqual(first, { type: "SUBSCRIBED", id: "a", resumed: false })
    assert.deepStrictEqual([state?.["sequence"], end?.["sequence"]], [0, 5])
    assert.deepStrictEqual(news, {
      type: "ENERGY_UPDATE",
      id: "a",
      sequence: 6,
      locationId: "house",
      readings: [{ deviceId: "meter", at: "2026-06-01T10:00:00Z", channel: "main", powerW: 6 }]
    })
    await client.say({ type: "PING", id: "7" })
    assert.deepStrictEqual(client.heard(), [{ type: "PONG", id: "7" }])
  })

  it("shows statuses and everything else in words of their own", async () => {
    const { client, live } = begin()
    await client.say(subscribe)
    client.heard()
    const { locationId } = update(0)
    const at = Date.UTC(2026, 0, 1) as never
    const deviceId = DeviceId.make("meter")
    live.tell({
      type: "DEVICE_STATUS",
      sequence: 1,
      locationId: LocationId.make("house"),
      deviceId,
      at,
      status: "offline"
    })
    live.tell({
      type: "JOB_PROGRESS",
      sequence: 2,
      locationId: null,
      key: "j",
      data: { done: 1 }
    } satisfies LiveNews)
    assert.deepStrictEqual(client.heard(), [
      {
        type: "DEVICE_STATUS",
        id: "a",
        sequence: 1,
        locationId,
        deviceId,
        at: "2026-01-01T00:00:00Z",
        status: "offline"
      },
      { type: "JOB_PROGRESS", id: "a", sequence: 2, key: "j", data: { done: 1 } }
    ])
  })

  it("ends a subscription on UNSUBSCRIBE, when its id is used again, and with itself", async () => {
    const { client, hub, live } = begin()
    for (const id of ["a", "b", "a"]) await client.say({ type: "SUBSCRIBE", id })
    assert.strictEqual(live.listeners.size, 2)
    client.heard()
    await client.say({ type: "UNSUBSCRIBE", id: "a" })
    assert.deepStrictEqual(client.heard(), [{ type: "UNSUBSCRIBED", id: "a" }])
    assert.strictEqual(live.listeners.size, 1)
    client.connection.closed()
    assert.deepStrictEqual([live.listeners.size, live.closed, hub.size], [0, 1, 0])
  })

  it("leaves no listener behind when it ends while it subscribes", async () => {
    const { client, live } = begin()
    const subscribing = client.say(subscribe)
    client.connection.closed()
    await subscribing
    assert.strictEqual(live.listeners.size, 0)
  })

  it.each([
    ["nonsense"],
    [[1]],
    [{ type: "DANCE" }],
    [{ type: "__proto__" }],
    [{ type: "SUBSCRIBE", deviceIds: "meter" }],
    [{ type: "SUBSCRIBE", deviceIds: ["a b"] }],
    [{ type: "SUBSCRIBE", events: ["EVERYTHING"] }],
    [{ type: "SUBSCRIBE", since: 4 }],
    [{ type: "SUBSCRIBE", since: { stream: "s", sequence: -1 } }],
    [{ type: "RECORD", deviceId: "a b", readings: [] }],
    [{ type: "RECORD" }]
  ])("answers %j with VALIDATION_ERROR and stays", async (frame) => {
    const { client } = begin()
    client.heard()
    await client.say(frame)
    await client.say({ type: "PING" })
    const [answer, pong] = client.heard()
    assert.deepStrictEqual(
      [answer?.type, answer?.["code"], pong?.type],
      ["ERROR", "VALIDATION_ERROR", "PONG"]
    )
  })

  it("tells why a subscription failed, and nothing of what went wrong inside", async () => {
    const cases = [
      [{ _tag: "NotFound", message: "there is no device x" }, "NOT_FOUND", /there is no device x/],
      [{ _tag: "StorageError", message: "password" }, "UNAVAILABLE", /try again/],
      [new Error("password"), "INTERNAL", /went wrong/]
    ] as const
    for (const part of ["failure", "stateFailure"] as const) {
      for (const [failure, code, message] of cases) {
        const { client, errors, live } = begin()
        live[part] = failure
        await client.say(subscribe)
        const answer = client.heard().at(-1)
        assert.deepStrictEqual([answer?.["code"], answer?.["id"]], [code, "a"])
        assert.match(String(answer?.["message"]), message)
        assert.strictEqual(live.listeners.size, 0)
        assert.lengthOf(errors, code === "INTERNAL" ? 1 : 0)
      }
    }
  })

  it("is closed after too many errors, and bounds subscriptions", async () => {
    const noisy = begin({ refusals: 2 })
    for (let i = 0; i < 3; i++) noisy.client.connection.receive(undefined)
    assert.strictEqual(noisy.client.closedWith, 1008)
    const { client } = begin({ subscriptions: 1 })
    for (const id of ["a", "b"]) await client.say({ type: "SUBSCRIBE", id })
    assert.strictEqual(client.heard().at(-1)?.["code"], "RATE_LIMITED")
  })

  it("is asked whether it is there, and closed when it stays silent", async () => {
    const { client, pass } = begin()
    client.heard()
    await pass(31_000)
    assert.deepStrictEqual(client.types(), ["PING"])
    await client.say({ type: "PONG" })
    await pass(32_000)
    assert.deepStrictEqual(client.types(), ["PING"])
    await pass(44_000)
    assert.strictEqual(client.closedWith, 1008)
  })
})

describe("going on from where a client left", () => {
  it("sends what was missed and not the state", async () => {
    const { client, live } = begin()
    live.state = [update(99)]
    for (const n of [1, 2, 3]) live.tell(update(n))
    await client.say({ ...subscribe, since: { stream: "s", sequence: 1 } })
    assert.deepStrictEqual(client.heard()[1], { type: "SUBSCRIBED", id: "a", resumed: true })
    live.tell(update(4))
    await client.say({ ...subscribe, since: { stream: "s", sequence: 3 } })
    assert.deepStrictEqual(powers(client), [4, 4])
  })

  it("starts over when that is not known, with RESYNC and the state", async () => {
    for (const since of [
      { stream: "other", sequence: 5 },
      { stream: "s", sequence: 1 }
    ]) {
      const { client, live } = begin()
      live.floor = 4
      live.state = [update(4)]
      client.heard()
      await client.say({ ...subscribe, since })
      assert.deepStrictEqual(client.types(), ["SUBSCRIBED", "RESYNC", "ENERGY_UPDATE"])
    }
  })

  it("starts over after a gap", async () => {
    const { client, live, pass } = begin()
    await client.say(subscribe)
    client.heard()
    live.floor = 7
    live.state = [update(7)]
    for (const listener of live.listeners) listener.onGap()
    await pass(50)
    assert.deepStrictEqual(client.types(), ["RESYNC", "ENERGY_UPDATE"])
    live.tell(update(8))
    assert.deepStrictEqual(powers(client), [8])
  })
})

describe("a client that does not read", () => {
  it("is sent nothing more than fits, and the newest when it reads again", async () => {
    const { client, live, pass } = begin({ unreadBytes: 1000 })
    await client.say(subscribe)
    client.heard()
    client.isReading = false
    for (let n = 1; n <= 100; n++) live.tell(update(n))
    assert.isAtMost(client.unread, 1000 + 200)
    const sent = powers(client).length
    assert.isBelow(sent, 10)
    client.readAll()
    await pass(50)
    assert.deepStrictEqual(powers(client), [100])
    live.tell(update(101))
    assert.deepStrictEqual(powers(client), [101])
  })

  it("starts over when the log does not reach as far back", async () => {
    const { client, live, pass } = begin({ unreadBytes: 0 })
    await client.say(subscribe)
    client.heard()
    client.isReading = false
    client.unread = 1
    live.tell(update(1))
    live.floor = 1
    live.state = [update(1)]
    client.readAll()
    await pass(50)
    assert.deepStrictEqual(client.types(), ["RESYNC", "ENERGY_UPDATE"])
  })

  it("is let go when it takes nothing for long, and not while it takes something", async () => {
    const { client, live, pass } = begin({ unreadBytes: 1000, stalledMs: 10_000 })
    await client.say(subscribe)
    client.isReading = false
    client.unread = 5000
    live.tell(update(1))
    for (let i = 0; i < 3; i++) {
      await pass(9_000)
      client.unread -= 100
    }
    assert.isUndefined(client.closedWith)
    await pass(11_000)
    assert.strictEqual(client.closedWith, 1013)
    assert.strictEqual(live.listeners.size, 0)
  })

  it("is not read from either", async () => {
    const { client, pass } = begin({ unreadBytes: 100 })
    client.isReading = false
    for (let i = 0; i < 4 && !client.isPaused; i++) await client.say({ type: "PING", id: "x".repeat(60) })
    assert.isTrue(client.isPaused)
    client.readAll()
    await pass(50)
    assert.isFalse(client.isPaused)
  })

  it("holds up nobody else, also not in the midst of its state", async () => {
    const { another, client, live, pass } = begin({ unreadBytes: 0, states: 1 })
    live.state = [update(1), update(2)]
    client.isReading = false
    client.unread = 1
    await client.say(subscribe)
    const other = another()
    await other.say(subscribe)
    await settled()
    assert.deepStrictEqual(powers(other), [1, 2])
    assert.deepStrictEqual(powers(client), [])
    client.readAll()
    await pass(50)
    assert.deepStrictEqual(powers(client), [1, 2])
  })
})

describe("RECORD", () => {
  const record = (id: number) => ({ type: "RECORD", id: String(id), deviceId: "meter", readings: [id] })
  const stored = { accepted: 1, duplicates: 0, rejected: [] }

  it("is answered when the readings are stored, as over HTTP", async () => {
    const { client, live } = begin()
    client.heard()
    await client.say(record(1))
    assert.deepStrictEqual(client.heard(), [])
    assert.deepStrictEqual(live.recorded[0]?.readings, [1])
    live.recorded[0]!.done(stored)
    await settled()
    assert.deepStrictEqual(client.heard(), [{ type: "RECORDED", id: "1", ...stored }])
  })

  it("says when to come back", async () => {
    for (const [reason, code] of [
      ["budget", "RATE_LIMITED"],
      ["queue", "UNAVAILABLE"]
    ] as const) {
      const { client, live } = begin()
      client.heard()
      await client.say(record(1))
      const busy = Object.assign(new Error("slowly"), { _tag: "Busy", reason, retryAfterMs: 250 })
      live.recorded[0]!.done(busy)
      await settled()
      assert.deepStrictEqual(client.heard(), [
        { type: "ERROR", id: "1", code, message: "slowly", retryAfterMs: 250 }
      ])
    }
  })

  it("is bounded: what is too much is not read, and nothing that was read is lost", async () => {
    const { client, live } = begin({ recording: 4 })
    client.heard()
    for (let id = 1; id <= 10; id++) await client.say(record(id))
    assert.lengthOf(live.recorded, 4)
    assert.isTrue(client.isPaused)
    for (let id = 1; id <= 10; id++) {
      live.recorded[id - 1]!.done(stored)
      await settled()
    }
    assert.deepStrictEqual(
      client.heard().map((frame) => frame["id"]),
      Array.from({ length: 10 }, (_, i) => String(i + 1))
    )
    assert.isFalse(client.isPaused)
  })
})

describe("the hub", () => {
  it("writes the same news once for all who see the same", async () => {
    const { hub, live } = begin()
    const seen: Array<Uint8Array> = []
    const outlet = {
      send: (bytes: Uint8Array) => void seen.push(bytes),
      bufferedAmount: () => 0,
      pause: () => {},
      resume: () => {},
      close: () => {}
    }
    for (let i = 0; i < 3; i++) hub.connect(outlet, live.opened, "s").receive(JSON.stringify(subscribe))
    await settled()
    seen.length = 0
    live.tell(update(1))
    assert.lengthOf(seen, 3)
    assert.isTrue(seen.every((bytes) => bytes === seen[0]))
  })

  it("says goodbye to everybody", () => {
    const { another, client, hub } = begin()
    const other = another()
    hub.close(1001, "going away")
    assert.deepStrictEqual([client.closedWith, other.closedWith, hub.size], [1001, 1001, 0])
  })

  it("survives whatever is said to it", async () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .record(
          { type: fc.constantFrom("SUBSCRIBE", "RECORD", "PING", "UNSUBSCRIBE", "PONG") },
          { noNullPrototype: true }
        )
        .map((frame) => JSON.stringify(frame)),
      fc
        .record({
          type: fc.constantFrom("SUBSCRIBE", "RECORD", "PING"),
          id: fc.jsonValue(),
          since: fc.jsonValue(),
          readings: fc.jsonValue(),
          deviceIds: fc.jsonValue()
        })
        .map((frame) => JSON.stringify(frame))
    )
    const property = fc.asyncProperty(fc.array(text, { maxLength: 10 }), async (said) => {
      const { client, hub, live } = begin()
      for (const one of said) await client.say(one)
      client.connection.closed()
      assert.deepStrictEqual([hub.size, live.listeners.size], [0, 0])
    })
    await fc.assert(property, { numRuns: Number(process.env["WATTKIT_TEST_FRAMES"] ?? 300) })
  })
})
