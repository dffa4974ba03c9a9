import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Session } from "../../model/identity/Session.ts"
import { type Rotation, SessionStore } from "../../ports/identity/SessionStore.ts"
import { NotFound } from "../../ports/registryErrors.ts"
import { TenantStore } from "../../ports/TenantStore.ts"
import type { Instant } from "../../time/Instant.ts"
import { dropSession, KeptIdentity } from "./KeptIdentity.ts"

/** The most sessions of a person that are listed. */
const MOST = 100

const isOver = ({ endedAt, expiresAt }: Session, now: Instant): boolean =>
  endedAt !== null || expiresAt <= now

/** When a session was over, or will be. */
const overAt = ({ endedAt, expiresAt }: Session): number => Math.min(endedAt ?? expiresAt, expiresAt)

const rotate = (
  { sessions, tokens }: KeptIdentity,
  { digest, forgivenMs, idleMs, next, now }: Parameters<SessionStore["rotate"]>[0]
): Rotation => {
  const token = tokens.get(digest)
  const session = token && sessions.get(token.sessionId)
  if (token === undefined || session === undefined || isOver(session, now)) return { kind: "unknown" }
  if (now >= session.usedAt + idleMs) return { kind: "unknown" }
  const keep = (kind: "rotated" | "stolen", changed: Session): Rotation => {
    sessions.set(session.id, changed)
    return { kind, session: changed }
  }
  if (token.spent === undefined) {
    token.spent = { at: now, next }
    tokens.set(next, { sessionId: session.id, spent: undefined })
    return keep("rotated", { ...session, usedAt: now })
  }
  const isForgiven = now < token.spent.at + forgivenMs && tokens.get(token.spent.next)?.spent === undefined
  return isForgiven ? { kind: "repeated", session } : keep("stolen", { ...session, endedAt: now })
}

const make = Effect.gen(function* () {
  const kept = yield* KeptIdentity
  const tenants = yield* TenantStore
  const all = () => [...kept.sessions.values()]
  const endThose = (at: Instant, which: (session: Session) => boolean) => {
    const ended = all().filter((session) => !isOver(session, at) && which(session))
    for (const session of ended) kept.sessions.set(session.id, { ...session, endedAt: at })
    return ended.map(({ id }) => id)
  }
  return {
    begin: Effect.fnUntraced(function* (session: Session, digest: string) {
      yield* tenants.get(session.tenantId)
      if (!kept.users.has(session.userId)) return yield* new NotFound({ what: "user", id: session.userId })
      kept.sessions.set(session.id, session)
      kept.tokens.set(digest, { sessionId: session.id, spent: undefined })
    }),
    rotate: (turn) => Effect.sync(() => rotate(kept, turn)),
    get: (id) =>
      Effect.suspend(() => {
        const session = kept.sessions.get(id)
        return session === undefined
          ? Effect.fail(new NotFound({ what: "session", id }))
          : Effect.succeed(session)
      }),
    list: (userId, now) =>
      Effect.sync(() =>
        all()
          .filter((session) => session.userId === userId && !isOver(session, now))
          .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
          .slice(0, MOST)
      ),
    end: (userId, id, at) =>
      Effect.suspend(() => {
        if (kept.sessions.get(id)?.userId !== userId) {
          return Effect.fail(new NotFound({ what: "session", id }))
        }
        endThose(at, (session) => session.id === id)
        return Effect.void
      }),
    endAll: (userId, at, but) =>
      Effect.sync(() => endThose(at, (session) => session.userId === userId && session.id !== but)),
    endedSince: (since) =>
      Effect.sync(() =>
        all()
          .filter(({ endedAt }) => endedAt !== null && endedAt >= since)
          .map(({ id }) => id)
      ),
    forget: (before, limit) =>
      Effect.sync(() => {
        const old = all()
          .filter((session) => overAt(session) < before)
          .sort((a, b) => overAt(a) - overAt(b))
          .slice(0, limit)
        for (const { id } of old) dropSession(kept, id)
        return old.length
      })
  } satisfies SessionStore
})

/** Keeps sessions in memory, until the process ends. */
export const layer: Layer.Layer<SessionStore, never, KeptIdentity | TenantStore> = Layer.effect(
  SessionStore,
  make
)
