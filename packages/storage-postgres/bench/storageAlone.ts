import { type DeviceReading, ReadingStore } from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Effect, Layer, ManagedRuntime } from "effect"
import { deviceCount, household, saidBy, tenantId } from "./load.ts"
import { enter, leave } from "./server.ts"

/** How what is appended together is made up. */
export interface Groups {
  /** Readings appended at once by each of two writers. */
  readonly size: number
  /** Readings of a device among them, one after the other. */
  readonly each: number
}

/** The storage with nothing before it. */
export interface StorageAlone {
  /** Makes so many readings; what it answers appends them and says how many milliseconds that took. */
  readonly prepare: (readings: number, groups: Groups) => () => Promise<number>
  /** The process of the database, whose children do its work. */
  readonly pid: number
  readonly close: () => Promise<void>
}

const writers = 2
const own = deviceCount / writers

/** What one writer appends, from a tick on. */
const groupsOf = (tick: number, writer: number, readings: number, { each, size }: Groups) => {
  const made: Array<ReadonlyArray<DeviceReading>> = []
  const devicesAtOnce = size / each
  for (let i = 0; i < readings / writers / size; i++) {
    made.push(
      Array.from({ length: size }, (_, k) => {
        const nth = i * devicesAtOnce + Math.floor(k / each)
        return saidBy(writer * own + (nth % own), tick + Math.floor(nth / own) * each + (k % each))
      })
    )
  }
  return made
}

/** Starts a database with a tenant and its devices. */
export const open = async (schema: string): Promise<StorageAlone> => {
  const room = await enter(schema)
  const stores = PostgresStorage.layer
  const runtime = ManagedRuntime.make(Layer.provideMerge(stores, room.client))
  await runtime.runPromise(household)
  let tick = 0
  return {
    prepare: (readings, groups) => {
      const all = Array.from({ length: writers }, (_, writer) => groupsOf(tick, writer, readings, groups))
      tick += Math.ceil(readings / deviceCount) + groups.each
      const write = (mine: ReadonlyArray<ReadonlyArray<DeviceReading>>) =>
        ReadingStore.use((store) =>
          Effect.forEach(mine, (batch) => store.append(tenantId, batch), { discard: true })
        )
      const work = Effect.forEach(all, write, { concurrency: "unbounded", discard: true })
      return async () => {
        const started = performance.now()
        await runtime.runPromise(work)
        return performance.now() - started
      }
    },
    pid: room.pid,
    close: async () => {
      await runtime.dispose()
      await leave()
    }
  }
}
