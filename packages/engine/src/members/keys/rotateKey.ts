import { type ApiKeyId, Instant, type Principal } from "@wattkit/core"
import { Effect } from "effect"
import { Forbidden } from "../../Forbidden.ts"
import { InUse } from "../../InUse.ts"
import { isOwn, isUsable, requireKeeper } from "./keyRights.ts"
import { type KeyTools, ofDevice } from "./keyTools.ts"

const over = new InUse({ message: "this key is over already; make a new one" })

const notTheirs = new Forbidden({ message: "only the person whose key it is can replace it" })

/** Makes what replaces keys. */
export const makeRotateKey = ({ audit, find, issue, requireWithin, store }: KeyTools) =>
  Effect.fn("ApiKeys.rotate")(function* (principal: Principal, id: ApiKeyId, overlapMinutes: number) {
    yield* requireKeeper(principal)
    const old = yield* find(principal, id)
    if (old.deviceId !== null) return yield* ofDevice
    if (old.userId !== null && !isOwn(principal, old)) return yield* notTheirs
    const now = yield* Instant.now
    if (!isUsable(old, now) || old.revokedAt !== null) return yield* over
    // A person replaces their own key also when they may do less now; it then does as little as they may.
    const isOwnByPerson = principal.by.kind === "user" && isOwn(principal, old)
    if (!isOwnByPerson && old.id !== principal.by.id) yield* requireWithin(principal, old)
    const { expiresAt, locations, name, scopes, userId } = old
    const made = yield* issue(principal, { scopes, locations, expiresAt, name, userId })
    yield* store.revoke(principal.tenantId, id, Instant.plus(now, overlapMinutes * 60_000))
    const after = { id: made.key.id, overlapMinutes }
    yield* audit.record(principal, { action: "key.rotate", subject: `api_key ${id}`, after })
    return made
  })
