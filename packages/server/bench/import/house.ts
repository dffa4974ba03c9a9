import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  Currency,
  type DeviceReading,
  DeviceStore,
  type Instant,
  LocationId,
  LocationStore,
  ReadingStore,
  TenantStore,
  TimeZone
} from "@wattkit/core"
import { EmbeddedStorage, type PostgresStorage } from "@wattkit/storage-postgres"
import { layer as embeddedPostgres } from "@wattkit/storage-postgres/embedded"
import { Effect, Layer, ManagedRuntime, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { defaultTenant } from "../../src/FirstStart.ts"
import { deviceIds, pieces } from "./rows.ts"

const createdAt = 0 as Instant.Instant
const locationId = LocationId.make("house")

type Opened = ManagedRuntime.ManagedRuntime<
  PostgresStorage.Stores | PostgresStorage.Clients,
  { readonly message: string }
>

/** Opens the database of a data directory. */
export const open = (dataDir: string): Opened =>
  ManagedRuntime.make(
    EmbeddedStorage.layer().pipe(
      Layer.provide(embeddedPostgres({ directory: join(dataDir, "postgres"), onProgress: () => Effect.void }))
    )
  )

const register = Effect.gen(function* () {
  yield* TenantStore.use((store) => store.add({ id: defaultTenant, name: "Default", createdAt }))
  const zone = TimeZone.makeOrThrow("Europe/Berlin")
  const currency = Schema.decodeSync(Currency.Currency)("EUR")
  const owner = { tenantId: defaultTenant, createdAt } as const
  const location = { ...owner, id: locationId, name: "House", kind: "house", zone, currency } as const
  yield* LocationStore.use((store) => store.add(location))
  for (const id of deviceIds) {
    const device = {
      ...owner,
      id,
      locationId,
      name: id,
      role: "load",
      kind: "sub_meter",
      parentId: null
    } as const
    yield* DeviceStore.use((store) => store.add(device))
  }
})

/** A data directory with a database in which the house and its devices are registered. */
export const make = async (): Promise<string> => {
  const dataDir = mkdtempSync(join(tmpdir(), "wattkit-import-"))
  const opened = open(dataDir)
  await opened.runPromise(register)
  await opened.dispose()
  return dataDir
}

/** Ends with the data directory. */
export const remove = (dataDir: string): void => rmSync(dataDir, { recursive: true, force: true })

/** How many readings are stored. */
export const count = async (dataDir: string): Promise<number> => {
  const opened = open(dataDir)
  const ask = SqlClient.SqlClient.use((sql) =>
    sql.unsafe<{ n: string }>("SELECT count(*) AS n FROM readings")
  )
  const [row] = await opened.runPromise(ask)
  await opened.dispose()
  return Number(row?.n)
}

const batchSize = 5000

const appendAll = Effect.fnUntraced(function* (readings: ReadonlyArray<DeviceReading>) {
  const store = yield* ReadingStore
  for (let from = 0; from < readings.length; from += batchSize) {
    yield* store.append(defaultTenant, readings.slice(from, from + batchSize))
  }
})

/** Appends rows from memory with two writers, half of the devices each; answers the milliseconds it took. */
export const appendFromMemory = async (opened: Opened, from: number, rows: number): Promise<number> => {
  let elapsed = 0
  for (const piece of pieces(from, rows, 120_000)) {
    const halves = [0, 1].map((half) => piece.filter((_, i) => i % 2 === half))
    const startedAt = performance.now()
    await opened.runPromise(Effect.forEach(halves, appendAll, { concurrency: 2, discard: true }))
    elapsed += performance.now() - startedAt
  }
  return elapsed
}
