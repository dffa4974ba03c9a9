import { afterEach, assert, beforeEach, describe, it, vi } from "vitest"
import { failure, success } from "../../test/localServer.ts"
import { createClient } from "../createClient.ts"
import { type SubscribeOptions, Subscription } from "./Subscription.ts"

/** A socket without a network, for tests that hold the clock. */
class FakeSocket extends EventTarget {
  static opened: Array<FakeSocket> = []
  readonly sent: Array<string> = []
  isClosed = false

  constructor() {
    super()
    FakeSocket.opened.push(this)
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text).type)
  }

  close(): void {
    this.isClosed = true
  }

  say(frame: object): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(frame) }))
  }

  drop(): void {
    this.dispatchEvent(Object.assign(new Event("close"), { code: 1006 }))
  }

  welcome(heartbeatMs = 30_000): void {
    this.say({ type: "CONNECTION_ACK", sessionId: "s", heartbeatMs })
    this.say({ type: "SUBSCRIBED", id: "1" })
  }
}

let answer: () => Response

beforeEach(() => {
  vi.useFakeTimers()
  FakeSocket.opened = []
  answer = () => Response.json(success({ ticket: "t", expiresAt: "2026-01-01T00:00:00Z" }))
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const begin = async (options: SubscribeOptions = {}) => {
  const client = createClient({ baseUrl: "http://x", fetch: async () => answer() })
  const subscription = new Subscription(client, { WebSocket: FakeSocket as never, ...options })
  await vi.advanceTimersByTimeAsync(0)
  return subscription
}

const newest = (): FakeSocket => FakeSocket.opened.at(-1)!

const update = (sequence: number) => ({
  type: "ENERGY_UPDATE",
  sequence,
  locationId: "l1",
  readings: [{ deviceId: "d1", channel: "main", at: "2026-01-01T00:00:00Z", powerW: sequence }]
})

describe("a subscription", () => {
  it("leaves no timer behind, closed at any stage", async () => {
    const stages: ReadonlyArray<() => void> = [
      () => {},
      () => newest().say({ type: "CONNECTION_ACK", sessionId: "s", heartbeatMs: 1000 }),
      () => newest().welcome(),
      () => newest().drop()
    ]
    for (const stage of stages) {
      const subscription = await begin()
      stage()
      subscription.close()
      await vi.advanceTimersByTimeAsync(0)
      assert.strictEqual(vi.getTimerCount(), 0)
      assert.isTrue(newest().isClosed)
    }
  })

  it("stays while heartbeats are answered, however long", async () => {
    const subscription = await begin()
    newest().welcome(30_000)
    for (let beat = 0; beat < 100; beat++) {
      await vi.advanceTimersByTimeAsync(30_000)
      newest().say({ type: "PONG" })
    }
    assert.strictEqual(subscription.state, "live")
    assert.lengthOf(FakeSocket.opened, 1)
    subscription.close()
  })

  it("leaves a connection that is acknowledged and shows nothing", async () => {
    const subscription = await begin()
    newest().say({ type: "CONNECTION_ACK", sessionId: "s", heartbeatMs: 30_000 })
    await vi.advanceTimersByTimeAsync(9_999)
    assert.strictEqual(subscription.state, "connecting")
    await vi.advanceTimersByTimeAsync(1)
    assert.strictEqual(subscription.state, "reconnecting")
    subscription.close()
  })

  it("listens no more to a connection it has left", async () => {
    const subscription = await begin()
    const first = newest()
    first.welcome()
    first.drop()
    first.say(update(7))
    const next = subscription.next()
    await vi.advanceTimersByTimeAsync(0)
    assert.strictEqual(subscription.state, "reconnecting")
    subscription.close()
    first.say(update(8))
    assert.deepStrictEqual(await next, { done: true, value: undefined })
    assert.deepStrictEqual(await subscription.next(), { done: true, value: undefined })
  })

  it("forgets on close what nobody took", async () => {
    const subscription = await begin()
    newest().welcome()
    newest().say(update(1))
    subscription.close()
    assert.deepStrictEqual(await subscription.next(), { done: true, value: undefined })
  })

  it("waits longer before every reconnect, and starts over after a good connection", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1)
    const subscription = await begin()
    const waits: Array<number> = []
    const dropAndWait = async (): Promise<void> => {
      const opened = FakeSocket.opened.length
      newest().drop()
      let waited = -250
      while (FakeSocket.opened.length === opened) {
        await vi.advanceTimersByTimeAsync(waited < 0 ? 0 : 250)
        waited += 250
      }
      waits.push(waited)
    }
    for (let i = 0; i < 6; i++) await dropAndWait()
    newest().welcome(1000)
    await dropAndWait()
    newest().welcome(1000)
    newest().say(update(1))
    await vi.advanceTimersByTimeAsync(1000)
    await dropAndWait()
    assert.deepStrictEqual(waits, [500, 1000, 2000, 4000, 8000, 8000, 8000, 500])
    subscription.close()
  })

  it("waits as long as the server asks for a ticket, at most an hour", async () => {
    for (const [asked, waits] of [
      ["20", 20_000],
      ["9999999999", 3_600_000]
    ] as const) {
      let count = 0
      answer = () => {
        count++
        return Response.json(failure("RATE_LIMITED", "slowly"), {
          status: 429,
          headers: { "retry-after": asked }
        })
      }
      const subscription = await begin()
      await vi.advanceTimersByTimeAsync(waits - 1)
      assert.strictEqual(count, 1)
      await vi.advanceTimersByTimeAsync(1)
      assert.strictEqual(count, 2)
      subscription.close()
    }
  })

  it("does not wait for no time at all when the heartbeat is nonsense", async () => {
    const subscription = await begin()
    newest().welcome(0)
    await vi.advanceTimersByTimeAsync(29_000)
    assert.deepStrictEqual(newest().sent, ["SUBSCRIBE"])
    subscription.close()
  })

  it("goes on when the caller's auth fails, and says so", async () => {
    const own = new Error("signed out")
    const errors: Array<unknown> = []
    const client = createClient({
      baseUrl: "http://x",
      auth: () => {
        throw own
      }
    })
    const subscription = new Subscription(client, { onState: (_, error) => errors.push(error) })
    await vi.advanceTimersByTimeAsync(0)
    assert.strictEqual(subscription.state, "reconnecting")
    assert.deepStrictEqual(errors, [own])
    subscription.close()
  })
})
