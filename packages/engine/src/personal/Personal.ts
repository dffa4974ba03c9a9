import type {
  ApiKeyStore,
  ConsentStore,
  DeviceStore,
  LocationStore,
  MembershipStore,
  PersonalData,
  ReadingStore,
  TariffStore,
  TenantStore
} from "@wattkit/core"
import { Context, Effect, Layer } from "effect"
import type { Audit } from "../audit/Audit.ts"
import type { Jobs } from "../jobs/Jobs.ts"
import { type Archive, makeArchive } from "./archive.ts"
import { type Consents, makeConsents } from "./consents.ts"
import { type Exports, makeExports } from "./exports.ts"

/** Everything the households of people are kept in. */
export type HouseholdStores =
  | ApiKeyStore
  | DeviceStore
  | LocationStore
  | MembershipStore
  | TariffStore
  | TenantStore

/** What is kept of people, for themselves: what they agreed to, and all of it to take along. */
export class Personal extends Context.Service<Personal, Consents & Archive & Exports>()(
  "@wattkit/engine/Personal"
) {
  static readonly layer: Layer.Layer<
    Personal,
    never,
    Audit | ConsentStore | HouseholdStores | Jobs | PersonalData | ReadingStore
  > = Layer.suspend(() => Layer.effect(Personal, make))
}

const make = Effect.gen(function* () {
  const exports = yield* makeExports
  return Personal.of({ ...(yield* makeConsents), ...(yield* makeArchive), ...exports })
})
