import { DeviceId, Instant, LocationId, mainChannel } from "@wattkit/core"
import type { LiveFilter, LiveUpdate } from "@wattkit/core"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Latch, Queue, Stream } from "effect"
import {
  type CloseEvent,
  isCloseEvent,
  make,
  SocketCloseError,
  SocketError,
  SocketUpgradeError
} from "effect/socket/Socket"
import { TestClock } from "effect/testing"
import { serve, type SinkOptions } from "./sink.ts"

const lost = new SocketError({ reason: new SocketCloseError({ code: 1005 }) })

const update = (sequence: number): LiveUpdate => ({
  sequence,
  locationId: LocationId.make("house"),
  readings: [
    {
      deviceId: DeviceId.make("meter"),
      at: Instant.fromStringOrThrow("2026-06-01T10:00:00Z"),
      channel: mainChannel,
      powerW: sequence
    }
  ]
})

/** A connection whose client is the test, as frames and what the server closed it with. */
const connect = (over: Partial<SinkOptions> = {}) =>
  Effect.gen(function* () {
    const inbox = yield* Queue.unbounded<string | Uint8Array>()
    const outbox = yield* Queue.unbounded<string>()
    const closed = yield* Deferred.make<number>()
    const hungUp = yield* Deferred.make<never, SocketError>()
    const socket = make({
      reader: Effect.succeed({
        pull: Effect.raceFirst(
          Effect.map(Queue.take(inbox), (chunk) => [chunk] as const),
          Deferred.await(hungUp)
        ),
        upgrade: SocketUpgradeError.unsupported
      }),
      writer: Effect.succeed({
        write: (chunk: Uint8Array | string | CloseEvent) =>
          Effect.asVoid(
            isCloseEvent(chunk) ? Deferred.succeed(closed, chunk.code) : Queue.offer(outbox, String(chunk))
          ),
        writeAll: () => Effect.die("not used")
      })
    })
    const fiber = yield* Effect.forkChild(
      serve(socket, { sessionId: "s1", updates: () => Stream.never, ...over })
    )
    const take = Effect.map(Queue.take(outbox), (text) => JSON.parse(text) as Record<string, unknown>)
    return {
      say: (frame: unknown) => Queue.offer(inbox, typeof frame === "string" ? frame : JSON.stringify(frame)),
      sayBytes: (bytes: Uint8Array) => Queue.offer(inbox, bytes),
      hangUp: Deferred.fail(hungUp, lost),
      waiting: Queue.size(outbox),
      hear: take,
      hearType: Effect.map(take, (frame) => frame["type"]),
      closed: Deferred.await(closed),
      fiber
    }
  })

describe("serve", () => {
  it.effect("greets, subscribes, shows updates and echoes ids", () =>
    Effect.gen(function* () {
      const filters: Array<LiveFilter> = []
      const client = yield* connect({
        updates: (filter) => {
          filters.push(filter)
          return Stream.make(update(1), update(2))
        }
      })
      assert.deepStrictEqual(yield* client.hear, {
        type: "CONNECTION_ACK",
        sessionId: "s1",
        heartbeatMs: 30_000
      })
      yield* client.say({ type: "SUBSCRIBE", id: "a", deviceIds: ["meter"] })
      assert.deepStrictEqual(yield* client.hear, { type: "SUBSCRIBED", id: "a" })
      assert.deepStrictEqual(yield* client.hear, {
        type: "ENERGY_UPDATE",
        id: "a",
        sequence: 1,
        locationId: "house",
        readings: [{ deviceId: "meter", at: "2026-06-01T10:00:00Z", channel: "main", powerW: 1 }]
      })
      assert.strictEqual((yield* client.hear)["sequence"], 2)
      assert.deepStrictEqual(
        filters.map((filter) => filter.deviceIds),
        [[DeviceId.make("meter")]]
      )
      yield* client.say({ type: "PING", id: "7" })
      assert.deepStrictEqual(yield* client.hear, { type: "PONG", id: "7" })
    })
  )

  it.effect("ends a subscription on UNSUBSCRIBE and when its id is used again", () =>
    Effect.gen(function* () {
      let running = 0
      const client = yield* connect({
        updates: () =>
          Stream.callback<LiveUpdate>(() =>
            Effect.acquireRelease(
              Effect.sync(() => ++running),
              () => Effect.sync(() => --running)
            )
          )
      })
      yield* client.hear
      for (const id of ["a", "b", "a"]) {
        yield* client.say({ type: "SUBSCRIBE", id })
        yield* client.hear
      }
      yield* Effect.yieldNow
      yield* client.say({ type: "PING" })
      yield* client.hear
      assert.strictEqual(running, 2)
      yield* client.say({ type: "UNSUBSCRIBE", id: "a" })
      assert.deepStrictEqual(yield* client.hear, { type: "UNSUBSCRIBED", id: "a" })
      assert.strictEqual(running, 1)
      yield* client.hangUp
      yield* Fiber.join(client.fiber)
      assert.strictEqual(running, 0)
    })
  )

  it.effect.each([
    ["nonsense", "VALIDATION_ERROR"],
    [[1], "VALIDATION_ERROR"],
    [{ type: "DANCE" }, "VALIDATION_ERROR"],
    [{ type: "__proto__" }, "VALIDATION_ERROR"],
    [{ type: "SUBSCRIBE", deviceIds: "meter" }, "VALIDATION_ERROR"],
    [{ type: "SUBSCRIBE", deviceIds: ["a b"] }, "VALIDATION_ERROR"],
    [{ type: "SUBSCRIBE", since: 4 }, "UNSUPPORTED"],
    [{ type: "RECORD", readings: [] }, "UNSUPPORTED"]
  ])("answers %j with %s and stays", ([frame, code]) =>
    Effect.gen(function* () {
      const client = yield* connect()
      yield* client.hear
      yield* client.say(frame)
      const answer = yield* client.hear
      assert.strictEqual(answer["type"], "ERROR")
      assert.strictEqual(answer["code"], code)
      yield* client.say({ type: "PING" })
      assert.strictEqual(yield* client.hearType, "PONG")
    })
  )

  it.effect("tells why updates failed, and nothing of what went wrong inside", () =>
    Effect.gen(function* () {
      const failures = [
        [
          Stream.fail({ _tag: "NotFound", message: "there is no device x" }),
          "NOT_FOUND",
          "there is no device x"
        ],
        [Stream.fail({ _tag: "StorageError", message: "password" }), "UNAVAILABLE", /try again/],
        [Stream.die(new Error("password")), "INTERNAL", /went wrong/]
      ] as const
      for (const [updates, code, message] of failures) {
        const client = yield* connect({ updates: () => updates })
        yield* client.hear
        yield* client.say({ type: "SUBSCRIBE", id: "a" })
        yield* client.hear
        const answer = yield* client.hear
        assert.strictEqual(answer["code"], code)
        assert.strictEqual(answer["id"], "a")
        assert.match(String(answer["message"]), new RegExp(message))
      }
    })
  )

  it.effect("closes after too many errors, on frames too large, and bounds subscriptions", () =>
    Effect.gen(function* () {
      const noisy = yield* connect({ limits: { refusals: 2 } })
      for (let i = 0; i < 3; i++) yield* noisy.sayBytes(new Uint8Array(3))
      assert.strictEqual(yield* noisy.closed, 1008)
      const large = yield* connect()
      yield* large.say("x".repeat(64 * 1024 + 1))
      assert.strictEqual(yield* large.closed, 1009)
      const greedy = yield* connect({ limits: { subscriptions: 1 } })
      yield* greedy.hear
      yield* greedy.say({ type: "SUBSCRIBE", id: "a" })
      yield* greedy.say({ type: "SUBSCRIBE", id: "b" })
      assert.strictEqual(yield* greedy.hearType, "SUBSCRIBED")
      assert.deepStrictEqual((yield* greedy.hear)["code"], "RATE_LIMITED")
    })
  )

  it.effect("asks a silent client, and closes when it stays silent", () =>
    Effect.gen(function* () {
      const client = yield* connect()
      yield* client.hear
      yield* TestClock.adjust("31 seconds")
      assert.strictEqual(yield* client.hearType, "PING")
      yield* client.say({ type: "PONG" })
      yield* TestClock.adjust("60 seconds")
      assert.strictEqual(yield* client.hearType, "PING")
      yield* TestClock.adjust("60 seconds")
      assert.strictEqual(yield* client.closed, 1008)
    })
  )

  it.effect("pulls no update that the client has no room for, and lets it go when it stalls", () =>
    Effect.gen(function* () {
      const drained = yield* Latch.make(true)
      let pulled = 0
      const client = yield* connect({
        drained: drained.await,
        updates: () =>
          Stream.iterate(1, (n) => n + 1).pipe(
            Stream.rechunk(1),
            Stream.map((n) => update((pulled = n)))
          )
      })
      yield* client.hear
      yield* drained.close
      yield* client.say({ type: "SUBSCRIBE" })
      yield* client.hear
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(pulled, 0)
      assert.strictEqual(yield* client.waiting, 0)
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual(yield* client.closed, 1013)
      yield* Fiber.join(client.fiber)
    })
  )

  it.effect("says goodbye when the server goes away", () =>
    Effect.gen(function* () {
      const goingAway = yield* Latch.make(false)
      const client = yield* connect({ goingAway: goingAway.await })
      yield* client.hear
      yield* goingAway.open
      assert.strictEqual(yield* client.closed, 1001)
      yield* Fiber.join(client.fiber)
    })
  )
})
