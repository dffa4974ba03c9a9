import { assert, describe, it } from "@effect/vitest"
import {
  ApiKeyId,
  DeviceId,
  type DeviceReading,
  DeviceStore,
  Instant,
  LocationId,
  LocationStore,
  mainChannel,
  Memory,
  programOf,
  ReadingBus,
  ReadingStore,
  TenantId,
  TenantStore
} from "@wattkit/core"
import { Live } from "@wattkit/engine"
import { type Connection, Hub, type Opened } from "@wattkit/transport-websocket"
import { Effect, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"

const tenantId = TenantId.make("t1")
const houses = ["h0", "h1", "h2"].map((id) => LocationId.make(id))
const devices = houses.flatMap((locationId) =>
  ["a", "b"].map((name) => ({ locationId, id: DeviceId.make(`${locationId}${name}`) }))
)
const principal = programOf(tenantId, ApiKeyId.make("k"), ["read"])
const start = Date.UTC(2026, 5, 1)

const seed = Effect.gen(function* () {
  yield* TestClock.setTime(start)
  const createdAt = Instant.Instant.make(start)
  yield* TenantStore.use((tenants) => tenants.add({ id: tenantId, name: "One", createdAt }))
  for (const id of houses) {
    const house = {
      id,
      tenantId,
      name: "House",
      kind: "house",
      zone: "UTC",
      currency: "EUR",
      createdAt
    } as never
    yield* LocationStore.use((locations) => locations.add(house))
  }
  for (const { id, locationId } of devices) {
    const device = {
      id,
      tenantId,
      locationId,
      name: "D",
      role: "load",
      kind: "plug",
      parentId: null,
      createdAt
    } as const
    yield* DeviceStore.use((store) => store.add(device))
  }
})

/** A client that comes and goes, reads or does not, and holds the newest reading of each device. */
class Flapping {
  readonly state = new Map<string, number>()
  isReading = true
  #unread: Array<string> = []
  #position: { readonly stream: string; readonly sequence: number } | undefined
  #connection: Connection | undefined
  #stream = ""
  readonly #hub: Hub
  readonly #opening: Effect.Effect<Opened>

  constructor(hub: Hub, opening: Effect.Effect<Opened>) {
    this.#hub = hub
    this.#opening = opening
  }

  connect(): Effect.Effect<void> {
    return this.#connection === undefined
      ? Effect.map(this.#opening, (opened) => this.#enter(opened))
      : Effect.void
  }

  #enter(opened: Opened): void {
    this.#unread = []
    this.#connection = this.#hub.connect(
      {
        send: (bytes, done) => {
          this.#unread.push(Buffer.from(bytes).toString())
          if (this.isReading) this.read()
          done?.()
        },
        bufferedAmount: () => this.#unread.reduce((sum, { length }) => sum + length, 0),
        pause: () => {},
        resume: () => {},
        close: () => this.leave()
      },
      opened,
      "s"
    )
    this.#connection.receive(JSON.stringify({ type: "SUBSCRIBE", since: this.#position }))
  }

  /** What was not read by then is lost. */
  leave(): void {
    this.#connection?.closed()
    this.#connection = undefined
    this.#unread = []
  }

  read(): void {
    for (const text of this.#unread.splice(0)) {
      const frame = JSON.parse(text) as {
        readonly type: string
        readonly stream: string
        readonly sequence: number
        readonly readings?: ReadonlyArray<{ readonly deviceId: string; readonly powerW: number }>
      }
      if (frame.type === "CONNECTION_ACK") this.#stream = frame.stream
      if (frame.type === "RESYNC") this.#position = undefined
      for (const { deviceId, powerW } of frame.readings ?? []) this.state.set(deviceId, powerW)
      if (frame.sequence > 0) this.#position = { stream: this.#stream, sequence: frame.sequence }
    }
  }
}

type Move =
  | { readonly do: "say"; readonly device: number }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "connect" | "leave" | "stall" | "read" }

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant("say" as const), device: fc.nat(devices.length - 1) })
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(5, 20, 200, 1000) })
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("connect", "leave", "stall", "read") }) }
)

/** Small enough a log that coming back often comes too late. */
const live = Live.layerWith({ interval: "200 millis", log: { count: 4, bytes: 1_000_000, ageMs: 60_000 } })

const layer = live.pipe(Layer.provideMerge(Memory.layer), Layer.provideMerge(Memory.layerBus))

/** Lets everything happen that waits for nothing but its turn. */
const settle = Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 0)))

const play = Effect.fnUntraced(function* (moves: ReadonlyArray<Move>) {
  yield* seed
  const context = yield* Effect.context<never>()
  const { open } = yield* Live
  const opening = Effect.map(open(principal), (connection): Opened => ({
    ...connection,
    subscribe: async (filter, since, listener) => {
      const found = await Effect.runPromiseWith(context)(connection.subscribe(filter, since, listener))
      return {
        isResumed: found.isResumed,
        head: () => found.head(),
        since: (sequence) => found.since(sequence),
        state: () => Stream.toAsyncIterableWith(found.state(), context),
        close: () => found.close()
      }
    },
    record: () => Promise.reject(new Error("not used"))
  }))
  let now = start
  const hub = new Hub({ limits: { unreadBytes: 300, stalledMs: 3_000 }, now: () => now })
  const pass = Effect.fnUntraced(function* (ms: number) {
    now += ms
    yield* TestClock.adjust(ms)
    yield* settle
    hub.tick()
    yield* settle
  })
  const unbroken = new Flapping(hub, opening)
  const flapping = new Flapping(hub, opening)
  const stored = new Map<string, number>()
  yield* unbroken.connect()
  yield* settle
  let power = 0
  for (const one of moves) {
    if (one.do === "pass") yield* pass(one.ms)
    else if (one.do === "connect") yield* flapping.connect()
    else if (one.do === "leave") flapping.leave()
    else if (one.do === "stall") flapping.isReading = false
    else if (one.do === "read") {
      flapping.isReading = true
      flapping.read()
    } else if (one.do === "say") {
      const { id, locationId } = devices[one.device]!
      const at = Instant.Instant.make(start + ++power)
      const reading: DeviceReading = { deviceId: id, at, channel: mainChannel, powerW: power }
      yield* ReadingStore.use((store) => store.append(tenantId, [reading]))
      yield* ReadingBus.use((bus) => bus.publish({ tenantId, locationId, readings: [reading] }))
      stored.set(id, power)
    }
    yield* settle
  }
  flapping.isReading = true
  flapping.read()
  yield* flapping.connect()
  for (let i = 0; i < 5; i++) yield* pass(250)
  const sorted = (state: Map<string, number>) => [...state].sort()
  assert.deepStrictEqual(sorted(unbroken.state), sorted(stored))
  assert.deepStrictEqual(sorted(flapping.state), sorted(stored))
})

describe("a client that comes and goes, and reads when it likes", () => {
  it.effect(
    "ends with what one has that never left",
    () =>
      Effect.gen(function* () {
        const numRuns = Number(process.env["WATTKIT_TEST_RESUMES"] ?? 60)
        const lists = fc.sample(fc.array(move, { minLength: 10, maxLength: 60, size: "max" }), {
          numRuns,
          seed: 7
        })
        for (const moves of lists) yield* Effect.provide(play(moves), Layer.fresh(layer))
      }),
    120_000
  )
})
