import type { DeviceReading } from "@wattkit/core"
import { clockTolerance } from "@wattkit/engine"
import type { RowFault, RowSink } from "@wattkit/transport-http"
import type { Target } from "../transfer/Target.ts"

/** Readings that are stored together, and the line each came from. */
export interface Batch {
  readonly readings: Array<DeviceReading>
  readonly lines: Array<number>
}

/** More readings than this do not wait in half-filled batches, however many devices a file has. */
const mostWaiting = 60_000

/** The shard of a device: batches of different shards have no reading in common. */
const shardOf = (id: string, shards: number): number => {
  let hash = 0
  for (let i = 0; i < id.length; i++) hash = (Math.imul(hash, 31) + id.charCodeAt(i)) | 0
  return (hash >>> 0) % shards
}

/**
 * Gathers the readings of a file into batches of one size, a batch for each shard of the devices, or for each
 * device where the target wants that.
 */
export class Batches implements RowSink {
  /** Batches that are full, in the order in which they became so. */
  readonly ready: Array<Batch> = []
  readonly #filling = new Map<string | number, Batch>()
  readonly #shards = new Map<string, string | number>()
  readonly #target: Pick<Target, "batch" | "writers" | "isByDevice">
  readonly #refuse: (line: number, fault: RowFault, reason: string) => void
  readonly #latest: number
  #lastId: string | undefined
  #last: Batch | undefined
  #waiting = 0
  /** Rows that were judged without the target. */
  refused = 0

  constructor(
    target: Pick<Target, "batch" | "writers" | "isByDevice">,
    now: number,
    refuse: (line: number, fault: RowFault, reason: string) => void
  ) {
    this.#target = target
    this.#refuse = refuse
    this.#latest = now + clockTolerance.aheadMs
  }

  readonly faults = (faults: ReadonlyArray<RowFault>, line: number): void => {
    this.refused++
    for (const fault of faults) this.#refuse(line, fault, "malformed")
  }

  readonly reading = (reading: DeviceReading, line: number): void => {
    const { at, deviceId } = reading
    if (at > this.#latest) {
      this.refused++
      return this.#refuse(line, { field: "at", message: "is in the future" }, "future")
    }
    if (at < clockTolerance.oldest) {
      this.refused++
      const message = "is before 2000; the clock was never set"
      return this.#refuse(line, { field: "at", message }, "too_old")
    }
    const batch = deviceId === this.#lastId && this.#last !== undefined ? this.#last : this.#batchOf(deviceId)
    batch.readings.push(reading)
    batch.lines.push(line)
    this.#waiting++
    if (batch.readings.length >= this.#target.batch) this.#close(this.#shard(deviceId), batch)
    else if (this.#waiting >= mostWaiting) this.flush()
  }

  /** Makes every batch ready, however full. */
  flush(): void {
    for (const [shard, batch] of this.#filling) this.#close(shard, batch)
  }

  #close(shard: string | number, batch: Batch): void {
    this.#filling.delete(shard)
    this.#last = undefined
    this.#waiting -= batch.readings.length
    this.ready.push(batch)
  }

  #shard(id: string): string | number {
    if (this.#target.isByDevice) return id
    let shard = this.#shards.get(id)
    if (shard === undefined) {
      shard = shardOf(id, this.#target.writers)
      this.#shards.set(id, shard)
    }
    return shard
  }

  #batchOf(id: string): Batch {
    const shard = this.#shard(id)
    let batch = this.#filling.get(shard)
    if (batch === undefined) {
      batch = { readings: [], lines: [] }
      this.#filling.set(shard, batch)
    }
    this.#lastId = id
    this.#last = batch
    return batch
  }
}
