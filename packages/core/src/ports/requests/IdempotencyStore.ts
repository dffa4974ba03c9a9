import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { TenantId } from "../../model/ids.ts"
import type { Instant } from "../../time/Instant.ts"
import type { NotFound } from "../registryErrors.ts"
import type { StorageError } from "../StorageError.ts"
import { TenantStore } from "../TenantStore.ts"

/** A request that is to have its effect once, however often it is sent. */
export interface IdempotentRequest {
  /** Of the bearer, the route and the key the sender chose; 64 characters at most. */
  readonly id: string
  /** Of what is asked: two requests of one id that ask for different things have different ones. */
  readonly fingerprint: string
  readonly at: Instant
}

/** What became of the beginning of a request. */
export type BegunRequest =
  /** Nobody began it: whoever is told so does what is asked, and then says `keep` or `release`. */
  | { readonly kind: "begun" }
  /** Somebody began it at that instant and said neither `keep` nor `release`. */
  | { readonly kind: "running"; readonly since: Instant }
  /** It was done, and this was kept of it. */
  | { readonly kind: "kept"; readonly answer: Uint8Array }
  /** Something else was asked under this id. */
  | { readonly kind: "other" }
  /** The tenant has `most` of them already that are not free again. */
  | { readonly kind: "full" }

/**
 * Keeps what was answered to requests, so that one sent twice is done once.
 *
 * `begin` is atomic: of any number of twins, in any number of processes, exactly one is told `begun`. What
 * was begun stays begun, even when the process that began it is no more: nobody can know then whether there
 * was an effect. After `idempotencyKeptMs` an id is free again.
 */
export interface IdempotencyStore {
  /** So many requests are kept of one tenant. */
  readonly capabilities: { readonly most: number }
  /** Fails with NotFound when the tenant is not there. */
  readonly begin: (
    tenantId: TenantId,
    request: IdempotentRequest
  ) => Effect.Effect<BegunRequest, NotFound | StorageError>
  /** Keeps the answer of a request that was begun; the first of several, and none of what was not begun. */
  readonly keep: (tenantId: TenantId, id: string, answer: Uint8Array) => Effect.Effect<void, StorageError>
  /** Forgets that a request was begun, so that it can begin again. What has an answer keeps it. */
  readonly release: (tenantId: TenantId, id: string) => Effect.Effect<void, StorageError>
  /** Forgets so many requests of all tenants that began before an instant, and answers how many they were. */
  readonly forget: (before: Instant, limit: number) => Effect.Effect<number, StorageError>
}

/** The key of the IdempotencyStore service. */
export const IdempotencyStore = Context.Service<IdempotencyStore>("@wattkit/core/IdempotencyStore")

/** For how long an answer is kept: a day. */
export const idempotencyKeptMs = 86_400_000

interface Kept {
  readonly fingerprint: string
  readonly at: Instant
  readonly answer: Uint8Array | undefined
}

const statusOf = (kept: Kept, fingerprint: string): BegunRequest => {
  if (kept.fingerprint !== fingerprint) return { kind: "other" }
  return kept.answer === undefined
    ? { kind: "running", since: kept.at }
    : { kind: "kept", answer: kept.answer.slice() }
}

/** Keeps requests in memory, so many of a tenant, until the process ends. */
export const layerMemoryWith = (most: number): Layer.Layer<IdempotencyStore, never, TenantStore> =>
  Layer.effect(
    IdempotencyStore,
    Effect.gen(function* () {
      const registry = yield* TenantStore
      const tenants = new Map<TenantId, Map<string, Kept>>()
      return {
        capabilities: { most },
        begin: Effect.fnUntraced(function* (tenantId: TenantId, { at, fingerprint, id }: IdempotentRequest) {
          if (!tenants.has(tenantId)) yield* registry.get(tenantId)
          const requests = tenants.get(tenantId) ?? new Map<string, Kept>()
          tenants.set(tenantId, requests)
          const kept = requests.get(id)
          if (kept !== undefined && kept.at > at - idempotencyKeptMs) return statusOf(kept, fingerprint)
          const counted = requests.size < most ? [] : [...requests.values()]
          const isFull = counted.filter((one) => one.at > at - idempotencyKeptMs).length >= most
          if (kept === undefined && isFull) return { kind: "full" }
          requests.set(id, { fingerprint, at, answer: undefined })
          return { kind: "begun" }
        }),
        keep: (tenantId, id, answer) =>
          Effect.sync(() => {
            const kept = tenants.get(tenantId)?.get(id)
            if (kept === undefined || kept.answer !== undefined) return
            tenants.get(tenantId)?.set(id, { ...kept, answer: answer.slice() })
          }),
        release: (tenantId, id) =>
          Effect.sync(() => {
            const requests = tenants.get(tenantId)
            if (requests?.get(id)?.answer === undefined) requests?.delete(id)
          }),
        forget: (before, limit) =>
          Effect.sync(() => {
            const old = [...tenants.values()]
              .flatMap((requests) => [...requests].map(([id, { at }]) => ({ requests, id, at })))
              .filter(({ at }) => at < before)
              .slice(0, limit)
            for (const { id, requests } of old) requests.delete(id)
            return old.length
          })
      }
    })
  )

/** As `layerMemoryWith`, with room for a few thousand. */
export const layerMemory: Layer.Layer<IdempotencyStore, never, TenantStore> = layerMemoryWith(5_000)
