import type { DeviceReading } from "@wattkit/core"
import { ReadingStore, StorageUpkeep } from "@wattkit/core"
import { PgClient } from "@effect/sql-pg"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Context, Effect, Fiber, Layer, ManagedRuntime, Option, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { type Bench, type Context as Run, type Row, variant } from "../../../scripts/bench/Harness.ts"
import { addressOf } from "../src/hot/address.ts"
import { HotConnection } from "../src/hot/HotConnection.ts"
import { batches, household, prepared, tenantId, ticksOf } from "./load.ts"
import { enter, leave, processorTime, type Room } from "./server.ts"

/** How many readings a round stores. */
const readingsOf = ({ quick }: Pick<Run, "quick">): number => (quick ? 50_000 : 400_000)

/** How many where usage is brought up to date meanwhile: five million in all rounds. */
const readingsWithUsage = ({ quick }: Pick<Run, "quick">): number => (quick ? 50_000 : 1_000_000)

/** What a variant used beside time, for each reading. */
interface Used {
  readings: number
  wal: number
  cpu: number
  disk: number
}

const used = new Map<string, Used>()

const walPosition = SqlClient.SqlClient.use((sql) =>
  Effect.map(
    sql<{ bytes: number }>`SELECT (pg_current_wal_lsn() - '0/0')::float8 AS bytes`,
    (rows) => rows[0]!.bytes
  )
)

const stored = (table: string) =>
  SqlClient.SqlClient.use((sql) =>
    Effect.map(
      sql<{ rows: number }>`SELECT count(*)::float8 AS rows FROM ${sql(table)}`,
      (found) => found[0]!.rows
    )
  )

/** Bytes of a table with its partitions, keys and all. */
const size = (table: string) =>
  SqlClient.SqlClient.use((sql) =>
    Effect.map(
      sql<{ bytes: number }>`SELECT (pg_total_relation_size(${table}::text::regclass)
          + coalesce((SELECT sum(pg_total_relation_size(relid))
            FROM pg_partition_tree(${table}::text::regclass)
            WHERE isleaf AND level > 0), 0))::float8 AS bytes`,
      (found) => found[0]!.bytes
    )
  )

const total = (values: ReadonlyArray<number>): number =>
  Math.round(values.reduce((sum, value) => sum + value, 0))

/** Tells what was used beside time, once all variants are done. */
const tell = (): void => {
  const lines = [...used].map(([name, { cpu, disk, readings, wal }]) =>
    [name.padEnd(40), ...[wal, cpu, disk].map((value) => (value / readings).toFixed(1).padStart(10))].join("")
  )
  const head = [
    "for each reading".padEnd(40),
    "WAL bytes".padStart(10),
    "server µs".padStart(10),
    "disk bytes".padStart(10)
  ]
  process.stderr.write([head.join(""), ...lines, ""].join("\n"))
  used.clear()
}

interface State {
  readonly room: Room
  readonly runtime: ManagedRuntime.ManagedRuntime<PostgresStorage.Clients, unknown>
  /** Ticks that went by. */
  tick: number
  rows: number
}

/** Runs the work between two looks at what the server used, and counts the rows afterwards. */
const measured = async (
  name: string,
  state: State,
  run: Run,
  table: string,
  counts: { readonly sent: number; readonly added: number },
  work: () => Promise<ReadonlyArray<number>>
) => {
  const { room, runtime } = state
  // What the variant before left to be written is not this one's.
  await runtime.runPromise(SqlClient.SqlClient.use((sql) => sql`SELECT pg_sleep(0.05)`))
  const wal = await runtime.runPromise(walPosition)
  const cpu = processorTime(room.pid)
  const disk = await runtime.runPromise(size(table))
  const started = performance.now()
  const latencies = await work()
  const elapsed = performance.now() - started
  state.rows += counts.added
  const rows = await runtime.runPromise(stored(table))
  if (rows !== state.rows) throw new Error(`${name}: ${rows} rows are stored, ${state.rows} were sent`)
  if (run.round > 0) {
    const sum = used.get(name) ?? { readings: 0, wal: 0, cpu: 0, disk: 0 }
    sum.readings += counts.sent
    sum.wal += (await runtime.runPromise(walPosition)) - wal
    sum.cpu += processorTime(room.pid) - cpu
    sum.disk += (await runtime.runPromise(size(table))) - disk
    used.set(name, sum)
  }
  return { units: counts.sent, latencies, elapsed }
}

const open = async (schema: string, layer: (room: Room) => Layer.Layer<PostgresStorage.Clients, unknown>) => {
  const room = await enter(schema)
  return { room, runtime: ManagedRuntime.make(layer(room)), tick: 0, rows: 0 }
}

/** One COPY of everything, prepared before, into a table of the same shape with nothing else to do. */
const copied = (name: string, schema: string, shape: "partitions" | "heap") =>
  variant<State>({
    name,
    setup: async () => {
      const state = await open(schema, ({ client }) => client)
      await state.runtime.runPromise(
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          yield* PostgresStorage.migrate
          if (shape === "heap") yield* sql`CREATE TABLE copied (LIKE readings INCLUDING DEFAULTS)`
          else {
            yield* sql`CREATE TABLE copied (LIKE readings INCLUDING ALL) PARTITION BY RANGE (at)`
            yield* sql`CREATE TABLE copied_day PARTITION OF copied
              FOR VALUES FROM ('2026-01-05Z') TO ('2026-01-06Z')`
          }
        })
      )
      return state
    },
    run: async (state, context) => {
      const count = readingsOf(context)
      const bytes = prepared(state.tick, count)
      state.tick += ticksOf(count)
      const { config } = await state.runtime.runPromise(PgClient.PgClient)
      const connection = await Effect.runPromise(HotConnection.open(addressOf(config)))
      const text = "COPY copied (channel_key, at, power_w, import_wh, voltage_v) FROM STDIN (FORMAT binary)"
      const work = () =>
        Effect.runPromise(
          Effect.as(
            connection.transaction(({ copy }) => copy(text, (writer) => writer.raw(bytes))),
            []
          )
        )
      try {
        return await measured(name, state, context, "copied", { sent: count, added: count }, work)
      } finally {
        connection.close()
      }
    },
    teardown: async ({ runtime }) => {
      if (used.size > 0) tell()
      await runtime.dispose()
      await leave()
    }
  })

interface How {
  readonly writers: number
  /** The share of each batch that was sent before. */
  readonly again?: number
  /** Brings usage up to date once a second meanwhile, and at the end before the clock is stopped. */
  readonly usage?: boolean
}

type Stores = PostgresStorage.Stores | PostgresStorage.Clients

const write = (mine: ReadonlyArray<ReadonlyArray<DeviceReading>>) =>
  Effect.gen(function* () {
    const store = yield* ReadingStore
    const latencies: Array<number> = []
    for (const batch of mine) {
      const started = performance.now()
      yield* store.append(tenantId, batch)
      latencies.push(performance.now() - started)
    }
    return latencies
  })

const upkeep = Effect.map(Effect.context<never>(), (context) =>
  Context.getOption(context as Context.Context<StorageUpkeep>, StorageUpkeep)
)

const withUsage = <A, E, R>(work: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const service = yield* upkeep
    if (Option.isNone(service)) return yield* work
    const { refreshUsage } = service.value
    const beside = yield* Effect.forkChild(Effect.repeat(refreshUsage, Schedule.fixed("1 second")))
    const done = yield* work
    yield* Fiber.interrupt(beside)
    yield* refreshUsage
    return done
  })

const appended = (name: string, schema: string, { again = 0, usage = false, writers }: How) =>
  variant<State & { readonly runtime: ManagedRuntime.ManagedRuntime<Stores, unknown> }>({
    name,
    setup: async () => {
      const room = await enter(schema)
      const runtime = ManagedRuntime.make(
        PostgresStorage.layer.pipe((stores) => Layer.provideMerge(stores, room.client))
      )
      await runtime.runPromise(household)
      return { room, runtime, tick: 0, rows: 0 }
    },
    run: async (state, context) => {
      const count = usage ? readingsWithUsage(context) : readingsOf(context)
      const sent = Array.from({ length: writers }, (_, writer) =>
        batches(state.tick, count, { writer, of: writers }, again)
      )
      state.tick += ticksOf(count)
      const added = sent.flatMap((mine) => mine.map((batch, i) => (i === 0 ? 1 : 1 - again) * batch.length))
      const writing = Effect.map(Effect.all(sent.map(write), { concurrency: "unbounded" }), (latencies) =>
        latencies.flat()
      )
      return measured(name, state, context, "readings", { sent: count, added: total(added) }, () =>
        state.runtime.runPromise(usage ? withUsage(writing) : writing)
      )
    },
    teardown: async ({ runtime }) => {
      if (used.size > 0) tell()
      await runtime.dispose()
      await leave()
    }
  })

const limit = "COPY into partitions with a key"

const variants = [
  copied(limit, "limit_a", "partitions"),
  copied("COPY into a heap", "limit_b", "heap"),
  appended("append, 1 writer", "append_1", { writers: 1 }),
  appended("append, 2 writers", "append_2", { writers: 2 }),
  appended("append, a tenth sent again, 1 writer", "again_1", { writers: 1, again: 0.1 }),
  appended("append, a tenth sent again, 2 writers", "again_2", { writers: 2, again: 0.1 }),
  appended("append with usage, 1 writer", "usage_1", { writers: 1, usage: true }),
  appended("append with usage, 2 writers", "usage_2", { writers: 2, usage: true })
]

const atLeast = (name: string, ratio: number) => ({
  name: `${name}: at least ${ratio} of the limit`,
  holds: (rows: ReadonlyArray<Row>) => (rows.find(({ variant }) => variant === name)?.ratio ?? 0) >= ratio
})

/** Readings stored durably, duplicates decided by the key, against one COPY of the same readings. */
export default {
  name: "storage",
  unit: "readings",
  limit,
  rounds: 5,
  variants,
  checks: [
    atLeast("append, 1 writer", 0.75),
    atLeast("append, 2 writers", 1.2),
    atLeast("append, a tenth sent again, 1 writer", 0.45),
    atLeast("append, a tenth sent again, 2 writers", 0.8),
    atLeast("append with usage, 1 writer", 0.6),
    atLeast("append with usage, 2 writers", 0.9),
    {
      name: "99 of 100 batches are stored within 100 ms",
      holds: (rows) => rows.every(({ p99 }) => p99 === null || p99 < 100)
    }
  ]
} satisfies Bench
