import { type ApiKeyId, ApiKeyStore, Instant, type TenantId, type UserId } from "@wattkit/core"
import { Effect } from "effect"

/** So many keys are read at once. */
const pageOf = 500

/** Makes what revokes all keys of a person in a tenant, so that none lives again when they come back. */
export const makeRevokeKeys = Effect.map(ApiKeyStore, (store) =>
  Effect.fnUntraced(function* (tenantId: TenantId, userId: UserId) {
    const now = yield* Instant.now
    let after: ApiKeyId | undefined
    for (;;) {
      const page = yield* store.list(tenantId, { after, limit: pageOf, userId })
      for (const { id, revokedAt } of page) {
        if (revokedAt !== null && revokedAt <= now) continue
        yield* Effect.catchTag(store.revoke(tenantId, id, now), "NotFound", () => Effect.void)
      }
      if (page.length < pageOf) return
      after = page.at(-1)?.id
    }
  })
)
