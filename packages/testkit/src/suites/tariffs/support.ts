import {
  type KeptTariff,
  type LocationStore,
  TariffId,
  TariffStore,
  type TenantId,
  type TenantStore
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import { at, freshApiKeyId } from "../registered.ts"

/** What a `TariffStore` and its suite need. */
export type Needs = LocationStore | TariffStore | TenantStore

/** A tariff id that no tariff has yet. */
export const freshTariffId = (suffix = "f"): TariffId => TariffId.make(freshApiKeyId(suffix))

/** A tariff that is not added yet. */
export const freshTariff = (tenantId: TenantId, over: Partial<KeptTariff> = {}): KeptTariff => ({
  id: freshTariffId(),
  tenantId,
  name: "Green",
  definition: { a: 1, b: [2] },
  createdAt: at(6),
  changedAt: at(7),
  ...over
})

/** Adds a tariff. */
export const addTariff = Effect.fnUntraced(function* (tenantId: TenantId, over: Partial<KeptTariff> = {}) {
  const tariff = freshTariff(tenantId, over)
  yield* (yield* TariffStore).add(tariff)
  return tariff
})
