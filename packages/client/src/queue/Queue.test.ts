import { afterEach, assert, beforeEach, describe, it, vi } from "vitest"
import { failure, success } from "../../test/localServer.ts"
import type { DeviceReading } from "../contract.gen.ts"
import { createClient } from "../createClient.ts"
import { createQueue, type Queue, type QueueOptions } from "../queue.ts"
import { isWattkitError, type WattkitError } from "../WattkitError.ts"

const begin = Date.parse("2026-01-01T00:00:00Z")
const reading = (n: number): DeviceReading => ({
  device: "m1",
  at: new Date(begin + n * 1000).toISOString(),
  powerW: n
})
const numbers = (n: number) => Array.from({ length: n }, (_, i) => i)

/** A server that stores readings once each, behind a network that can be cut. */
const makeServer = () => {
  const readings = new Map<string, number>()
  const server = {
    readings,
    accepted: 0,
    duplicates: 0,
    requests: 0,
    atOnce: 0,
    mostAtOnce: 0,
    latencyMs: 0,
    isUp: true,
    /** The answer to the nth request is lost on the way, from 1. */
    loses: (_: number): boolean => false,
    refuses: (_: ReadonlyArray<DeviceReading>): Response | undefined => undefined
  }
  const fetch = async (_: string, { body, signal }: RequestInit): Promise<Response> => {
    if (!server.isUp) throw new TypeError("no network")
    const n = ++server.requests
    server.mostAtOnce = Math.max(server.mostAtOnce, ++server.atOnce)
    try {
      if (server.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, server.latencyMs))
      if (signal?.aborted === true) throw new TypeError("gone")
      const all = JSON.parse(String(body)) as ReadonlyArray<DeviceReading>
      const refusal = server.refuses(all)
      if (refusal !== undefined) return refusal
      const rejected = all.flatMap(({ device }, index) =>
        device === "nobody" ? [{ index, field: "device", reason: "malformed", message: "not there" }] : []
      )
      let accepted = 0
      for (const { at, device } of all.filter((one) => one.device !== "nobody")) {
        const key = `${device} ${at}`
        readings.set(key, (readings.get(key) ?? 0) + 1)
        if (readings.get(key) === 1) accepted++
      }
      server.accepted += accepted
      const duplicates = all.length - rejected.length - accepted
      server.duplicates += duplicates
      if (server.loses(n)) throw new TypeError("the connection broke")
      return Response.json(success({ accepted, duplicates, rejected }))
    } finally {
      server.atOnce--
    }
  }
  return { server, client: createClient({ baseUrl: "http://x", fetch }) }
}

const open: Array<Queue> = []
const queueOf = (client: ReturnType<typeof createClient>, options: QueueOptions): Queue => {
  const queue = createQueue(client, options)
  open.push(queue)
  return queue
}

beforeEach(() => {
  vi.spyOn(Math, "random").mockReturnValue(0.5)
  vi.useFakeTimers({
    now: begin,
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"]
  })
})

afterEach(async () => {
  for (const queue of open.splice(0)) await queue.close()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** Lets simulated time pass until something is so, but not for long. */
const until = async (isSo: () => boolean): Promise<void> => {
  for (let i = 0; i < 2000 && !isSo(); i++) await vi.advanceTimersByTimeAsync(100)
  assert.isTrue(isSo())
}

const failed = async (work: Promise<unknown>): Promise<WattkitError> => {
  const error: unknown = await work.then(
    () => assert.fail("it did not fail"),
    (error: unknown) => error
  )
  return isWattkitError(error) ? error : assert.fail(String(error))
}

const locking: ReadonlyArray<[string, Partial<QueueOptions>]> = [
  ["a lock of the platform", {}],
  ["a lease in the storage", { locks: null }]
]

describe.each(locking)("an hour without a network, with %s", (_, locks) => {
  it("loses nothing and doubles nothing, through reloads and lost answers", async () => {
    const { client, server } = makeServer()
    const storage = new Map<string, string>()
    let queue = queueOf(client, { storage, ...locks })
    server.loses = (n) => n % 3 === 0
    server.latencyMs = 300
    for (const n of numbers(7200)) {
      server.isUp = n < 60 || n >= 3660
      await queue.add(reading(n))
      if (n % 900 === 30) {
        // The page is left in the midst of whatever it does, and opened again.
        void queue.close()
        queue = queueOf(client, { storage, ...locks })
      }
      await vi.advanceTimersByTimeAsync(1000)
      if (n === 3659) assert.isAbove(queue.length, 3500)
    }
    server.loses = () => false
    await until(() => storage.size === 0)
    assert.strictEqual(server.readings.size, 7200)
    assert.strictEqual(server.accepted, 7200)
    assert.isAbove(server.duplicates, 0)
    assert.strictEqual(queue.length, 0)
    assert.strictEqual(queue.state.bytes, 0)
    assert.isUndefined(queue.state.lastError)
  }, 20_000)
})

describe("two queues of one storage", () => {
  it.each(locking)("send one at a time, with %s", async (_, locks) => {
    const { client, server } = makeServer()
    const storage = new Map<string, string>()
    server.latencyMs = 700
    const queues = numbers(3).map(() => queueOf(client, { storage, batchSize: 5, ...locks }))
    for (const n of numbers(60)) {
      await queues[n % 3]!.add(reading(n))
      await vi.advanceTimersByTimeAsync(50)
    }
    await until(() => storage.size === 0)
    assert.strictEqual(server.mostAtOnce, 1)
    assert.strictEqual(server.accepted, 60)
    assert.strictEqual(server.duplicates, 0)
    // Each counts what the others sent at its next look.
    const flushed = Promise.all(queues.map((queue) => queue.flush()))
    await vi.advanceTimersByTimeAsync(10_000)
    await flushed
    for (const { length } of queues) assert.strictEqual(length, 0)
  })

  it("that came to the lease at once do not both think they have it", async () => {
    const { client, server } = makeServer()
    const storage = new Map<string, string>()
    server.latencyMs = 50
    const feeder = queueOf(client, { storage, locks: null })
    await feeder.close()
    storage.set("wattkit-queue:q:1-0-x:1:72", JSON.stringify([reading(1)]))
    for (const _ of numbers(20)) queueOf(client, { storage, locks: null })
    await until(() => storage.size === 0)
    assert.strictEqual(server.requests, 1)
  })

  it("see who wrote last where the storage of one is slower", async () => {
    const { client, server } = makeServer()
    const inner = new Map([["wattkit-queue:q:1-0-x:1:72", JSON.stringify([reading(1)])]])
    server.latencyMs = 500
    const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
    for (const ms of [1, 10]) {
      const storage = {
        get: (key: string) => inner.get(key),
        delete: (key: string) => inner.delete(key),
        keys: () => inner.keys(),
        set: (key: string, value: string) => after(ms).then(() => inner.set(key, value))
      }
      queueOf(client, { storage, locks: null })
    }
    await until(() => inner.size === 0)
    assert.strictEqual(server.requests, 1)
  })

  it("go on after one of them died with the lease", async () => {
    const { client, server } = makeServer()
    const storage = new Map([["wattkit-queue:lease", `dead ${begin + 60_000}`]])
    const queue = queueOf(client, { storage, locks: null })
    await queue.add(reading(1))
    await vi.advanceTimersByTimeAsync(59_000)
    assert.strictEqual(server.requests, 0)
    await vi.advanceTimersByTimeAsync(2000)
    assert.strictEqual(server.accepted, 1)
    assert.isFalse(storage.has("wattkit-queue:lease"))
  })

  it("of two names do not see each other", async () => {
    const { client, server } = makeServer()
    server.isUp = false
    const storage = new Map<string, string>()
    await queueOf(client, { storage, name: "a" }).add(reading(1))
    const other = queueOf(client, { storage, name: "b" })
    await other.add(reading(2))
    assert.strictEqual(other.length, 1)
  })
})

describe("a queue that is full", () => {
  it("takes no more readings, and keeps those it has", async () => {
    const { client, server } = makeServer()
    server.isUp = false
    const queue = queueOf(client, { storage: new Map(), maxReadings: 3 })
    await queue.add([reading(1), reading(2)])
    const error = await failed(queue.add([reading(3), reading(4)]))
    assert.strictEqual(error.code, "QUEUE_FULL")
    assert.isTrue(error.isRetryable)
    await queue.add(reading(3))
    assert.strictEqual(queue.length, 3)
    const together = await Promise.allSettled([queue.add(reading(4)), queue.add(reading(5))])
    assert.deepStrictEqual(
      together.map(({ status }) => status),
      ["rejected", "rejected"]
    )
    server.isUp = true
    await until(() => queue.length === 0)
    assert.strictEqual(server.accepted, 3)
    await queue.add(reading(4))
  })

  it("of characters takes no more either, whoever filled it", async () => {
    const { client, server } = makeServer()
    server.isUp = false
    const storage = new Map<string, string>()
    const first = queueOf(client, { storage, maxBytes: 10_000 })
    let n = 0
    const fill = async () => {
      for (;;) await first.add(reading(n++))
    }
    assert.strictEqual((await failed(fill())).code, "QUEUE_FULL")
    assert.isAbove(n, 50)
    assert.isAtMost([...storage].join("").length, 10_000)
    const second = queueOf(client, { storage, maxBytes: 10_000 })
    assert.strictEqual((await failed(second.add(reading(n)))).code, "QUEUE_FULL")
    assert.strictEqual(second.state.bytes, first.state.bytes)
  })
})

describe("a storage that fails", () => {
  it("keeps all of an addition or nothing, and says so", async () => {
    const { client, server } = makeServer()
    server.isUp = false
    const inner = new Map<string, string>()
    let room = 2
    const storage = {
      get: (key: string) => inner.get(key),
      delete: (key: string) => inner.delete(key),
      keys: () => inner.keys(),
      set: async (key: string, value: string) => {
        if (room-- <= 0) throw new RangeError("quota")
        inner.set(key, value)
      }
    }
    const queue = queueOf(client, { storage, batchSize: 1 })
    const error = await failed(queue.add(numbers(4).map(reading)))
    assert.strictEqual(error.code, "STORAGE")
    assert.instanceOf(error.cause, RangeError)
    assert.strictEqual(queue.length, 0)
    assert.strictEqual(inner.size, 0)
    room = 9
    server.isUp = true
    await queue.add(reading(1))
    await until(() => inner.size === 0)
    assert.strictEqual(server.accepted, 1)
  })

  it("is not asked for what it has not confirmed yet", async () => {
    const { client, server } = makeServer()
    const inner = new Map<string, string>()
    const storage = {
      get: (key: string) => inner.get(key),
      delete: (key: string) => inner.delete(key),
      keys: () => inner.keys(),
      // The second is there only while the first is on its way.
      set: async (key: string, value: string) => {
        if (key.includes(":q:")) await new Promise((resolve) => setTimeout(resolve, 50))
        inner.set(key, value)
      }
    }
    server.latencyMs = 100
    server.isUp = false
    const queue = queueOf(client, { storage, locks: null })
    const first = queue.add(reading(1))
    await vi.advanceTimersByTimeAsync(100)
    await first
    server.isUp = true
    const second = queue.add(reading(2))
    const flushed = queue.flush()
    await vi.advanceTimersByTimeAsync(1000)
    await Promise.all([second, flushed])
    await until(() => queue.length === 0)
    assert.strictEqual(server.accepted, 2)
  })

  it("at the start is asked again", async () => {
    const { client, server } = makeServer()
    const inner = new Map<string, string>()
    let isOpen = false
    const storage = {
      get: (key: string) => inner.get(key),
      delete: (key: string) => inner.delete(key),
      keys: () => (isOpen ? inner.keys() : Promise.reject(new Error("locked"))),
      set: (key: string, value: string) => inner.set(key, value)
    }
    const queue = queueOf(client, { storage })
    assert.strictEqual((await failed(queue.add(reading(1)))).code, "STORAGE")
    await until(() => isWattkitError(queue.state.lastError, "STORAGE"))
    isOpen = true
    await queue.add(reading(1))
    await until(() => server.accepted === 1)
  })

  it("or gives back something else costs only that entry", async () => {
    const { client, server } = makeServer()
    server.isUp = false
    const storage = new Map<string, string>()
    const queue = queueOf(client, { storage })
    for (const n of numbers(3)) await queue.add(reading(n))
    const [, second] = storage.keys()
    storage.set(second!, "{oops")
    server.isUp = true
    await until(() => queue.length === 0)
    assert.strictEqual(server.accepted, 2)
    assert.deepStrictEqual(
      (await queue.refused()).map((one) => one.reading),
      ["{oops"]
    )
  })
})

describe("what the server does not take", () => {
  it("is kept apart until it was looked at", async () => {
    const { client, server } = makeServer()
    const storage = new Map<string, string>()
    const bad = { ...reading(2), device: "nobody" }
    const states: Array<number> = []
    const queue = queueOf(client, { storage, onChange: ({ refused }) => states.push(refused) })
    await queue.add([reading(1), bad, reading(3)])
    await until(() => queue.length === 0)
    assert.strictEqual(server.accepted, 2)
    assert.strictEqual(states.at(-1), 1)
    const again = queueOf(client, { storage })
    const refused = { reading: bad, field: "device", reason: "malformed", message: "not there" }
    assert.deepStrictEqual(await again.refused(), [refused as never])
    assert.strictEqual(again.state.refused, 1)
    await again.discardRefused()
    assert.deepStrictEqual(await again.refused(), [])
    assert.strictEqual(storage.size, 0)
  })

  it("as a whole does not hold up the others", async () => {
    const { client, server } = makeServer()
    server.refuses = (all) => {
      if (all.length > 40) return Response.json(failure("PAYLOAD_TOO_LARGE", "too much"), { status: 413 })
      if (all.every(({ powerW }) => powerW !== 77)) return undefined
      const details = [{ field: "powerW", reason: "is 77" }]
      return Response.json(failure("VALIDATION_ERROR", "no", details), { status: 400 })
    }
    const queue = queueOf(client, { storage: new Map() })
    await queue.add(numbers(100).map(reading))
    await until(() => queue.length === 0)
    assert.strictEqual(server.accepted, 99)
    assert.deepStrictEqual(await queue.refused(), [
      { reading: reading(77), field: "powerW", reason: "malformed", message: "is 77" }
    ])
  })

  it("stays in the queue when it is not the readings' fault", async () => {
    for (const answer of [
      () => Response.json(failure("UNAUTHORIZED", "who?"), { status: 401 }),
      () => Response.json(failure("FORBIDDEN", "no"), { status: 403 }),
      () => new Response("<h1>Bad request</h1>", { status: 400 }),
      () => new Response("<h1>Sign in to the hotel</h1>")
    ]) {
      const { client, server } = makeServer()
      server.refuses = answer
      const queue = queueOf(client, { storage: new Map() })
      await queue.add([reading(1), reading(2)])
      await failed(queue.flush())
      await vi.advanceTimersByTimeAsync(600_000)
      assert.strictEqual(queue.length, 2)
      assert.isTrue(isWattkitError(queue.state.lastError))
      server.refuses = () => undefined
      await queue.flush()
      assert.strictEqual(server.accepted, 2)
      assert.isUndefined(queue.state.lastError)
    }
  })
})

describe("the pace", () => {
  it("is slower while nobody answers, and new readings do not hurry it", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1)
    const { client, server } = makeServer()
    const times: Array<number> = []
    server.refuses = () => {
      times.push((Date.now() - begin) / 1000)
      return Response.json(failure("UNAVAILABLE", "later"), { status: 503 })
    }
    const queue = queueOf(client, { storage: new Map() })
    for (const n of numbers(160)) {
      await queue.add(reading(n))
      await vi.advanceTimersByTimeAsync(1000)
    }
    assert.deepStrictEqual(times, [0, 2, 6, 14, 30, 62, 94, 126, 158])
  })

  it("is what the server asks for", async () => {
    const { client, server } = makeServer()
    const headers = { "retry-after": "600" }
    server.refuses = () => Response.json(failure("UNAVAILABLE", "later"), { status: 503, headers })
    const queue = queueOf(client, { storage: new Map() })
    await queue.add(reading(1))
    await vi.advanceTimersByTimeAsync(599_000)
    assert.strictEqual(server.requests, 1)
    await vi.advanceTimersByTimeAsync(2000)
    assert.strictEqual(server.requests, 2)
  })

  it("sends many readings in batches, oldest first", async () => {
    const { client, server } = makeServer()
    server.isUp = false
    const queue = queueOf(client, { storage: new Map(), batchSize: 50 })
    for (const n of numbers(120)) await queue.add(reading(n))
    await queue.add(numbers(180).map((n) => reading(120 + n)))
    server.isUp = true
    await queue.flush()
    // Parts of one addition stay whole, so that a batch may be smaller than it could be.
    assert.strictEqual(server.requests, 7)
    assert.deepStrictEqual(
      [...server.readings.keys()],
      numbers(300).map((n) => `m1 ${reading(n).at}`)
    )
  })

  it("ends with close, and what waits stays", async () => {
    const { client, server } = makeServer()
    server.isUp = false
    const storage = new Map<string, string>()
    const queue = queueOf(client, { storage })
    await queue.add(reading(1))
    const flushed = failed(queue.flush())
    await queue.close()
    await flushed
    assert.strictEqual((await failed(queue.add(reading(2)))).code, "ABORTED")
    assert.strictEqual((await failed(queue.flush())).code, "ABORTED")
    assert.strictEqual(storage.size, 1)
    assert.strictEqual(vi.getTimerCount(), 0)
  })
})
