import { Instant, type Session, SessionStore, type TenantId, type UserId } from "@wattkit/core"
import { Effect } from "effect"

/**
 * Makes what knows the sessions of a person in one tenant. Those in other tenants are nobody's business
 * there.
 */
export const makeMemberSessions = Effect.map(SessionStore, (store) => {
  const list = Effect.fnUntraced(function* (tenantId: TenantId, id: UserId) {
    const all = yield* store.list(id, yield* Instant.now)
    return all.filter((session) => session.tenantId === tenantId) as ReadonlyArray<Session>
  })

  /** Ends them all and answers how many; as a list is bounded, it is asked for until it is empty. */
  const endAll = Effect.fnUntraced(function* (tenantId: TenantId, id: UserId) {
    let count = 0
    for (;;) {
      const open = yield* list(tenantId, id)
      if (open.length === 0) return count
      const at = yield* Instant.now
      for (const session of open) {
        yield* Effect.catchTag(store.end(id, session.id, at), "NotFound", () => Effect.void)
      }
      count += open.length
    }
  })

  return { list, endAll }
})
