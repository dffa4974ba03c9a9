import { assert, it } from "@effect/vitest"
import {
  ChannelName,
  type Correction,
  DeviceId,
  type DeviceReading,
  DeviceStore,
  LocationId,
  LocationStore,
  mainChannel,
  Memory,
  Money,
  ReadingStore,
  type Revision,
  TenantId,
  TenantStore,
  TimeZone
} from "@wattkit/core"
import { HotConnections, PostgresReadingStore, PostgresStorage } from "@wattkit/storage-postgres"
import { Effect, Layer, ManagedRuntime, Stream } from "effect"
import fc from "fast-check"
import { always } from "./household.ts"
import * as TestServer from "./TestServer.ts"

type At = DeviceReading["at"]

/** Few identities, so that most of what is sent meets something that is there. */
const deviceIds = ["d0", "d1", "elsewhere"].map((id) => DeviceId.make(id))
const identity = fc.record({
  deviceId: fc.constantFrom(...deviceIds),
  channel: fc.constantFrom(mainChannel, ChannelName.make("Z")),
  at: fc.integer({ min: 0, max: 7 }).map((i) => (Date.UTC(2026, 0, 1, 12 * i) - i) as At)
})

const saying = fc.oneof(
  fc.record({ powerW: fc.constantFrom(0, 1.5) }),
  fc.record({ importWh: fc.constantFrom(0, 5), extra: fc.constantFrom({ a: 1 }, { a: 1, b: 0.1 }) }),
  fc.record({ importDeltaWh: fc.constant(3), since: fc.constantFrom(-1 as At, -2 as At) })
)

const reading = fc.tuple(identity, saying).map(([of, said]): DeviceReading => ({ ...of, ...said }))

const correction = fc
  .tuple(identity, fc.option(saying), fc.integer({ min: 1, max: 3 }), fc.constantFrom("Ada", "Bob"))
  .map(([of, said, madeAt, by]): Correction => {
    const { deviceId: _, ...rest } = of
    return { ...of, by, reason: "wrong", madeAt: madeAt as At, reading: said && { ...rest, ...said } }
  })

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ append: fc.array(reading, { minLength: 1, maxLength: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ correct: fc.array(correction, { minLength: 1, maxLength: 4 }) }) }
)
type Step =
  | { readonly append: ReadonlyArray<DeviceReading> }
  | { readonly correct: ReadonlyArray<Correction> }

const timeless = ({ provenance, reading }: Revision) => ({ provenance, reading })

/** Registers two devices nobody knows yet, and answers the steps as about them. */
const among = Effect.fnUntraced(function* (run: number, steps: ReadonlyArray<Step>) {
  const createdAt = 0 as At
  const tenantId = TenantId.make(`t${run}`)
  const locationId = LocationId.make(`l${run}`)
  yield* (yield* TenantStore).add({ id: tenantId, name: "Ada", createdAt })
  const place = {
    id: locationId,
    tenantId,
    name: "House",
    kind: "house",
    zone: TimeZone.utc,
    createdAt
  } as const
  yield* (yield* LocationStore).add({ ...place, currency: Money.Currency.make("EUR") })
  const idOf = (id: DeviceId) => DeviceId.make(`${id}-${run}`)
  for (const id of deviceIds.slice(0, 2).map(idOf)) {
    const said = { name: "Meter", role: "load", kind: "plug", parentId: null } as const
    yield* (yield* DeviceStore).add({ id, tenantId, locationId, ...said, createdAt })
  }
  const own = <A extends { readonly deviceId: DeviceId }>(one: A): A => ({
    ...one,
    deviceId: idOf(one.deviceId)
  })
  const owned = steps.map((step): Step =>
    "append" in step ? { append: step.append.map(own) } : { correct: step.correct.map(own) }
  )
  return { tenantId, ids: deviceIds.map(idOf), owned }
})

/** What the store answers to the steps, and everything it shows afterwards. */
const play = Effect.fnUntraced(function* (run: number, steps: ReadonlyArray<Step>) {
  const { ids, owned, tenantId } = yield* among(run, steps)
  const store = yield* ReadingStore
  const told: Array<ReadonlyArray<string>> = []
  for (const step of owned) {
    told.push(
      "append" in step
        ? yield* store.append(tenantId, step.append)
        : yield* store.correct(tenantId, step.correct)
    )
  }
  const all = owned.flatMap((step): ReadonlyArray<DeviceReading | Correction> =>
    "append" in step ? step.append : step.correct
  )
  const identities = new Map(
    all.map(({ at, channel, deviceId }) => [`${deviceId}/${channel}/${at}`, { at, channel, deviceId }])
  )
  const shown = []
  for (const [, one] of [...identities].sort(([a], [b]) => (a < b ? -1 : 1))) {
    shown.push((yield* store.revisions(tenantId, one)).map(timeless))
    shown.push(yield* Stream.runCollect(store.scan(tenantId, { ...one, within: always })))
  }
  const name = ({ channel, deviceId }: DeviceReading) => `${deviceId}/${channel}`
  const latest = yield* store.latest(tenantId, ids)
  return { told, shown, latest: latest.toSorted((a, b) => (name(a) < name(b) ? -1 : 1)) }
})

/** From how many certainly new readings on they are copied: always, sometimes, never. */
const thresholds = [1, 3, 1000] as const

it.live(
  "readings in PostgreSQL and in memory are the same after any steps, whichever way they were stored",
  () =>
    Effect.gen(function* () {
      const client = PostgresStorage.layerClient(
        yield* Effect.flatMap(TestServer.make(), TestServer.freshDatabase)
      )
      const memory = ManagedRuntime.make(Memory.layer)
      const stored = thresholds.map((copiedFrom) => {
        const readings = PostgresReadingStore.layerWith(copiedFrom).pipe(
          Layer.provide(HotConnections.layer(1)),
          Layer.provide(PostgresStorage.layerSessions)
        )
        return ManagedRuntime.make(
          readings.pipe(Layer.provideMerge(PostgresStorage.layer), Layer.provideMerge(client))
        )
      })
      let run = 0
      const same = async (steps: ReadonlyArray<Step>, which: number) => {
        run++
        const wanted = await memory.runPromise(play(run, steps))
        assert.deepStrictEqual(await stored[which]!.runPromise(play(run, steps)), wanted)
      }
      const steps = fc.array(step, { minLength: 1, maxLength: 6 })
      const which = fc.nat({ max: thresholds.length - 1 })
      yield* Effect.promise(() => fc.assert(fc.asyncProperty(steps, which, same), { numRuns: 100 }))
      yield* Effect.promise(() => Promise.all([memory, ...stored].map((runtime) => runtime.dispose())))
    }),
  120_000
)
