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
  /** Devices of one tenant are divided among so many lanes. */
  readonly lanes: number
  /** A lane commits by itself, beside another of its tenant, when so many readings wait in it. */
  readonly alone: number
  /** After so long nobody waits for a commit of the same tenant any more. */
  readonly slowMs: number
  /** Commits going on at the same time, of all tenants. */
  readonly commits: number
  /** Readings committed together at most. */
  readonly batch: number
}

/**
 * As many commits as the store has fast connections and a few more for tenants of whom little is heard; as
 * many readings waiting as a minute of a busy server.
 */
export const usualGroupLimits: GroupLimits = {
  waiting: 200_000,
  lanes: 2,
  alone: 1_500,
  slowMs: 100,
  commits: 6,
  batch: 10_000
}

/** Readings of one device, which is somewhere. */
export interface Offered {
  readonly place: Pick<Device, "tenantId" | "locationId">
  readonly readings: ReadonlyArray<DeviceReading>
}

interface Waiting extends Offered {
  readonly settle: (committed: Committed) => void
}

/** What waits of some of a tenant's devices. */
interface Lane {
  queue: Array<Waiting>
  readings: number
  isBusy: boolean
}

interface Party {
  readonly tenantId: TenantId
  readonly lanes: ReadonlyArray<Lane>
  /** Whether a commit of it takes long: then the other lane does not wait for it. */
  isSlow: boolean
  /** Whether it stands among those who wait for their turn. */
  isReady: boolean
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
 * reading waits for nobody, and under load one commit serves thousands. A commit costs as much as fifty
 * readings, so a tenant has two at the same time only where each of them is worth it. A device always has the
 * same lane, and a lane one commit at a time, hence its readings are stored in the order they came in.
 *
 * Readings are stored whether or not those who brought them still wait.
 */
export class GroupCommit {
  readonly #store: ReadingStore
  readonly #limits: GroupLimits
  readonly #context: Context.Context<never>
  readonly #onStored: OnStored
  readonly #parties = new Map<TenantId, Party>()
  /** Tenants who have something to commit and wait for their turn. */
  readonly #ready: Array<Party> = []
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
    const party = this.#partyOf(place.tenantId)
    const lane = party.lanes[spread(readings[0]?.deviceId ?? "") % party.lanes.length]!
    lane.queue.push({ place, readings, settle })
    lane.readings += readings.length
    if (party.isReady || this.#chosen(party).length === 0) return
    party.isReady = true
    this.#ready.push(party)
    // What comes in the same turn of the event loop goes into the same batch.
    if (this.#ready.length === 1) setImmediate(this.#begin)
  }

  #partyOf(tenantId: TenantId): Party {
    const known = this.#parties.get(tenantId)
    if (known !== undefined) return known
    const lanes = Array.from({ length: this.#limits.lanes }, (): Lane => ({
      queue: [],
      readings: 0,
      isBusy: false
    }))
    const party: Party = { tenantId, lanes, isSlow: false, isReady: false }
    this.#parties.set(tenantId, party)
    return party
  }

  /** The lanes of a tenant that can be committed now, together. */
  #chosen({ isSlow, lanes }: Party): ReadonlyArray<Lane> {
    const free = lanes.filter(({ isBusy, queue }) => !isBusy && queue.length > 0)
    const worthIt = free.find(({ readings }) => readings >= this.#limits.alone)
    if (worthIt !== undefined) return [worthIt]
    return isSlow || !lanes.some(({ isBusy }) => isBusy) ? free : []
  }

  readonly #begin = (): void => {
    while (this.#commits < this.#limits.commits) {
      const party = this.#ready.shift()
      if (party === undefined) return
      const lanes = this.#chosen(party)
      party.isReady = false
      if (lanes.length === 0) continue
      this.#commits++
      for (const lane of lanes) lane.isBusy = true
      this.#commit(party, lanes, this.#take(lanes))
      this.#wait(party)
    }
  }

  /** Puts a tenant among those who wait for their turn, when there is something to commit. */
  #wait(party: Party): void {
    if (party.isReady || this.#chosen(party).length === 0) return
    party.isReady = true
    this.#ready.push(party)
  }

  /** As many as fit into one batch; the first in any case. */
  #take(lanes: ReadonlyArray<Lane>): ReadonlyArray<Waiting> {
    const group: Array<Waiting> = []
    let size = 0
    for (const lane of lanes) {
      let count = 0
      for (const one of lane.queue) {
        size += one.readings.length
        if (group.length > 0 && size > this.#limits.batch) break
        group.push(one)
        lane.readings -= one.readings.length
        count++
      }
      // A new list instead of what is left of the old one: most often nothing is.
      lane.queue = lane.queue.slice(count)
    }
    return group
  }

  #append(party: Party, readings: ReadonlyArray<DeviceReading>, then: (committed: Committed) => void): void {
    Effect.runCallbackWith(this.#context)(
      Effect.suspend(() => this.#store.append(party.tenantId, readings)),
      { onExit: then }
    )
  }

  #commit(party: Party, lanes: ReadonlyArray<Lane>, group: ReadonlyArray<Waiting>): void {
    const readings = group.length === 1 ? group[0]!.readings : group.flatMap((one) => one.readings)
    const slow = setTimeout(() => {
      party.isSlow = true
      this.#wait(party)
      this.#begin()
    }, this.#limits.slowMs)
    this.#append(party, readings, (committed) => {
      clearTimeout(slow)
      if (group.length > 1 && mayBeOneOfThem(committed)) return this.#commitEach(party, lanes, group, 0)
      // The next commit begins before this one is answered, so that the store never waits for the answers.
      this.#next(party, lanes)
      this.#settle(group, committed)
    })
  }

  /** What one of a group cannot do must not cost the others their readings. */
  #commitEach(party: Party, lanes: ReadonlyArray<Lane>, group: ReadonlyArray<Waiting>, at: number): void {
    const one = group[at]
    if (one === undefined) return this.#next(party, lanes)
    this.#append(party, one.readings, (committed) => {
      this.#settle([one], committed)
      this.#commitEach(party, lanes, group, at + 1)
    })
  }

  #settle(group: ReadonlyArray<Waiting>, committed: Committed): void {
    if (Exit.isSuccess(committed)) this.#onStored(group, committed.value)
    let from = 0
    for (const { readings, settle } of group) {
      const to = from + readings.length
      this.#waiting -= readings.length
      const isWhole = group.length === 1
      settle(isWhole ? committed : Exit.map(committed, (outcomes) => outcomes.slice(from, to)))
      from = to
    }
  }

  #next(party: Party, lanes: ReadonlyArray<Lane>): void {
    this.#commits--
    for (const lane of lanes) lane.isBusy = false
    party.isSlow &&= party.lanes.some(({ isBusy }) => isBusy)
    this.#wait(party)
    this.#forget(party)
    this.#begin()
  }

  /** Tenants who fell silent are not kept. */
  #forget(but: Party): void {
    if (this.#parties.size < 5_000) return
    for (const [tenantId, { isReady, lanes }] of this.#parties) {
      const isQuiet = lanes.every(({ isBusy, queue }) => !isBusy && queue.length === 0)
      if (isQuiet && !isReady && tenantId !== but.tenantId) this.#parties.delete(tenantId)
    }
  }
}

/** Whether a failure may be the fault of one of those who wait; one that the store declares is its own. */
const mayBeOneOfThem = (committed: Committed): boolean => Exit.hasDies(committed)
