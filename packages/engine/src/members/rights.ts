import { type Principal, type Role, type Scope, scopesOf } from "@wattkit/core"
import { Effect } from "effect"
import { requireScope } from "../authorise.ts"
import { Forbidden } from "../Forbidden.ts"

/** Whether somebody decides who may do what in their tenant: all of it, or nothing. */
export const isAdministrator = ({ deviceId, locations, scopes }: Principal): boolean =>
  scopes.includes("administer") && deviceId === null && locations === null

/** Fails unless somebody decides who may do what in their tenant. */
export const requireAdministrator = (principal: Principal): Effect.Effect<void, Forbidden> =>
  Effect.andThen(
    requireScope(principal, "administer"),
    isAdministrator(principal)
      ? Effect.void
      : Effect.fail(new Forbidden({ message: "who reaches only a part of the tenant administers nothing" }))
  )

/** Fails when somebody would give what they do not have. */
export const requireGift = (
  principal: Principal,
  scopes: ReadonlyArray<Scope>
): Effect.Effect<void, Forbidden> => {
  const missing = scopes.find((scope) => !principal.scopes.includes(scope))
  return missing === undefined
    ? Effect.void
    : Effect.fail(new Forbidden({ message: `the scope "${missing}" is not yours to give` }))
}

/** Fails when somebody would give a role that may do more than they may. */
export const requireRoleGift = (principal: Principal, role: Role): Effect.Effect<void, Forbidden> =>
  requireGift(principal, scopesOf(role))
