import type { Row } from "./matrix.ts"
import type { BearerKind, Scene } from "./Scene.ts"

const all = (outcome: string): string => Array.from({ length: 12 }, () => outcome).join(" ")

/** What only people have, who are asked for it themselves. */
const people = (outcome = "2xx"): string =>
  `401 ${Array.from({ length: 6 }, () => outcome).join(" ")} 403 403 403 403 403`

/** For those who administer, each in their own tenant. */
const administers = "401 2xx 403 403 403 403 2xx 403 403 403 403 403"
const administersOne = "401 404 403 403 403 403 2xx 403 403 403 403 403"

/** Everybody sees what is their own, and there is nothing of it here. */
const reads = "401 2xx 2xx 2xx 2xx 2xx 2xx 2xx 403 2xx 2xx 2xx"
/** The key is of the tenant, so nobody's own; a key changes no keys. */
const changesKey = "401 404 404 404 404 404 2xx 403 403 403 403 403"

const session = (scene: Scene, bearer: BearerKind) => ({ sessions: `s-${scene.userIdOf(bearer)}` })

/** Everybody is shown their own jobs; these are a member's, which besides them only administrators see. */
const membersJob = "401 404 404 404 404 404 2xx 404 403 404 404 404"
const changesJob = "401 404 404 404 404 404 2xx 403 403 404 403 403"

/** Who may do what with persons, sessions and keys. */
export const identityTable: Readonly<Record<string, Row>> = {
  "POST /v1/auth/register": { outcomes: all("2xx") },
  "POST /v1/auth/verify-email": { outcomes: all("400") },
  "POST /v1/auth/login": { outcomes: all("401") },
  "POST /v1/auth/mfa/challenge": { outcomes: all("401") },
  "POST /v1/auth/refresh": { outcomes: all("401") },
  "POST /v1/auth/forgot-password": { outcomes: all("2xx") },
  "POST /v1/auth/reset-password": { outcomes: all("400") },
  "POST /v1/auth/accept-invitation": { outcomes: all("400") },
  "POST /v1/auth/token": { outcomes: all("401") },
  "GET /v1/auth/jwks.json": { outcomes: all("2xx") },

  "GET /v1/sessions": { outcomes: people() },
  "DELETE /v1/sessions": { outcomes: people() },
  "DELETE /v1/sessions/{id}": { outcomes: people("404") },
  "DELETE /v1/sessions/{id} + own": { outcomes: people(), things: session },
  "POST /v1/auth/logout": { outcomes: people() },

  "GET /v1/users/me": { outcomes: people() },
  "PUT /v1/users/me": { outcomes: people() },
  "DELETE /v1/users/me": { outcomes: people() },
  "PUT /v1/users/me/password": { outcomes: people() },
  "GET /v1/users/me/preferences": { outcomes: people() },
  "PUT /v1/users/me/preferences": { outcomes: people() },
  "GET /v1/users/me/consents": { outcomes: people() },
  "POST /v1/users/me/consents": {
    outcomes: people(),
    body: () => ({ subject: "terms", version: "2026-06", isGiven: true })
  },
  "GET /v1/users/me/tenants": { outcomes: people() },
  "POST /v1/auth/mfa/enrol": { outcomes: people() },
  /** There is nothing to confirm before it was begun. */
  "POST /v1/auth/mfa/confirm": { outcomes: people("409") },
  "POST /v1/auth/mfa/remove": { outcomes: people() },

  "GET /v1/users": { outcomes: administers },
  "POST /v1/users": { outcomes: administers },
  "GET /v1/users/statistics": { outcomes: administers },
  "GET /v1/users/{id}": { outcomes: administersOne },
  "PUT /v1/users/{id}": { outcomes: administersOne },
  "DELETE /v1/users/{id}": { outcomes: administersOne },
  "GET /v1/users/{id}/sessions": { outcomes: administersOne },
  "DELETE /v1/users/{id}/sessions": { outcomes: administersOne },

  "GET /v1/api-keys": { outcomes: reads },
  "GET /v1/api-keys + userId": { outcomes: reads, query: ({ member }) => ({ userId: member.userId }) },
  "GET /v1/api-keys + deviceId": {
    outcomes: reads,
    query: (scene) => ({ deviceId: scene.deviceOf("near", "meter") })
  },
  "POST /v1/api-keys": { outcomes: people(), body: () => ({ name: "probe", scopes: ["read"] }) },
  "POST /v1/api-keys + isShared": {
    outcomes: administers,
    body: () => ({ name: "probe", scopes: ["read"], isShared: true })
  },
  "GET /v1/api-keys/{id}": { outcomes: "401 404 404 404 404 404 2xx 404 403 404 404 404" },
  "DELETE /v1/api-keys/{id}": { outcomes: changesKey },
  "POST /v1/api-keys/{id}/rotate": { outcomes: changesKey },

  "GET /v1/jobs": { outcomes: reads },
  "GET /v1/jobs/{id}": { outcomes: membersJob },
  "POST /v1/jobs/{id}/cancel": { outcomes: changesJob },
  /** It waits, so there is nothing to begin again. */
  "POST /v1/jobs/{id}/retry": { outcomes: changesJob.replace("2xx", "409") },
  "POST /v1/users/me/exports": { outcomes: people() },
  "GET /v1/notifications": { outcomes: people() },
  "GET /v1/notifications/unread": { outcomes: people() },
  "PUT /v1/notifications/{id}/read": { outcomes: people("404") },
  "PUT /v1/notifications/read-all": { outcomes: people() },
  "GET /v1/notifications/preferences": { outcomes: people() },
  "PUT /v1/notifications/preferences": { outcomes: people() },

  "GET /v1/audit-logs": { outcomes: reads },
  "GET /v1/audit-logs/verification": { outcomes: administers }
}
