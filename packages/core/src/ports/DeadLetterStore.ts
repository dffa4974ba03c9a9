import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { FormatId } from "../model/message/Binding.ts"
import type { DeadLetter, DeadLetterReason } from "../model/message/DeadLetter.ts"
import type { DeviceId, TenantId } from "../model/ids.ts"
import { KeptDecisions, settledBy } from "../memory/KeptDecisions.ts"
import type { Instant } from "../time/Instant.ts"
import * as Page from "./Page.ts"
import type { StorageError } from "./StorageError.ts"
import { TenantStore } from "./TenantStore.ts"

/**
 * Keeps messages that could not become readings, every byte and every character as it came, a NUL and half of
 * a surrogate pair too.
 */
export interface DeadLetterStore {
  /**
   * Keeps letters; one whose id is there already changes nothing, and none is kept of a tenant there is not.
   * Answers how many of the tenant wait now. All are of one tenant.
   */
  readonly add: (
    tenantId: TenantId,
    letters: ReadonlyArray<DeadLetter>
  ) => Effect.Effect<{ readonly waiting: number }, StorageError>
  /**
   * By id, those after `after`, that wait only when `waiting`; of one format, subject or reason when given.
   */
  readonly list: (
    tenantId: TenantId,
    page: {
      readonly after?: string | undefined
      readonly limit: number
      readonly waiting: boolean
      readonly format?: FormatId | undefined
      readonly subject?: string | undefined
      readonly reason?: DeadLetterReason | undefined
    }
  ) => Effect.Effect<ReadonlyArray<DeadLetter>, StorageError>
  /** Those of the ids that are there, in the order of their ids. */
  readonly get: (
    tenantId: TenantId,
    ids: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyArray<DeadLetter>, StorageError>
  /** Writes down what became of letters; one that is settled stays as it is. */
  readonly settle: (
    tenantId: TenantId,
    ids: ReadonlyArray<string>,
    settled: NonNullable<DeadLetter["settled"]>
  ) => Effect.Effect<void, StorageError>
  /**
   * How many of the tenant wait, and the bytes of their payloads and topics: what keeps a sender of nonsense
   * from filling the disk. Only those that a device sent with its own credential, when it is given.
   */
  readonly waiting: (
    tenantId: TenantId,
    deviceId?: DeviceId
  ) => Effect.Effect<{ readonly count: number; readonly bytes: number }, StorageError>
  /** Gives up letters that came before an instant, settled or not, so many at most; answers how many. */
  readonly forget: (before: Instant, limit: number) => Effect.Effect<number, StorageError>
}

/** The key of the DeadLetterStore service. */
export const DeadLetterStore = Context.Service<DeadLetterStore>("@wattkit/core/DeadLetterStore")

const bytesOf = ({ message }: DeadLetter): number =>
  message.payload.length + new TextEncoder().encode(message.topic).length

/** Whoever sent a payload may use its bytes again. */
const copyOf = (letter: DeadLetter): DeadLetter => ({
  ...letter,
  message: { ...letter.message, payload: Uint8Array.from(letter.message.payload) }
})

const waitingOf = (letters: Iterable<DeadLetter>): ReadonlyArray<DeadLetter> =>
  [...letters].filter(({ settled }) => settled === null)

/** Keeps dead letters in memory, until the process ends. */
export const layerMemory: Layer.Layer<DeadLetterStore, never, KeptDecisions | TenantStore> = Layer.effect(
  DeadLetterStore,
  Effect.gen(function* () {
    const registry = yield* TenantStore
    const tenants = new Map<TenantId, Map<string, DeadLetter>>()
    const decisions = yield* KeptDecisions
    decisions.set("dead_letters", settledBy(tenants))
    const of = (tenantId: TenantId): Map<string, DeadLetter> => tenants.get(tenantId) ?? new Map()
    return {
      add: Effect.fnUntraced(function* (tenantId: TenantId, letters: ReadonlyArray<DeadLetter>) {
        if (!(yield* Effect.isSuccess(registry.get(tenantId)))) return { waiting: 0 }
        const kept = of(tenantId)
        tenants.set(tenantId, kept)
        for (const letter of letters) if (!kept.has(letter.id)) kept.set(letter.id, copyOf(letter))
        return { waiting: waitingOf(kept.values()).length }
      }),
      list: (tenantId, { format, reason, subject, waiting, ...page }) =>
        Effect.sync(() =>
          Page.take(
            [...of(tenantId).values()].filter(
              (letter) =>
                !(waiting && letter.settled !== null) &&
                (format === undefined || letter.format === format) &&
                (subject === undefined || letter.subject === subject) &&
                (reason === undefined || letter.reason === reason)
            ),
            page
          ).map(copyOf)
        ),
      get: (tenantId, ids) =>
        Effect.sync(() =>
          [...new Set(ids)]
            .sort()
            .flatMap((id) => of(tenantId).get(id) ?? [])
            .map(copyOf)
        ),
      settle: (tenantId, ids, settled) =>
        Effect.sync(() => {
          const kept = of(tenantId)
          for (const id of ids) {
            const letter = kept.get(id)
            if (letter?.settled === null) kept.set(id, { ...letter, settled })
          }
        }),
      waiting: (tenantId, deviceId) =>
        Effect.sync(() => {
          const letters = waitingOf(of(tenantId).values()).filter(
            (letter) => deviceId === undefined || letter.deviceId === deviceId
          )
          return { count: letters.length, bytes: letters.reduce((sum, letter) => sum + bytesOf(letter), 0) }
        }),
      forget: (before, limit) =>
        Effect.sync(() => {
          const old = [...tenants.values()]
            .flatMap((kept) => [...kept.values()].map((letter) => ({ kept, letter })))
            .filter(({ letter }) => letter.message.receivedAt < before)
            .slice(0, limit)
          for (const { kept, letter } of old) kept.delete(letter.id)
          return old.length
        })
    }
  })
)
