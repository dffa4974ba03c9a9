import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import type { ApiKey } from "../../model/ApiKey.ts"
import type { Membership } from "../../model/identity/Membership.ts"
import type { Session } from "../../model/identity/Session.ts"
import type { ApiKeyId, JobId, NotificationId, SessionId, TenantId, UserId } from "../../model/ids.ts"
import type { Job } from "../../model/work/Job.ts"
import type { Notification, NotificationPreferences } from "../../model/work/Notification.ts"
import type { Consent } from "../../ports/identity/ConsentStore.ts"
import type { OneTime } from "../../ports/identity/OneTimeStore.ts"
import type { KnownUser } from "../../ports/identity/UserStore.ts"
import type { Instant } from "../../time/Instant.ts"

/** A refresh token by its digest, and what follows it once it was turned in. */
export interface KeptToken {
  readonly sessionId: SessionId
  spent: { readonly at: Instant; readonly next: string } | undefined
}

/** A job, the key it was added with, and the parts of what it made. */
export interface KeptJob {
  readonly job: Job
  readonly key: string | undefined
  readonly parts: Map<number, Uint8Array>
}

/** What the stores of persons in memory share: who goes is gone from all of them. */
export interface KeptIdentity {
  readonly users: Map<UserId, KnownUser>
  /** By tenant, then by person. */
  readonly memberships: Map<TenantId, Map<UserId, Membership>>
  readonly sessions: Map<SessionId, Session>
  readonly tokens: Map<string, KeptToken>
  readonly oneTimes: Map<string, OneTime>
  readonly keys: Map<ApiKeyId, ApiKey>
  /** In the order they were added. */
  readonly consents: Array<Consent>
  readonly jobs: Map<JobId, KeptJob>
  readonly notifications: Map<NotificationId, Notification>
  readonly notificationPreferences: Map<UserId, NotificationPreferences>
}

/** The key of what the stores in memory share. */
export const KeptIdentity = Context.Service<KeptIdentity>("@wattkit/core/KeptIdentity")

/** Nobody there yet. */
export const layer: Layer.Layer<KeptIdentity> = Layer.sync(KeptIdentity, () => ({
  users: new Map(),
  memberships: new Map(),
  sessions: new Map(),
  tokens: new Map(),
  oneTimes: new Map(),
  keys: new Map(),
  consents: [],
  jobs: new Map(),
  notifications: new Map(),
  notificationPreferences: new Map()
}))

/** Takes a session out, with its tokens. */
export const dropSession = ({ sessions, tokens }: KeptIdentity, id: SessionId): void => {
  sessions.delete(id)
  for (const [digest, token] of tokens) if (token.sessionId === id) tokens.delete(digest)
}
