import { getEventListeners } from "node:events"
import { afterEach, assert, describe, it } from "vitest"
import { type Connection, type LiveServer, startLive } from "../test/liveServer.ts"
import { createClient } from "./createClient.ts"
import {
  type LiveState,
  type LiveUpdate,
  type SubscribeOptions,
  subscribe,
  type Subscription
} from "./live.ts"
import { WattkitError } from "./WattkitError.ts"

const servers: Array<LiveServer> = []
const subscriptions: Array<Subscription> = []

afterEach(async () => {
  for (const one of subscriptions.splice(0)) one.close()
  for (const server of servers.splice(0)) await server.close()
})

/** A subscription and the states it goes through. */
const begin = async (options: SubscribeOptions = {}, refuse?: LiveServer["refuse"]) => {
  const server = await startLive()
  server.refuse = refuse
  servers.push(server)
  const client = createClient({ baseUrl: server.baseUrl, auth: "wk_live_secret" })
  const states: Array<[LiveState, unknown]> = []
  const waiting: Array<[LiveState, () => void]> = []
  const subscription = subscribe(client, {
    backoffMs: 1,
    ...options,
    onState: (state, error) => {
      states.push([state, error])
      for (const [wanted, resolve] of waiting) if (wanted === state) resolve()
    }
  })
  subscriptions.push(subscription)
  const reached = (state: LiveState) =>
    new Promise<void>((resolve) => {
      if (subscription.state === state) resolve()
      else waiting.push([state, resolve])
    })
  return { server, subscription, states, reached }
}

/** Does the server's part until the client is live. */
const welcome = async (connection: Connection, heartbeatMs = 10_000) => {
  connection.send({ type: "CONNECTION_ACK", sessionId: "s1", heartbeatMs, stream: "s" })
  const subscribed = await connection.frame()
  connection.send({ type: "SUBSCRIBED", id: subscribed["id"] })
  return subscribed
}

const update = (
  sequence: number,
  locationId: string,
  ...readings: ReadonlyArray<readonly [string, string, number]>
) => ({
  type: "ENERGY_UPDATE",
  sequence,
  locationId,
  readings: readings.map(([deviceId, channel, powerW]) => ({
    deviceId,
    channel,
    powerW,
    at: `2026-01-01T00:00:0${sequence % 10}Z`
  }))
})

const failureOf = async (subscription: Subscription): Promise<WattkitError> => {
  try {
    await subscription.next()
  } catch (error) {
    assert.instanceOf(error, WattkitError)
    return error as WattkitError
  }
  return assert.fail("it did not fail")
}

describe("subscribe", () => {
  it("opens with a ticket, never with the key, and shows updates", async () => {
    const { server, states, subscription } = await begin({ locationIds: ["l1"], deviceIds: ["d1"] })
    const connection = await server.connection()
    assert.strictEqual(connection.url, "/v1/ws")
    assert.strictEqual(connection.ticket, "ticket.t1")
    assert.strictEqual(connection.socket.protocol, "wattkit.v1")
    assert.strictEqual(server.seen[0]!.headers.authorization, "Bearer wk_live_secret")
    assert.strictEqual(subscription.state, "connecting")
    const frame = await welcome(connection)
    assert.deepStrictEqual(frame, {
      type: "SUBSCRIBE",
      id: "1",
      locationIds: ["l1"],
      deviceIds: ["d1"],
      events: ["ENERGY_UPDATE"]
    })
    connection.send({ type: "A_NEWER_FRAME" })
    connection.send(update(1, "l1", ["d1", "main", 42]))
    const { type: _, ...expected } = update(1, "l1", ["d1", "main", 42])
    assert.deepStrictEqual(await subscription.next(), { done: false, value: expected })
    assert.strictEqual(subscription.state, "live")
    assert.deepStrictEqual(states, [["live", undefined]])
  })

  it("leaves what is not asked for out of the frame", async () => {
    const { server } = await begin()
    const frame = await welcome(await server.connection())
    assert.deepStrictEqual(frame, { type: "SUBSCRIBE", id: "1", events: ["ENERGY_UPDATE"] })
    const all = await begin({ onNews: () => {} })
    const wide = await welcome(await all.server.connection())
    assert.deepStrictEqual(wide, { type: "SUBSCRIBE", id: "1" })
  })

  it("goes below the path of the base URL", async () => {
    const server = await startLive()
    servers.push(server)
    const ticket = () => createClient({ baseUrl: server.baseUrl }).live.ticket()
    const live = { ...createClient({ baseUrl: server.baseUrl }).live, ticket }
    subscriptions.push(subscribe({ baseUrl: `${server.baseUrl}/energy`, live }))
    assert.strictEqual((await server.connection()).url, "/energy/v1/ws")
  })

  it("calls back with every update", async () => {
    const seen: Array<LiveUpdate> = []
    let second = () => {}
    const both = new Promise<void>((resolve) => (second = resolve))
    const { server } = await begin({
      onUpdate: (one) => {
        if (seen.push(one) === 2) second()
      }
    })
    const connection = await server.connection()
    await welcome(connection)
    connection.send(update(1, "l1", ["d1", "main", 1]))
    connection.send(update(2, "l1", ["d1", "main", 2]))
    await both
    assert.deepStrictEqual(
      seen.map((one) => one.readings[0]?.powerW),
      [1, 2]
    )
  })

  it("keeps the newest of each device and channel for a slow consumer", async () => {
    const { server, subscription } = await begin()
    const connection = await server.connection()
    await welcome(connection)
    for (let i = 1; i <= 1000; i++) connection.send(update(i, "l1", ["d1", "main", i], ["d2", "main", -i]))
    connection.send(update(1001, "l2", ["d9", "main", 9]))
    connection.send(update(1002, "l1", ["d1", "main", 5000], ["d1", "l2", 7]))
    connection.send({ type: "PING" })
    assert.deepStrictEqual(await connection.frame(), { type: "PONG" })
    const first = await subscription.next()
    const second = await subscription.next()
    assert.strictEqual(first.value?.sequence, 1002)
    assert.deepStrictEqual(
      first.value?.readings.map((one) => [one.deviceId, one.channel, one.powerW]),
      [
        ["d1", "main", 5000],
        ["d2", "main", -1000],
        ["d1", "l2", 7]
      ]
    )
    assert.strictEqual(second.value?.locationId, "l2")
  })
})

describe("a lost connection", () => {
  it("is made again with a new ticket, and subscribes again", async () => {
    const { reached, server, states, subscription } = await begin({ deviceIds: ["d1"] })
    for (let n = 1; n <= 3; n++) {
      const connection = await server.connection()
      assert.strictEqual(connection.ticket, `ticket.t${n}`)
      assert.deepStrictEqual((await welcome(connection))["deviceIds"], ["d1"])
      connection.send(update(1, "l1", ["d1", "main", n]))
      assert.strictEqual((await subscription.next()).value?.readings[0]?.powerW, n)
      const again = reached("reconnecting")
      connection.socket.terminate()
      await again
    }
    assert.deepStrictEqual(
      states.slice(0, 4).map(([state]) => state),
      ["live", "reconnecting", "live", "reconnecting"]
    )
    assert.strictEqual((states[1]![1] as WattkitError).code, "NETWORK")
  })

  it("is one whose server is silent for two heartbeats", async () => {
    const { server } = await begin()
    const connection = await server.connection()
    await welcome(connection, 20)
    assert.deepStrictEqual(await connection.frame(), { type: "PING" })
    assert.strictEqual((await server.connection()).ticket, "ticket.t2")
  })

  it("is not one whose server answers PING", async () => {
    const { server, states } = await begin()
    const connection = await server.connection()
    await welcome(connection, 10)
    for (let i = 0; i < 5; i++) {
      assert.deepStrictEqual(await connection.frame(), { type: "PING" })
      connection.send({ type: "PONG" })
    }
    assert.strictEqual(server.connections(), 1)
    assert.lengthOf(states, 1)
  })

  it("is one that shows nothing in time", async () => {
    const { server, states } = await begin({ timeoutMs: 200 })
    await server.connection()
    await server.connection()
    assert.strictEqual(states[0]![0], "reconnecting")
  })

  it("is one that does not speak the protocol", async () => {
    const { server } = await begin()
    const connection = await server.connection()
    connection.socket.send("<html>")
    await connection.closed
    assert.strictEqual((await server.connection()).ticket, "ticket.t2")
  })

  it("is made again while the server has no tickets, and after a passing error", async () => {
    const { server, states } = await begin({}, (n) =>
      n < 3 ? { status: 503, code: "UNAVAILABLE" } : undefined
    )
    const connection = await server.connection()
    assert.strictEqual(connection.ticket, "ticket.t4")
    assert.deepStrictEqual(
      states.map(([state, error]) => [state, (error as WattkitError).code]),
      Array.from({ length: 3 }, () => ["reconnecting", "UNAVAILABLE"])
    )
    connection.send({ type: "ERROR", code: "INTERNAL", message: "oops" })
    assert.strictEqual((await server.connection()).ticket, "ticket.t5")
  })
})

describe("a connection made again", () => {
  it("goes on where the one before left, and over when the server starts over", async () => {
    const { reached, server, subscription } = await begin()
    const sinceOf = async (sequences: ReadonlyArray<number>, resync = false) => {
      const connection = await server.connection()
      const { since } = await welcome(connection)
      if (resync) connection.send({ type: "RESYNC", id: "1" })
      for (const sequence of sequences) {
        connection.send(update(sequence, "l1", ["d1", "main", sequence]))
        await subscription.next()
      }
      connection.send({ type: "PING" })
      await connection.frame()
      const again = reached("reconnecting")
      connection.socket.terminate()
      await again
      return since
    }
    assert.isUndefined(await sinceOf([0, 5, 6]))
    assert.deepStrictEqual(await sinceOf([], true), { stream: "s", sequence: 6 })
    // The state was not shown to its end, so there is nothing to go on from.
    assert.isUndefined(await sinceOf([0]))
    assert.isUndefined(await sinceOf([9]))
    assert.deepStrictEqual(await sinceOf([]), { stream: "s", sequence: 9 })
  })
})

describe("other news", () => {
  it("are told as they come", async () => {
    const seen: Array<unknown> = []
    const { server } = await begin({ onNews: (news) => seen.push(news) })
    const connection = await server.connection()
    await welcome(connection)
    const status = { type: "DEVICE_STATUS", sequence: 3, deviceId: "d1", status: "offline" }
    connection.send({ ...status, id: "1" })
    connection.send({ type: "PING" })
    await connection.frame()
    assert.deepStrictEqual(seen, [status])
  })
})

describe("record", () => {
  const stored = { accepted: 1, duplicates: 0, rejected: [] }

  it("resolves when the readings are stored, and rejects with the server's reason", async () => {
    const { server, subscription } = await begin()
    const first = subscription.record([{ at: "2026-01-01T00:00:00Z", powerW: 1 }], "d1")
    const connection = await server.connection()
    await welcome(connection)
    assert.deepStrictEqual(await connection.frame(), {
      type: "RECORD",
      id: "r1",
      deviceId: "d1",
      readings: [{ at: "2026-01-01T00:00:00Z", powerW: 1 }]
    })
    const second = subscription.record({ powerW: 1 })
    assert.strictEqual((await connection.frame())["id"], "r2")
    connection.send({ type: "ERROR", id: "r2", code: "RATE_LIMITED", message: "slowly", retryAfterMs: 250 })
    connection.send({ type: "RECORDED", id: "r1", ...stored })
    assert.deepStrictEqual(await first, stored)
    const error = await second.then(
      () => assert.fail("it did not fail"),
      (error: WattkitError) => error
    )
    assert.deepStrictEqual([error.code, error.status, error.retryAfterMs], ["RATE_LIMITED", 429, 250])
    assert.strictEqual(subscription.state, "live")
  })

  it("sends again over the next connection what was not answered", async () => {
    const { server, subscription } = await begin()
    const recorded = subscription.record({ powerW: 1 })
    for (let n = 0; n < 2; n++) {
      const connection = await server.connection()
      await welcome(connection)
      assert.deepStrictEqual(await connection.frame(), { type: "RECORD", id: "r1", readings: { powerW: 1 } })
      if (n === 0) connection.socket.terminate()
      else connection.send({ type: "RECORDED", id: "r1", ...stored })
    }
    assert.deepStrictEqual(await recorded, stored)
  })

  it("rejects what is never answered, and what is too much", async () => {
    const { subscription } = await begin()
    const waiting = Array.from({ length: 257 }, () =>
      subscription.record({}).catch((error: WattkitError) => error.code)
    )
    assert.strictEqual(await waiting[256], "RATE_LIMITED")
    subscription.close()
    assert.strictEqual(await waiting[0], "ABORTED")
    assert.strictEqual(await subscription.record({}).catch((error: WattkitError) => error.code), "ABORTED")
  })
})

describe("the end", () => {
  it("comes with a refused ticket", async () => {
    for (const [status, code] of [
      [401, "UNAUTHORIZED"],
      [403, "FORBIDDEN"],
      [404, "NOT_FOUND"]
    ] as const) {
      const { server, states, subscription } = await begin({}, () => ({ status, code }))
      const error = await failureOf(subscription)
      assert.strictEqual(error.code, code)
      assert.strictEqual(subscription.state, "closed")
      assert.deepStrictEqual(states, [["closed", error]])
      assert.deepStrictEqual(await subscription.next(), { done: true, value: undefined })
      assert.lengthOf(server.seen, 1)
    }
  })

  it("comes with a refused subscription, after what came before", async () => {
    const { server, subscription } = await begin({ locationIds: ["nowhere"] })
    const connection = await server.connection()
    await welcome(connection)
    connection.send(update(1, "l1", ["d1", "main", 1]))
    connection.send({ type: "ERROR", code: "NOT_FOUND", message: "no location nowhere" })
    await connection.closed
    assert.strictEqual((await subscription.next()).value?.sequence, 1)
    const error = await failureOf(subscription)
    assert.strictEqual(error.code, "NOT_FOUND")
    assert.strictEqual(error.status, 404)
    assert.strictEqual(error.message, "no location nowhere")
    assert.strictEqual(server.connections(), 1)
  })

  it("comes with leaving the loop", async () => {
    const { server, states, subscription } = await begin()
    const connection = await server.connection()
    await welcome(connection)
    connection.send(update(1, "l1", ["d1", "main", 1]))
    for await (const _ of subscription) break
    assert.strictEqual(await connection.closed, 1000)
    assert.strictEqual(subscription.state, "closed")
    assert.deepStrictEqual(states.at(-1), ["closed", undefined])
  })

  it("comes with the signal, also to a consumer that waits, and leaves no listener", async () => {
    const controller = new AbortController()
    const { reached, server, subscription } = await begin({ signal: controller.signal })
    const connection = await server.connection()
    await welcome(connection)
    await reached("live")
    const waiting = [subscription.next(), subscription.next()]
    controller.abort()
    for (const one of waiting) assert.deepStrictEqual(await one, { done: true, value: undefined })
    assert.strictEqual(await connection.closed, 1000)
    assert.lengthOf(getEventListeners(controller.signal, "abort"), 0)
    assert.strictEqual(subscription.state, "closed")
  })

  it("comes at once with a signal already aborted", async () => {
    const { server, subscription } = await begin({ signal: AbortSignal.abort() })
    assert.deepStrictEqual(await subscription.next(), { done: true, value: undefined })
    assert.lengthOf(server.seen, 0)
  })

  it("comes while a ticket is awaited, and no connection follows", async () => {
    let asked = () => {}
    const asking = new Promise<void>((resolve) => (asked = resolve))
    const { server, states, subscription } = await begin({}, () => {
      asked()
      return undefined
    })
    await asking
    subscription.close()
    subscription.close()
    assert.deepStrictEqual(await subscription.next(), { done: true, value: undefined })
    await new Promise((resolve) => setImmediate(resolve))
    assert.strictEqual(server.connections(), 0)
    assert.deepStrictEqual(states, [["closed", undefined]])
  })

  it("comes when no WebSocket can be opened, without quoting the ticket", async () => {
    const Broken = function (url: string, protocols: ReadonlyArray<string>) {
      throw new SyntaxError(`${url} ${protocols.join()}`)
    }
    const { subscription } = await begin({ WebSocket: Broken as never })
    const error = await failureOf(subscription)
    assert.strictEqual(error.code, "INVALID_REQUEST")
    assert.notInclude(`${error.stack} ${String(error.cause)}`, "ticket.")
  })
})
