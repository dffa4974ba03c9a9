import { type DeadLetter, type DeadLetterStore, type StorageError, type TenantId } from "@wattkit/core"
import { Context, Effect } from "effect"
import { Busy } from "../../Busy.ts"
import { letterIdOf } from "./letterId.ts"

/** How many dead letters of a tenant may wait, and how many bytes. */
export interface LetterBounds {
  readonly count: number
  readonly bytes: number
}

/** What every tenant may leave lying. */
export const letterBounds = Context.Reference<LetterBounds>("@wattkit/engine/letterBounds", {
  defaultValue: () => ({ count: 100_000, bytes: 64 * 1_048_576 })
})

/** How long the store's count is believed while nobody settles anything here. */
const believedForMs = 5_000
const mostTenants = 10_000

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
  readonly #waiting = new Map<TenantId, Waiting>()

  constructor(store: DeadLetterStore, bounds: LetterBounds) {
    this.#store = store
    this.#bounds = bounds
  }

  /** Keeps letters of one tenant; fails with Busy, keeping none, when too many wait already. */
  keep(tenantId: TenantId, letters: ReadonlyArray<Unkept>): Effect.Effect<void, StorageError | Busy> {
    return Effect.gen({ self: this }, function* () {
      const waiting = yield* this.#count(tenantId)
      const bytes = bytesOf(letters)
      const isFull =
        waiting.count + letters.length > this.#bounds.count || waiting.bytes + bytes > this.#bounds.bytes
      if (isFull) {
        return yield* new Busy({
          reason: "budget",
          retryAfterMs: 60_000,
          message: "too many messages that could not be read wait already; replay or drop them"
        })
      }
      const ids = yield* Effect.promise(() => Promise.all(letters.map(letterIdOf)))
      const kept = letters.map((letter, i): DeadLetter => ({ ...letter, id: ids[i] ?? "", settled: null }))
      const now = yield* this.#store.add(tenantId, kept)
      waiting.count = now.waiting
      waiting.bytes += bytes
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
          Effect.sync(() => this.#waiting.delete(tenantId))
        )
  }

  #count(tenantId: TenantId): Effect.Effect<Waiting, StorageError> {
    const known = this.#waiting.get(tenantId)
    if (known !== undefined && known.until > performance.now()) return Effect.succeed(known)
    return Effect.map(this.#store.waiting(tenantId), ({ bytes, count }) => {
      if (this.#waiting.size >= mostTenants) this.#waiting.clear()
      const found = { count, bytes, until: performance.now() + believedForMs }
      this.#waiting.set(tenantId, found)
      return found
    })
  }
}
