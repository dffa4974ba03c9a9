import {
  Email,
  Instant,
  type LocationId,
  MembershipStore,
  noSecrets,
  type Role,
  SessionId,
  SessionStore,
  TenantId,
  TenantStore,
  UserId,
  UserStore
} from "@wattkit/core"
import { AccessTokens } from "@wattkit/engine"
import { Context, Effect, Option } from "effect"
import { type Call, makeCall } from "../fixtures/call.ts"
import type { TestServer } from "../fixtures/inProcess.ts"

/** A person who is signed in, and calls the API. */
export interface Hand {
  readonly userId: UserId
  readonly email: Email
  readonly token: string
  readonly call: Call
}

let made = 0

/** Makes a tenant nobody is in. */
export const addTenant = (server: TestServer): Promise<TenantId> =>
  server.run(
    Effect.gen(function* () {
      const id = TenantId.make(`tenant-${++made}`)
      yield* TenantStore.use((store) =>
        Effect.flatMap(Instant.now, (createdAt) => store.add({ id, name: "One", createdAt }))
      )
      return id
    })
  )

/** Lets a person sign in to a tenant they are a member of. */
export const signIn = (server: TestServer, tenantId: TenantId, userId: UserId): Promise<string> =>
  server.run(
    Effect.gen(function* () {
      const now = yield* Instant.now
      const sessionId = SessionId.make(`session-${++made}`)
      const times = { createdAt: now, usedAt: now, expiresAt: Instant.plus(now, 86_400_000), endedAt: null }
      yield* SessionStore.use((store) =>
        store.begin({ id: sessionId, userId, tenantId, agent: "test", ...times }, sessionId)
      )
      const tokens = Option.getOrThrow(Context.getOption(server.services, AccessTokens))
      return yield* tokens.sign({ tenantId, by: { kind: "user", id: userId, sessionId } }, now)
    })
  )

/** Makes somebody a member of a tenant and signs them in. */
export const addHand = async (
  server: TestServer,
  tenantId: TenantId,
  role: Role,
  locations: ReadonlyArray<LocationId> = []
): Promise<Hand> => {
  const userId = UserId.make(`user-${++made}`)
  const email = Email.make(`${userId}@example.com`)
  await server.run(
    Effect.gen(function* () {
      const now = yield* Instant.now
      const user = { id: userId, email, name: userId, createdAt: now, disabledAt: null, eraseAt: null }
      yield* UserStore.use((store) => store.add({ ...user, verifiedAt: now }, noSecrets))
      yield* MembershipStore.use((store) =>
        store.put({ tenantId, userId, role, locations, createdAt: now, disabledAt: null })
      )
    })
  )
  const token = await signIn(server, tenantId, userId)
  return { userId, email, token, call: makeCall(server.url, token) }
}

/** Makes a location in the tenant of a person. */
export const addLocation = async ({ call }: Pick<Hand, "call">): Promise<LocationId> => {
  const id = `house-${++made}` as LocationId
  const body = { id, name: "House", kind: "house", zone: "Europe/Berlin", currency: "EUR" }
  const { status, text } = await call("POST", "/v1/locations", { body })
  if (status !== 201) throw new Error(text)
  return id
}
