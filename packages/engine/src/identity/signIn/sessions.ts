import {
  Instant,
  makeId,
  type NotFound,
  type Principal,
  type Session,
  SessionId,
  SessionStore,
  type StorageError,
  type TenantId,
  type UserId
} from "@wattkit/core"
import { Effect } from "effect"
import type { Forbidden } from "../../Forbidden.ts"
import { digestOf } from "../../secret.ts"
import { AccessTokens } from "../AccessTokens.ts"
import { sessionStolen } from "../mails/texts.ts"
import { isRefreshToken, makeRefreshToken, nextRefreshToken } from "../refreshToken.ts"
import { longestSeconds } from "../tokens/claims.ts"
import { Unauthenticated } from "../Unauthenticated.ts"
import { signedOf } from "./people.ts"
import { personName, type Tools } from "./tools.ts"

/**
 * What somebody who signed in shows from now on, and for how many seconds the first of them is worth
 * something.
 */
export interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresIn: number
}

/** A session of a person, and whether it is the one they ask in. */
export interface SeenSession extends Session {
  readonly isThis: boolean
}

type Failure = Forbidden | StorageError

/** What becomes of a sign-in. */
export interface Sessions {
  /** Turns a refresh token in for the next one. */
  readonly refresh: (token: string) => Effect.Effect<Tokens, Unauthenticated | StorageError>
  readonly logout: (principal: Principal) => Effect.Effect<void, Failure>
  /** Where a person is signed in. */
  readonly sessions: (principal: Principal) => Effect.Effect<ReadonlyArray<SeenSession>, Failure>
  readonly endSession: (principal: Principal, id: SessionId) => Effect.Effect<void, NotFound | Failure>
  /** Ends all sessions but the one in which it is asked for; answers how many. */
  readonly endOthers: (principal: Principal) => Effect.Effect<number, Failure>
}

const DAY = 24 * 60 * 60_000

/** However often it is refreshed, a session lasts no longer. */
const longestMs = 90 * DAY

/** For so long a turn whose answer was lost is answered again. */
const forgivenMs = 10_000

const over = new Unauthenticated({ message: "this session is over; sign in again" })

/** What a program calls itself, as far as it is worth keeping. */
const agentOf = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cs}]/gu, " ")
    .slice(0, 200)
    .trim()

/** Makes what begins sessions and turns refresh tokens. */
export const makeTurns = Effect.fnUntraced(function* ({
  audit,
  linkTo,
  mail,
  people,
  secrets,
  settings
}: Tools) {
  const store = yield* SessionStore
  const access = yield* AccessTokens

  const tokensOf = Effect.fnUntraced(function* ({ id, tenantId, userId }: Session, refreshToken: string) {
    const by = { kind: "user", id: userId, sessionId: id } as const
    const accessToken = yield* access.sign({ tenantId, by }, yield* Instant.now)
    return { accessToken, refreshToken, expiresIn: longestSeconds.user } satisfies Tokens as Tokens
  })

  const begin = Effect.fnUntraced(function* (userId: UserId, tenantId: TenantId, agent: string) {
    const now = yield* Instant.now
    const token = makeRefreshToken()
    const session: Session = {
      id: SessionId.make(makeId("session", now, crypto.getRandomValues(new Uint8Array(16)))),
      userId,
      tenantId,
      createdAt: now,
      usedAt: now,
      endedAt: null,
      expiresAt: Instant.plus(now, longestMs),
      agent: agentOf(agent)
    }
    // Who was found a moment ago and is not there any more has been erased meanwhile.
    yield* Effect.catchTag(
      store.begin(session, yield* Effect.promise(() => digestOf(token))),
      "NotFound",
      () => Effect.fail(over)
    )
    return { session, tokens: yield* tokensOf(session, token) }
  })

  const tellTheft = Effect.fnUntraced(function* ({ id, tenantId, userId }: Session) {
    yield* audit.recordBy(tenantId, personName(userId), { action: "session.steal", subject: `session ${id}` })
    const { user } = yield* people.byId(userId)
    yield* mail(user.email, sessionStolen(linkTo("")))
  })

  const refresh = Effect.fn("Identity.refresh")(function* (token: string) {
    if (!isRefreshToken(token)) return yield* over
    const next = yield* Effect.provideContext(nextRefreshToken(token), secrets)
    const [digest, nextDigest] = yield* Effect.promise(() => Promise.all([digestOf(token), digestOf(next)]))
    const turn = { digest, next: nextDigest, now: yield* Instant.now, forgivenMs, idleMs: settings.idleMs }
    const turned = yield* store.rotate(turn)
    if (turned.kind === "unknown") return yield* over
    if (turned.kind === "stolen") {
      yield* tellTheft(turned.session)
      return yield* over
    }
    const { tenantId, userId } = turned.session
    const { user } = yield* people.byId(userId)
    const isMember = (yield* people.memberOf(userId)).some((one) => one.tenantId === tenantId)
    if (user.disabledAt !== null || !isMember) return yield* over
    return yield* tokensOf(turned.session, next)
  })

  return { begin, refresh }
})

export type Turns = Effect.Success<ReturnType<typeof makeTurns>>

/** Makes what becomes of a sign-in. */
export const makeSessions = Effect.fnUntraced(function* ({ note }: Tools, { refresh }: Turns) {
  const store = yield* SessionStore

  const endSession = Effect.fn("Identity.endSession")(function* (principal: Principal, id: SessionId) {
    const signed = yield* signedOf(principal)
    yield* store.end(signed.userId, id, yield* Instant.now)
    yield* note(signed, { action: "session.end", after: { session: id } })
  })

  return {
    refresh,
    endSession,
    logout: Effect.fn("Identity.logout")(function* (principal) {
      const { by } = yield* signedOf(principal)
      yield* Effect.catchTag(endSession(principal, by.sessionId), "NotFound", () => Effect.void)
    }),
    sessions: Effect.fn("Identity.sessions")(function* (principal) {
      const { by, userId } = yield* signedOf(principal)
      const all = yield* store.list(userId, yield* Instant.now)
      return all.map((session) => ({ ...session, isThis: session.id === by.sessionId }))
    }),
    endOthers: Effect.fn("Identity.endOthers")(function* (principal) {
      const signed = yield* signedOf(principal)
      const ended = yield* store.endAll(signed.userId, yield* Instant.now, signed.by.sessionId)
      yield* note(signed, { action: "session.end", after: { sessions: ended } })
      return ended.length
    })
  } satisfies Sessions
})
