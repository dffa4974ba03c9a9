import {
  type ApiKeyId,
  ApiKeyStore,
  auditHash,
  AuditStore,
  ConsentStore,
  DeadLetterStore,
  type DeviceId,
  type DeviceStore,
  type Email,
  JobStore,
  type LocationId,
  type LocationStore,
  mainChannel,
  MembershipStore,
  NotificationStore,
  OneTimeStore,
  QuarantineStore,
  type ReadingIdentity,
  ReadingStore,
  type SessionId,
  SessionStore,
  type TenantId,
  type TenantStore,
  type UserId,
  UserStore,
  usualNotificationPreferences
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import { at } from "../registered.ts"
import { freshKey } from "../registry/keys.ts"
import { freshNotificationId, jobOf } from "../work/support.ts"
import { freshDigest, freshMembership, freshSession, freshUser } from "./support.ts"

/** Every store that keeps something of a person. */
export type Needs =
  | ApiKeyStore
  | AuditStore
  | ConsentStore
  | DeadLetterStore
  | DeviceStore
  | JobStore
  | LocationStore
  | MembershipStore
  | NotificationStore
  | OneTimeStore
  | QuarantineStore
  | ReadingStore
  | SessionStore
  | TenantStore
  | UserStore

/** Where somebody lives. */
interface Home {
  readonly tenantId: TenantId
  readonly locationId: LocationId
  readonly deviceId: DeviceId
}

/** Somebody who did what a person can do. */
export interface Lived {
  readonly id: UserId
  readonly email: Email
  readonly tenantId: TenantId
  readonly key: ApiKeyId
  readonly session: SessionId
  /** What only this person wrote or is called, and is no secret. */
  readonly words: ReadonlyArray<string>
  readonly secrets: ReadonlyArray<string>
  /** What names things of theirs. */
  readonly ids: ReadonlyArray<string>
  /** The ids of what waited and was settled, by the person and by their key. */
  readonly settled: readonly [string, string]
  readonly correction: ReadingIdentity
}

/** A word that nobody else says. */
const only = (what: string): string => `${what} of ${freshDigest().replace(/0+$/, "")}`

const signIn = Effect.fnUntraced(function* (userId: UserId, { locationId, tenantId }: Home) {
  const [agent, version, keyName] = [only("Firefox"), only("version"), only("Phone")]
  const digests = Array.from({ length: 4 }, freshDigest) as [string, string, string, string]
  const [token, next, secret, digest] = digests
  yield* (yield* MembershipStore).put(
    freshMembership(tenantId, userId, { role: "admin", locations: [locationId] })
  )
  const session = freshSession(userId, tenantId, { agent })
  yield* (yield* SessionStore).begin(session, token)
  const turn = { digest: token, next, now: at(20), forgivenMs: 0, idleMs: 1e9 }
  yield* (yield* SessionStore).rotate(turn)
  const expiresAt = at(1e9)
  yield* (yield* OneTimeStore).put({ digest: secret, purpose: "reset_password", userId, tenantId, expiresAt })
  const key = freshKey(tenantId, { userId, digest, name: keyName })
  yield* (yield* ApiKeyStore).add(key)
  for (const isGiven of [true, false]) {
    yield* (yield* ConsentStore).add({ userId, at: at(12), subject: "terms", version, isGiven })
  }
  return { session: session.id, key: key.id, words: [agent, version, keyName], secrets: digests }
})

/** Has something done in the background, and is told of it. */
const work = Effect.fnUntraced(function* (userId: UserId, tenantId: TenantId) {
  const [payload, title] = [only("payload"), only("title")]
  // No worker of another check shall find it.
  const job = jobOf(tenantId, at(1e9), { userId, by: `user ${userId}`, payload: { text: payload } })
  yield* (yield* JobStore).add(job)
  const notifications = yield* NotificationStore
  const said = { kind: "export_ready", title, text: "", data: {}, createdAt: at(13), readAt: null } as const
  yield* notifications.add({ id: freshNotificationId(), tenantId, userId, ...said })
  const usual = usualNotificationPreferences
  yield* notifications.prefer(userId, usual, { ...usual, new_sign_in: [] })
  return { words: [title], secrets: [payload], ids: [job.id] }
})

/** Settles a reading and a letter as the person and as their key, and corrects a reading. */
const decide = Effect.fnUntraced(function* (
  { deviceId, tenantId }: Home,
  by: readonly [string, string],
  place: number
) {
  const reason = only("reason")
  const [quarantine, letters] = [yield* QuarantineStore, yield* DeadLetterStore]
  const reading = { deviceId, channel: mainChannel, at: at(1000 + place), powerW: 5 }
  const ids = by.map((_, i) => `${place}-${i}`) as [string, string]
  for (const [i, id] of ids.entries()) {
    const receivedAt = at(7)
    yield* quarantine.add([{ id, tenantId, reading, reason: "future", receivedAt, settled: null }])
    const said = { carrier: "mqtt", topic: "a", payload: new Uint8Array(1), isRetained: false } as const
    const rest = { format: null, subject: null, deviceId: null, settled: null, detail: "" } as const
    yield* letters.add(tenantId, [
      { id, tenantId, message: { ...said, receivedAt }, reason: "malformed", ...rest }
    ])
    const settled = { at: at(9), by: by[i]! }
    yield* quarantine.settle(tenantId, [id], { ...settled, as: "released", shiftedMs: 0 })
    yield* letters.settle(tenantId, [id], { ...settled, as: "replayed" })
  }
  yield* (yield* ReadingStore).append(tenantId, [reading])
  const { deviceId: _, ...bare } = reading
  const correction = { deviceId, channel: mainChannel, at: reading.at }
  yield* (yield* ReadingStore).correct(tenantId, [
    { ...correction, reading: { ...bare, powerW: 6 }, by: by[0], reason, madeAt: at(2000) }
  ])
  return { settled: ids, correction, words: [reason] }
})

/** Lets somebody do everything that a store remembers. */
export const live = Effect.fnUntraced(function* (home: Home, place: number) {
  const [name, passwordHash, totpSealed, recovery] = [only("Ada"), only("hash"), only("sealed"), only("code")]
  const user = freshUser({ name })
  const { email, id } = user
  const secrets = {
    passwordHash,
    totpSealed,
    totpConfirmedAt: at(7),
    totpStep: 1,
    recoveryDigests: [recovery]
  }
  yield* (yield* UserStore).add(user, secrets)
  const signedIn = yield* signIn(id, home)
  const { key, session } = signedIn
  const worked = yield* work(id, home.tenantId)
  const decided = yield* decide(home, [id, key], place)
  const drafts = [
    {
      by: `user ${id}`,
      action: "user.update",
      subject: `user ${id}`,
      before: { name },
      after: { name, email }
    },
    { by: `key ${key}`, action: "key.create", subject: `api_key ${key}`, before: null, after: { name } },
    {
      by: "server",
      action: "member.change",
      subject: `user ${id}`,
      before: { deep: [{ email }] },
      after: null
    }
  ]
  yield* (yield* AuditStore).add(
    drafts.map((draft) => ({ ...draft, tenantId: home.tenantId, at: at(30) })),
    auditHash
  )
  return {
    id,
    email,
    tenantId: home.tenantId,
    key,
    session,
    words: [name, email, ...signedIn.words, ...worked.words, ...decided.words],
    secrets: [passwordHash, totpSealed, recovery, ...signedIn.secrets, ...worked.secrets],
    ids: [id, key, session, ...worked.ids],
    settled: decided.settled,
    correction: decided.correction
  } satisfies Lived
})
