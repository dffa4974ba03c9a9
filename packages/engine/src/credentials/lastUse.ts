import { type ApiKeyId, type ApiKeyStore, Instant, type Principal, type TenantId } from "@wattkit/core"
import { Effect } from "effect"

/** So often it is written down when keys were last used. */
const everyMs = 60_000

/**
 * Makes what notes that a key was used. It is written down now and then, by whichever use comes next, and at
 * the end: a key that is used a thousand times a second costs one row a minute, and who loses the last minute
 * loses nothing else.
 */
export const makeLastUse = Effect.fnUntraced(function* (keys: ApiKeyStore) {
  const used = new Map<ApiKeyId, { readonly tenantId: TenantId; readonly at: Instant.Instant }>()
  let writtenAt = yield* Instant.now
  const write = Effect.suspend(() => {
    if (used.size === 0) return Effect.void
    const uses = [...used].map(([id, use]) => ({ id, ...use }))
    used.clear()
    return keys.noteUse(uses)
  }).pipe(
    Effect.catch((error) => Effect.logWarning("when keys were used is not written down", error.message))
  )
  yield* Effect.addFinalizer(() => write)

  return ({ by, tenantId }: Principal, at: Instant.Instant): Effect.Effect<void> => {
    if (by.kind !== "key") return Effect.void
    used.set(by.id, { tenantId, at })
    if (at < writtenAt + everyMs) return Effect.void
    writtenAt = at
    // Nobody who asks for something waits for it.
    return Effect.asVoid(Effect.forkDetach(write))
  }
})
