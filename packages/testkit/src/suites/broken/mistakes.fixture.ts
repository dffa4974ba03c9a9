import { assert, describe, it } from "@effect/vitest"
import {
  ApiKeyStore,
  AuditStore,
  BindingStore,
  ConsentStore,
  DeadLetterStore,
  DeviceStatusStore,
  DeviceStore,
  LocationStore,
  MembershipStore,
  Memory,
  OneTimeStore,
  PersonalData,
  QuarantineStore,
  ReadingStore,
  SessionStore,
  SigningKeyStore,
  StorageUpkeep,
  TariffStore,
  TenantStore,
  UsageStore,
  UserStore
} from "@wattkit/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Check } from "../Check.ts"

/** The stores a mistake may be in. */
export interface Stores {
  readonly readings: ReadingStore
  readonly usage: UsageStore
  readonly upkeep: StorageUpkeep
  readonly locations: LocationStore
  readonly quarantine: QuarantineStore
  readonly statuses: DeviceStatusStore
  readonly bindings: BindingStore
  readonly letters: DeadLetterStore
  readonly users: UserStore
  readonly memberships: MembershipStore
  readonly sessions: SessionStore
  readonly oneTimes: OneTimeStore
  readonly signingKeys: SigningKeyStore
  readonly audit: AuditStore
  readonly tenants: TenantStore
  readonly devices: DeviceStore
  readonly keys: ApiKeyStore
  readonly tariffs: TariffStore
  readonly consents: ConsentStore
  readonly personal: PersonalData
}

/** What is wrong instead of right. */
export type Wrong = { readonly [name in keyof Stores]?: Partial<Stores[name]> }

/** A way to be wrong that a real adapter has been wrong in, and the check that has to see it. */
export interface Mistake {
  readonly seenBy: string
  readonly spoil: (right: Stores) => Wrong
}

type Memory = Layer.Success<typeof Memory.layer>

const spoiled = (spoil: Mistake["spoil"]): Layer.Layer<Memory> =>
  Layer.effectContext(
    Effect.map(Effect.context<Memory>(), (context) => {
      const right: Stores = {
        readings: Context.get(context, ReadingStore),
        usage: Context.get(context, UsageStore),
        upkeep: Context.get(context, StorageUpkeep),
        locations: Context.get(context, LocationStore),
        quarantine: Context.get(context, QuarantineStore),
        statuses: Context.get(context, DeviceStatusStore),
        bindings: Context.get(context, BindingStore),
        letters: Context.get(context, DeadLetterStore),
        users: Context.get(context, UserStore),
        memberships: Context.get(context, MembershipStore),
        sessions: Context.get(context, SessionStore),
        oneTimes: Context.get(context, OneTimeStore),
        signingKeys: Context.get(context, SigningKeyStore),
        audit: Context.get(context, AuditStore),
        tenants: Context.get(context, TenantStore),
        devices: Context.get(context, DeviceStore),
        keys: Context.get(context, ApiKeyStore),
        tariffs: Context.get(context, TariffStore),
        consents: Context.get(context, ConsentStore),
        personal: Context.get(context, PersonalData)
      }
      const wrong = spoil(right)
      const registry = context.pipe(
        Context.add(TenantStore, { ...right.tenants, ...wrong.tenants }),
        Context.add(DeviceStore, { ...right.devices, ...wrong.devices }),
        Context.add(ApiKeyStore, { ...right.keys, ...wrong.keys }),
        Context.add(TariffStore, { ...right.tariffs, ...wrong.tariffs }),
        Context.add(ConsentStore, { ...right.consents, ...wrong.consents }),
        Context.add(PersonalData, { ...right.personal, ...wrong.personal })
      )
      return registry.pipe(
        Context.add(ReadingStore, { ...right.readings, ...wrong.readings }),
        Context.add(UsageStore, { ...right.usage, ...wrong.usage }),
        Context.add(StorageUpkeep, { ...right.upkeep, ...wrong.upkeep }),
        Context.add(LocationStore, { ...right.locations, ...wrong.locations }),
        Context.add(QuarantineStore, { ...right.quarantine, ...wrong.quarantine }),
        Context.add(DeviceStatusStore, { ...right.statuses, ...wrong.statuses }),
        Context.add(BindingStore, { ...right.bindings, ...wrong.bindings }),
        Context.add(DeadLetterStore, { ...right.letters, ...wrong.letters }),
        Context.add(UserStore, { ...right.users, ...wrong.users }),
        Context.add(MembershipStore, { ...right.memberships, ...wrong.memberships }),
        Context.add(SessionStore, { ...right.sessions, ...wrong.sessions }),
        Context.add(OneTimeStore, { ...right.oneTimes, ...wrong.oneTimes }),
        Context.add(SigningKeyStore, { ...right.signingKeys, ...wrong.signingKeys }),
        Context.add(AuditStore, { ...right.audit, ...wrong.audit })
      )
    })
  ).pipe(Layer.provide(Memory.layer))

/** Registers a test for each mistake: the check it names fails over stores that make it. */
export const describeMistakes = (
  name: string,
  checks: ReadonlyArray<Check<Memory>>,
  mistakes: Readonly<Record<string, Mistake>>
): unknown =>
  describe(name, () => {
    for (const [mistake, { seenBy, spoil }] of Object.entries(mistakes)) {
      it.live(mistake, () =>
        Effect.gen(function* () {
          const check = checks.find((one) => one.name === seenBy)
          assert.isDefined(check, `there is no check named "${seenBy}"`)
          const exit = yield* Effect.exit(Effect.provide(check.run, spoiled(spoil)))
          assert.strictEqual(exit._tag, "Failure", `"${seenBy}" did not see it`)
        })
      )
    }
  })
