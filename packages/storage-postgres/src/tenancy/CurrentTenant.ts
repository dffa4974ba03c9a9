import type { TenantId } from "@wattkit/core"
import { Context, Effect } from "effect"

/** All tenants at once. */
export const everyone: unique symbol = Symbol.for("@wattkit/storage-postgres/everyone")

/** Whose rows a statement may see and write: those of one tenant, of all, or nobody's. */
export type Whose = TenantId | typeof everyone | undefined

/** Whose rows the statements of an effect see. Where nobody said it, they see none. */
export const CurrentTenant = Context.Reference<Whose>("@wattkit/storage-postgres/CurrentTenant", {
  defaultValue: () => undefined
})

/** Lets the statements of an effect see and write the rows of one tenant, and nobody else's. */
export const forTenant = <A, E, R>(effect: Effect.Effect<A, E, R>, tenantId: TenantId) =>
  Effect.provideService(effect, CurrentTenant, tenantId)

/** As `forTenant`, for what belongs to a tenant. */
export const forTenantOf = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  { tenantId }: { readonly tenantId: TenantId }
) => forTenant(effect, tenantId)

/**
 * Lets the statements of an effect see and write everybody's rows.
 *
 * It is for work that is by its nature over all tenants: to find out whose something is, to bring usage up to
 * date, to give up what is old, and for persons, who belong to no tenant.
 */
export const acrossTenants = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.provideService(effect, CurrentTenant, everyone)

/** As `forTenant` where all is one tenant's, and across tenants where one transaction is for several. */
export const forTenantsOf = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  all: ReadonlyArray<{ readonly tenantId: TenantId }>
) => {
  const [first, ...others] = new Set(all.map(({ tenantId }) => tenantId))
  return first !== undefined && others.length === 0 ? forTenant(effect, first) : acrossTenants(effect)
}
