import type {
  AppendOutcome,
  Device,
  DeviceReading,
  ReadingStore,
  StorageError,
  TenantId
} from "@wattkit/core"
import { type Context, Effect, Exit } from "effect"
import { Busy } from "../Busy.ts"

/** What became of readings that waited, in their order. */
export type Committed = Exit.Exit<ReadonlyArray<AppendOutcome>, StorageError | Busy>

/** How much may be stored at a time, and how much may wait for it. */
export interface GroupLimits {
  /** Readings that wait in this process at most. */
  readonly waiting: number
  /** Devices of one tenant are divided among so many lanes, each of which commits by itself. */
  readonly lanes: number
  /** Commits going on at the same time, of all tenants. */
  readonly commits: number
  /** Readings committed together at most. */
  readonly batch: number
}

/**
 * As many commits as the store has fast connections and a few more for tenants of whom little is heard; as
 * many readings waiting as a minute of a busy server.
 */
export const usualGroupLimits: GroupLimits = { waiting: 200_000, lanes: 2, commits: 6, batch: 10_000 }

/** Readings of one device, which is somewhere. */
export interface Offered {
  readonly place: Pick<Device, "tenantId" | "locationId">
  readonly readings: ReadonlyArray<DeviceReading>
}

interface Waiting extends Offered {
  readonly settle: (committed: Committed) => void
}

interface Lane {
  readonly tenantId: TenantId
  readonly queue: Array<Waiting>
  isBusy: boolean
}

/** Hears what was committed together, before those who brought it do. */
export type OnStored = (offered: ReadonlyArray<Offered>, outcomes: ReadonlyArray<AppendOutcome>) => void

/** A number of a text, the same for the same text; it only has to spread. */
const spread = (text: string): number => {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash >>> 0
}

/**
 * Stores together what waits at the same time.
 *
 * No timer decides how much that is: what arrives while one batch is committed is the next one. So a single
 * reading waits for nobody, and under load one commit serves thousands. A device always has the same lane,
 * hence its readings are stored in the order they came in.
 *
 * Readings are stored whether or not those who brought them still wait.
 */
export class GroupCommit {
  readonly #store: ReadingStore
  readonly #limits: GroupLimits
  readonly #context: Context.Context<never>
  readonly #onStored: OnStored
  readonly #lanes = new Map<string, Lane>()
  /** Lanes that have something to commit and wait for their turn. */
  readonly #ready: Array<Lane> = []
  #commits = 0
  #waiting = 0

  constructor(
    store: ReadingStore,
    limits: GroupLimits,
    context: Context.Context<never>,
    onStored: OnStored = () => {}
  ) {
    this.#store = store
    this.#onStored = onStored
    this.#limits = { ...limits, batch: Math.min(limits.batch, store.capabilities.maxBatch) }
    this.#context = context
  }

  /** How many readings wait or are being committed. */
  get waiting(): number {
    return this.#waiting
  }

  /** Readings of one device, at most a batch of the store; `settle` is called once, in no case at once. */
  offer({ place, readings }: Offered, settle: Waiting["settle"]): void {
    if (this.#waiting + readings.length > this.#limits.waiting && this.#waiting > 0) {
      const message = "more readings wait to be stored than this server can hold; send them again later"
      return queueMicrotask(() =>
        settle(Exit.fail(new Busy({ reason: "queue", retryAfterMs: 1000, message })))
      )
    }
    this.#waiting += readings.length
    const lane = this.#laneOf(place.tenantId, readings[0]?.deviceId ?? "")
    lane.queue.push({ place, readings, settle })
    if (lane.isBusy) return
    lane.isBusy = true
    this.#ready.push(lane)
    // What comes in the same turn of the event loop goes into the same batch.
    if (this.#ready.length === 1) setImmediate(this.#begin)
  }

  #laneOf(tenantId: TenantId, deviceId: string): Lane {
    const key = `${tenantId} ${spread(deviceId) % this.#limits.lanes}`
    const known = this.#lanes.get(key)
    if (known !== undefined) return known
    const lane = { tenantId, queue: [], isBusy: false }
    this.#lanes.set(key, lane)
    return lane
  }

  readonly #begin = (): void => {
    while (this.#commits < this.#limits.commits) {
      const lane = this.#ready.shift()
      if (lane === undefined) return
      this.#commits++
      this.#commit(lane, this.#take(lane))
    }
  }

  /** As many as fit into one batch; the first in any case. */
  #take({ queue }: Lane): ReadonlyArray<Waiting> {
    let size = 0
    let count = 0
    for (const { readings } of queue) {
      size += readings.length
      if (count > 0 && size > this.#limits.batch) break
      count++
    }
    return queue.splice(0, count)
  }

  #append(lane: Lane, readings: ReadonlyArray<DeviceReading>, then: (committed: Committed) => void): void {
    Effect.runCallbackWith(this.#context)(
      Effect.suspend(() => this.#store.append(lane.tenantId, readings)),
      { onExit: then }
    )
  }

  #commit(lane: Lane, group: ReadonlyArray<Waiting>): void {
    const readings = group.length === 1 ? group[0]!.readings : group.flatMap((one) => one.readings)
    this.#append(lane, readings, (committed) => {
      if (group.length > 1 && mayBeOneOfThem(committed)) this.#commitEach(lane, group, 0)
      else this.#settle(lane, group, committed)
    })
  }

  /** What one of a group cannot do must not cost the others their readings. */
  #commitEach(lane: Lane, group: ReadonlyArray<Waiting>, at: number): void {
    const one = group[at]
    if (one === undefined) return this.#next(lane)
    this.#append(lane, one.readings, (committed) => {
      if (Exit.isSuccess(committed)) this.#onStored([one], committed.value)
      this.#answer(one, committed)
      this.#commitEach(lane, group, at + 1)
    })
  }

  #settle(lane: Lane, group: ReadonlyArray<Waiting>, committed: Committed): void {
    if (Exit.isSuccess(committed)) this.#onStored(group, committed.value)
    let from = 0
    for (const one of group) {
      const to = from + one.readings.length
      const isWhole = group.length === 1
      this.#answer(one, isWhole ? committed : Exit.map(committed, (outcomes) => outcomes.slice(from, to)))
      from = to
    }
    this.#next(lane)
  }

  #answer({ readings, settle }: Waiting, committed: Committed): void {
    this.#waiting -= readings.length
    settle(committed)
  }

  #next(lane: Lane): void {
    this.#commits--
    if (lane.queue.length > 0) this.#ready.push(lane)
    else {
      lane.isBusy = false
      this.#forget(lane)
    }
    this.#begin()
  }

  /** Lanes of tenants who fell silent are not kept. */
  #forget({ tenantId }: Lane): void {
    if (this.#lanes.size < 10_000) return
    for (const [key, lane] of this.#lanes)
      if (!lane.isBusy && lane.tenantId !== tenantId) this.#lanes.delete(key)
  }
}

/** Whether a failure may be the fault of one of those who wait; one that the store declares is its own. */
const mayBeOneOfThem = (committed: Committed): boolean => Exit.hasDies(committed)
