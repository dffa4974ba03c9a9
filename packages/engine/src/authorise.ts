import { type DeviceId, NotFound, type Principal, type Scope } from "@wattkit/core"
import { Effect } from "effect"
import { Forbidden } from "./Forbidden.ts"

/** Fails unless the credential has the scope. */
export const requireScope = (principal: Principal, scope: Scope): Effect.Effect<void, Forbidden> =>
  principal.scopes.includes(scope)
    ? Effect.void
    : Effect.fail(new Forbidden({ message: `this credential lacks the scope "${scope}"` }))

/**
 * Fails when the credential belongs to another device. That device is answered as if it were not there, as
 * everything is that a credential cannot see.
 */
export const requireDevice = (principal: Principal, deviceId: DeviceId): Effect.Effect<void, NotFound> =>
  principal.deviceId === null || principal.deviceId === deviceId
    ? Effect.void
    : Effect.fail(new NotFound({ what: "device", id: deviceId }))
