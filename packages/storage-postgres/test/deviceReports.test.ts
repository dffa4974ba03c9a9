import { assert, it } from "@effect/vitest"
import {
  DeviceId,
  DeviceStatusStore,
  DeviceStore,
  type Instant,
  LocationId,
  LocationStore,
  Memory,
  Money,
  ReadingStore,
  TenantId,
  TenantStore,
  TimeZone
} from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Effect, ManagedRuntime } from "effect"
import fc from "fast-check"
import { always, reading } from "./household.ts"
import * as TestServer from "./TestServer.ts"

/** Few instants, so that most of what is said meets something that was said at the same time. */
const at = fc.integer({ min: 0, max: 6 }).map((i) => (i * 2) as Instant.Instant)
const device = fc.constantFrom("a", "b")

const step = fc.oneof(
  fc.record({
    kind: fc.constant("report" as const),
    device,
    at,
    status: fc.constantFrom("online" as const, "offline" as const)
  }),
  fc.record({ kind: fc.constant("observe" as const), at, silentMs: fc.constantFrom(0, 1, 4, 100) }),
  fc.record({ kind: fc.constant("hear" as const), device })
)
type Step = typeof step extends fc.Arbitrary<infer A> ? A : never

const ids = (run: number) => ({
  tenantId: TenantId.make(`t${run}`),
  locationId: LocationId.make(`l${run}`),
  deviceOf: (name: string) => DeviceId.make(`${name}-${run}`)
})

const prepare = Effect.fnUntraced(function* (run: number) {
  const { deviceOf, locationId, tenantId } = ids(run)
  const createdAt = 0 as Instant.Instant
  const place = { id: locationId, tenantId, name: "House", kind: "house", createdAt } as const
  yield* (yield* TenantStore).add({ id: tenantId, name: "Ada", createdAt })
  yield* (yield* LocationStore).add({ ...place, zone: TimeZone.utc, currency: Money.Currency.make("EUR") })
  for (const name of ["a", "b"]) {
    const said = { name, role: "load", kind: "plug", parentId: null } as const
    yield* (yield* DeviceStore).add({ id: deviceOf(name), tenantId, locationId, ...said, createdAt })
  }
})

/**
 * What the store answers to the steps, and the history after them. What is received is received now, long
 * after every instant of the steps, so of a device that was heard only the statuses are compared.
 */
const play = Effect.fnUntraced(function* (run: number, steps: ReadonlyArray<Step>) {
  yield* prepare(run)
  const { deviceOf, tenantId } = ids(run)
  const store = yield* DeviceStatusStore
  const isEarly = (instant: number) => instant < 1_000_000
  const shown = ({ at: since, deviceId, status }: { at: number; deviceId: string; status: string }) =>
    `${deviceId} ${status} ${isEarly(since) ? since : "now"}`
  const told: Array<unknown> = []
  for (const [i, one] of steps.entries()) {
    if (one.kind === "report") {
      told.push(yield* store.report(tenantId, deviceOf(one.device), one.at, one.status))
    } else if (one.kind === "hear") {
      yield* (yield* ReadingStore).append(tenantId, [reading(deviceOf(one.device), i)])
    } else {
      const changed = yield* store.observe(one.at, one.silentMs)
      told.push(changed.filter((status) => status.tenantId === tenantId).map(shown))
    }
  }
  for (const name of ["a", "b"]) {
    told.push((yield* store.history(tenantId, deviceOf(name), always)).map(shown))
  }
  return told
})

it.live(
  "what devices say and what is observed comes out the same in PostgreSQL and in memory",
  () =>
    Effect.gen(function* () {
      const options = yield* Effect.flatMap(TestServer.make(), TestServer.freshDatabase)
      const memory = ManagedRuntime.make(Memory.layer)
      const postgres = ManagedRuntime.make(PostgresStorage.layerOptions(options))
      let run = 0
      const same = async (steps: ReadonlyArray<Step>) => {
        run++
        const wanted = await memory.runPromise(play(run, steps))
        assert.deepStrictEqual(await postgres.runPromise(play(run, steps)), wanted)
      }
      const steps = fc.array(step, { minLength: 1, maxLength: 10 })
      yield* Effect.promise(() => fc.assert(fc.asyncProperty(steps, same), { numRuns: 60 }))
      yield* Effect.promise(() => Promise.all([memory.dispose(), postgres.dispose()]))
    }),
  60_000
)
