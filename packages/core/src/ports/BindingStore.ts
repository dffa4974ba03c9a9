import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Binding, FormatId, Subject } from "../model/message/Binding.ts"
import type { DeviceId, TenantId } from "../model/ids.ts"
import { DeviceStore } from "./DeviceStore.ts"
import type { NotFound } from "./registryErrors.ts"
import type { StorageError } from "./StorageError.ts"

/** What names a binding of a tenant. */
export interface BindingKey {
  readonly format: FormatId
  readonly subject: Subject
}

/**
 * Keeps which subjects speak for which devices.
 *
 * A subject is text as somebody sent it: two that differ in any way, in a NUL or half of a surrogate pair
 * too, are two.
 */
export interface BindingStore {
  /** Binds a subject, in the place of what it was bound to; NotFound when the tenant has no such device. */
  readonly set: (binding: Binding) => Effect.Effect<void, NotFound | StorageError>
  /** Those of the keys that are bound, in the order of a list. */
  readonly get: (
    tenantId: TenantId,
    keys: ReadonlyArray<BindingKey>
  ) => Effect.Effect<ReadonlyArray<Binding>, StorageError>
  /** By format and subject, as their code points are, those after `after`; of one device when it is given. */
  readonly list: (
    tenantId: TenantId,
    page: {
      readonly after?: BindingKey | undefined
      readonly limit: number
      readonly deviceId?: DeviceId | undefined
    }
  ) => Effect.Effect<ReadonlyArray<Binding>, StorageError>
  /** Binds a subject to nothing any more; whether it was bound. */
  readonly remove: (tenantId: TenantId, key: BindingKey) => Effect.Effect<boolean, StorageError>
}

/** The key of the BindingStore service. */
export const BindingStore = Context.Service<BindingStore>("@wattkit/core/BindingStore")

/** Compares by code points, as UTF-8 does; `<` takes what is outside of the basic plane for less. */
const compareText = (a: string, b: string): number => {
  const others = [...b]
  for (const [i, char] of [...a].entries()) {
    const difference = char.codePointAt(0)! - (others[i]?.codePointAt(0) ?? -1)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

const compare = (a: BindingKey, b: BindingKey): number =>
  compareText(a.format, b.format) || compareText(a.subject, b.subject)

/** Keeps bindings in memory, until the process ends. */
export const layerMemory: Layer.Layer<BindingStore, never, DeviceStore> = Layer.effect(
  BindingStore,
  Effect.gen(function* () {
    const devices = yield* DeviceStore
    const tenants = new Map<TenantId, Map<string, Binding>>()
    const of = (tenantId: TenantId): Map<string, Binding> => tenants.get(tenantId) ?? new Map()
    const nameOf = ({ format, subject }: BindingKey) => `${format} ${subject}`
    return {
      set: (binding) =>
        Effect.map(devices.get(binding.tenantId, binding.deviceId), () => {
          tenants.set(binding.tenantId, of(binding.tenantId).set(nameOf(binding), structuredClone(binding)))
        }),
      get: (tenantId, keys) =>
        Effect.sync(() =>
          [...new Set(keys.map(nameOf))].flatMap((name) => of(tenantId).get(name) ?? []).sort(compare)
        ),
      list: (tenantId, { after, deviceId, limit }) =>
        Effect.sync(() =>
          [...of(tenantId).values()]
            .filter(
              (binding) =>
                (deviceId === undefined || binding.deviceId === deviceId) &&
                (after === undefined || compare(binding, after) > 0)
            )
            .sort(compare)
            .slice(0, limit)
        ),
      remove: (tenantId, key) => Effect.sync(() => of(tenantId).delete(nameOf(key)))
    }
  })
)
