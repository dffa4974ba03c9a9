import {
  type DeadLetter,
  type DeadLetterStore,
  type DeviceId,
  type StorageError,
  type TenantId
} from "@wattkit/core"
import { Context, Effect } from "effect"
import { Busy } from "../../Busy.ts"
import { letterIdOf } from "./letterId.ts"

/** How many dead letters of a tenant may wait, and how many bytes. */
export interface LetterBounds {
  readonly count: number
  readonly bytes: number
  /** The part of both that one device may have, so that it does not use up what is for all. */
  readonly deviceShare: number
}

/** What every tenant may leave lying. */
export const letterBounds = Context.Reference<LetterBounds>("@wattkit/engine/letterBounds", {
  defaultValue: () => ({ count: 100_000, bytes: 64 * 1_048_576, deviceShare: 0.1 })
})

/** How long the store's count is believed while nobody settles anything here. */
const believedForMs = 5_000
const mostKnown = 10_000

interface Waiting {
  count: number
  bytes: number
  readonly until: number
}

type Unkept = Omit<DeadLetter, "id" | "settled">

const bytesOf = (letters: ReadonlyArray<Unkept>): number =>
  letters.reduce((sum, { message }) => sum + message.payload.length + message.topic.length, 0)

/** Keeps dead letters, as many as a tenant may have: a sender of nonsense must not fill the disk. */
export class Letters {
  readonly #store: DeadLetterStore
  readonly #bounds: LetterBounds
  readonly #waiting = new Map<string, Waiting>()

  constructor(store: DeadLetterStore, bounds: LetterBounds) {
    this.#store = store
    this.#bounds = bounds
  }

  /**
   * Keeps letters of one tenant, which one sender sent; fails with Busy, keeping none, when too many wait
   * already.
   */
  keep(tenantId: TenantId, letters: ReadonlyArray<Unkept>): Effect.Effect<void, StorageError | Busy> {
    return Effect.gen({ self: this }, function* () {
      const bytes = bytesOf(letters)
      const { count: most, bytes: mostBytes } = this.#bounds
      const waiting = yield* this.#count(tenantId)
      const isFull = waiting.count + letters.length > most || waiting.bytes + bytes > mostBytes
      const share = isFull ? undefined : yield* this.#shareOf(tenantId, letters, waiting)
      if (isFull || share?.isFull === true) {
        const whose = isFull ? "" : " of this device"
        return yield* new Busy({
          reason: "budget",
          retryAfterMs: 60_000,
          message: `too many messages${whose} that could not be read wait already; replay or drop them`
        })
      }
      const ids = yield* Effect.promise(() => Promise.all(letters.map(letterIdOf)))
      const kept = letters.map((letter, i): DeadLetter => ({ ...letter, id: ids[i] ?? "", settled: null }))
      const now = yield* this.#store.add(tenantId, kept)
      waiting.count = now.waiting
      waiting.bytes += bytes
      if (share !== undefined) {
        share.waiting.count += letters.length
        share.waiting.bytes += bytes
      }
    })
  }

  /** Settles letters, so that there is room for others. */
  settle(
    tenantId: TenantId,
    ids: ReadonlyArray<string>,
    settled: NonNullable<DeadLetter["settled"]>
  ): Effect.Effect<void, StorageError> {
    return ids.length === 0
      ? Effect.void
      : Effect.tap(this.#store.settle(tenantId, ids, settled), () =>
          Effect.sync(() => {
            for (const name of this.#waiting.keys()) {
              if (name === tenantId || name.startsWith(`${tenantId} `)) this.#waiting.delete(name)
            }
          })
        )
  }

  /** What a device has of its share; not asked for as long as all of its tenant would fit into one. */
  #shareOf(tenantId: TenantId, letters: ReadonlyArray<Unkept>, all: Waiting) {
    const deviceId = letters[0]?.deviceId ?? undefined
    const { bytes, count, deviceShare } = this.#bounds
    const [most, mostBytes] = [Math.max(1, count * deviceShare), bytes * deviceShare]
    const size = bytesOf(letters)
    const isOver = (waiting: Waiting) =>
      waiting.count + letters.length > most || waiting.bytes + size > mostBytes
    return deviceId === undefined || !isOver(all)
      ? Effect.succeed(undefined)
      : Effect.map(this.#count(tenantId, deviceId), (waiting) => ({ waiting, isFull: isOver(waiting) }))
  }

  #count(tenantId: TenantId, deviceId?: DeviceId): Effect.Effect<Waiting, StorageError> {
    const name = deviceId === undefined ? tenantId : `${tenantId} ${deviceId}`
    const known = this.#waiting.get(name)
    if (known !== undefined && known.until > performance.now()) return Effect.succeed(known)
    return Effect.map(this.#store.waiting(tenantId, deviceId), ({ bytes, count }) => {
      if (this.#waiting.size >= mostKnown) this.#waiting.clear()
      const found = { count, bytes, until: performance.now() + believedForMs }
      this.#waiting.set(name, found)
      return found
    })
  }
}
