import type { Principal, Scope } from "@wattkit/core"
import { Effect } from "effect"
import { Forbidden } from "./Forbidden.ts"

/** Fails unless the credential has the scope. What it reaches is told by `access/`. */
export const requireScope = (principal: Principal, scope: Scope): Effect.Effect<void, Forbidden> =>
  principal.scopes.includes(scope)
    ? Effect.void
    : Effect.fail(new Forbidden({ message: `this credential lacks the scope "${scope}"` }))
