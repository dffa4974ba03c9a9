import {
  type ApiKey,
  type ApiKeyId,
  ApiKeyStore,
  type Device,
  type DeviceId,
  Instant,
  type Page,
  type Principal
} from "@wattkit/core"
import { Effect, type Redacted } from "effect"
import type { Access } from "../../access/Access.ts"
import { Audit } from "../../audit/Audit.ts"
import { requireScope } from "../../authorise.ts"
import { Credentials } from "../../credentials/Credentials.ts"
import { everyPage } from "../everyPage.ts"
import type { OneAtATime } from "../oneAtATime.ts"

/** A credential of a device without its secret. */
export type DeviceCredential = Pick<ApiKey, "id" | "prefix" | "createdAt" | "lastUsedAt" | "revokedAt">

/** A new credential of a device, and until when those before it work. */
export interface RotatedCredential {
  readonly id: ApiKeyId
  readonly credential: Redacted.Redacted
  readonly oldUntil: Instant.Instant
}

const minuteMs = 60_000

const shown = ({ createdAt, id, lastUsedAt, prefix, revokedAt }: ApiKey): DeviceCredential => ({
  id,
  prefix,
  createdAt,
  lastUsedAt,
  revokedAt
})

/** Makes what gives devices their credentials and takes them back. */
export const makeDeviceCredentials = Effect.fnUntraced(function* (access: Access, oneAtATime: OneAtATime) {
  const store = yield* ApiKeyStore
  const credentials = yield* Credentials
  const audit = yield* Audit

  const all = ({ id, tenantId }: Device) =>
    everyPage((page: Page<ApiKeyId>) => store.list(tenantId, { ...page, deviceId: id }))

  const issue = ({ id, name, tenantId }: Device) =>
    credentials.issueNamed({ tenantId, name, scopes: ["ingest", "read"], deviceId: id })

  /** What worked until now works no more from an instant on, if it would have worked longer. */
  const revoke = (device: Device, keys: ReadonlyArray<ApiKey>, at: Instant.Instant) =>
    Effect.forEach(
      keys.filter(({ revokedAt }) => revokedAt === null || revokedAt > at),
      // A key that was taken out meanwhile works no more either.
      ({ id }) => Effect.catchTag(store.revoke(device.tenantId, id, at), "NotFound", () => Effect.void),
      { discard: true }
    )

  const rotate = Effect.fn("Registry.rotateCredential")(function* (
    principal: Principal,
    id: DeviceId,
    overlapMinutes: number
  ) {
    const device = yield* access.reachDevice(principal, id)
    const before = yield* all(device)
    const fresh = yield* issue(device)
    const oldUntil = Instant.plus(yield* Instant.now, overlapMinutes * minuteMs)
    yield* revoke(device, before, oldUntil)
    yield* audit.record(principal, {
      action: "device.rotate",
      subject: `device ${id}`,
      before: { keys: before.filter(({ revokedAt }) => revokedAt === null).map((key) => key.id) },
      after: { keys: [fresh.id], oldUntil: Instant.format(oldUntil) }
    })
    return { id: fresh.id, credential: fresh.secret, oldUntil } satisfies RotatedCredential
  })

  const reach = (principal: Principal, id: DeviceId) =>
    Effect.andThen(requireScope(principal, "manage"), access.reachDevice(principal, id))

  return {
    issue,
    revokeAll: (device: Device, at: Instant.Instant) =>
      Effect.flatMap(all(device), (keys) => revoke(device, keys, at)),
    list: Effect.fn("Registry.credentials")(function* (principal: Principal, id: DeviceId) {
      return (yield* all(yield* reach(principal, id))).map(shown)
    }),
    rotate: (principal: Principal, id: DeviceId, overlapMinutes = 0) =>
      Effect.flatMap(reach(principal, id), ({ locationId, tenantId }) =>
        oneAtATime(tenantId, locationId)(Effect.uninterruptible(rotate(principal, id, overlapMinutes)))
      )
  }
})

/** What gives devices their credentials and takes them back. */
export type DeviceCredentials = Effect.Success<ReturnType<typeof makeDeviceCredentials>>
