import { type ApiKey, type ApiKeyId, ApiKeyStore, Instant, NotFound, type Principal } from "@wattkit/core"
import { Effect, type Redacted } from "effect"
import { makeAccess } from "../../access/Access.ts"
import { Audit } from "../../audit/Audit.ts"
import { Credentials } from "../../credentials/Credentials.ts"
import { InUse } from "../../InUse.ts"
import { isShown, type KeyRights, makeRequireWithin } from "./keyRights.ts"

/** A key just made, with the secret that nobody can learn again. */
export interface MadeKey {
  readonly key: ApiKey
  readonly secret: Redacted.Redacted
}

/** Credentials of devices are shown beside all others, and changed where devices are. */
export const ofDevice = new InUse({
  message: "this is the credential of a device; change it at /v1/devices/:id/credentials"
})

/** What the audit log says of a key. */
export const said = ({ deviceId, expiresAt, locations, scopes, userId }: ApiKey) => {
  const until = expiresAt === null ? null : Instant.format(expiresAt)
  return { scopes, locations, userId, deviceId, expiresAt: until }
}

/** Makes what every change of keys works with. */
export const makeKeyTools = Effect.gen(function* () {
  const store = yield* ApiKeyStore
  const credentials = yield* Credentials
  const audit = yield* Audit
  const { reachLocation } = yield* makeAccess
  const requireWithin = yield* makeRequireWithin

  const find = Effect.fnUntraced(function* (principal: Principal, id: ApiKeyId) {
    const key = yield* store.get(principal.tenantId, id)
    return isShown(principal, key) ? key : yield* new NotFound({ what: "api_key", id })
  })

  const issue = Effect.fnUntraced(function* (
    { tenantId }: Principal,
    rights: KeyRights & Pick<ApiKey, "name" | "userId">
  ) {
    const draft = { tenantId, deviceId: null, ...rights }
    // Its id and its secret are made of chance: nobody has them.
    const made = Effect.catchTag(credentials.issueNamed(draft), "AlreadyExists", Effect.die)
    const { id, secret } = yield* made
    return { key: yield* store.get(tenantId, id), secret } satisfies MadeKey as MadeKey
  })

  return { store, audit, reachLocation, requireWithin, find, issue }
})

export type KeyTools = Effect.Success<typeof makeKeyTools>
