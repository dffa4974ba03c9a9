import { ApiKeyStore, Instant, TenantId, TenantStore } from "@wattkit/core"
import { Credentials } from "@wattkit/engine"
import { Effect, type Redacted } from "effect"

/** The tenant of a server that is used by one household. */
export const defaultTenant = TenantId.make("default")

/** Makes the tenant unless it is there. */
export const ensureTenant = Effect.fnUntraced(function* (id: TenantId, name: string) {
  const tenants = yield* TenantStore
  const add = Effect.flatMap(Instant.now, (createdAt) => tenants.add({ id, name, createdAt }))
  yield* Effect.catchTag(add, "AlreadyExists", () => Effect.void)
})

/**
 * Makes the default tenant and its first key. The key is answered by the start that made it and never again;
 * a later start answers nothing.
 */
export const firstKey: Effect.Effect<
  Redacted.Redacted | undefined,
  unknown,
  TenantStore | ApiKeyStore | Credentials
> = Effect.gen(function* () {
  yield* ensureTenant(defaultTenant, "Default")
  const keys = yield* ApiKeyStore
  if ((yield* keys.list(defaultTenant, { limit: 1 })).length > 0) return undefined
  const credentials = yield* Credentials
  return yield* credentials.issue({
    tenantId: defaultTenant,
    name: "First key",
    // It belongs to whoever runs the server, who may decide everything: also who else may.
    scopes: ["read", "ingest", "correct", "manage", "administer"],
    deviceId: null
  })
})
