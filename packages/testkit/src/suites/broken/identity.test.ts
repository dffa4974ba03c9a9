import { type AuditEntry, type Rotation, type SessionId } from "@wattkit/core"
import * as Effect from "effect/Effect"
import { auditStoreChecks } from "../identity/auditStoreSuite.ts"
import { membershipStoreChecks } from "../identity/membershipStoreSuite.ts"
import { oneTimeStoreChecks } from "../identity/oneTimeStoreSuite.ts"
import { sessionStoreChecks } from "../identity/sessionStoreSuite.ts"
import { signingKeyStoreChecks } from "../identity/signingKeyStoreSuite.ts"
import { userStoreChecks } from "../identity/userStoreSuite.ts"
import { describeMistakes, type Stores, type Wrong } from "./mistakes.fixture.ts"

/** Answers a rotation otherwise than it was. */
const telling =
  (tell: (told: Rotation) => Rotation) =>
  ({ sessions }: Stores): Wrong => ({
    sessions: { rotate: (turn) => Effect.map(sessions.rotate(turn), tell) }
  })

describeMistakes("the suite of session stores sees an adapter that", sessionStoreChecks, {
  "looks and writes in two steps": {
    seenBy: "of a hundred turns of one token at once one is the first; all have one session and successor",
    spoil: ({ sessions }) => {
      const seen = new Set<string>()
      return {
        sessions: {
          rotate: Effect.fnUntraced(function* (turn) {
            const isFirst = !seen.has(turn.digest)
            yield* Effect.yieldNow
            seen.add(turn.digest)
            const told = yield* sessions.rotate(turn)
            return isFirst && told.kind === "repeated" ? { ...told, kind: "rotated" } : told
          })
        }
      }
    }
  },
  "does not say when the token was turned in": {
    seenBy: "a token is turned in for the next one, and that for the one after it",
    spoil: telling((told) =>
      told.kind === "unknown"
        ? told
        : { ...told, session: { ...told.session, usedAt: told.session.createdAt } }
    )
  },
  "forgives nothing": {
    seenBy: "a spent token is forgiven for a time, and nothing changes",
    spoil: ({ sessions }) => ({
      sessions: { rotate: (turn) => sessions.rotate({ ...turn, forgivenMs: 0 }) }
    })
  },
  "forgives forever": {
    seenBy: "after that time a spent token is stolen, and the session ends",
    spoil: ({ sessions }) => ({
      sessions: { rotate: (turn) => sessions.rotate({ ...turn, forgivenMs: Number.POSITIVE_INFINITY }) }
    })
  },
  "forgives a spent token whose next one was turned in": {
    seenBy: "a spent token is stolen at once when the next one was turned in, and the session ends",
    spoil: telling((told) => (told.kind === "stolen" ? { ...told, kind: "repeated" } : told))
  },
  "tells of a theft and lets the session live": {
    seenBy: "after that time a spent token is stolen, and the session ends",
    spoil: ({ sessions }) => {
      const alive = new Set<SessionId>()
      return {
        sessions: {
          rotate: (turn) =>
            Effect.tap(sessions.rotate(turn), (told) =>
              Effect.sync(() => void (told.kind === "stolen" && alive.add(told.session.id)))
            ),
          get: (id) =>
            Effect.map(sessions.get(id), (one) => (alive.has(id) ? { ...one, endedAt: null } : one))
        }
      }
    }
  },
  "ends the sessions of others": {
    seenBy: "ends a session of the person, once, and none of another person",
    spoil: ({ sessions }) => ({
      sessions: {
        end: (_, id, at) => Effect.flatMap(sessions.get(id), ({ userId }) => sessions.end(userId, id, at))
      }
    })
  },
  "ends the one that shall stay": {
    seenBy: "ends all of a person but one, and answers those that were not over",
    spoil: ({ sessions }) => ({ sessions: { endAll: (userId, at) => sessions.endAll(userId, at) } })
  },
  "lists what has expired": {
    seenBy: "lists those of a person that are not over, the newest first, 100 at most",
    spoil: ({ sessions }) => ({
      sessions: { list: (userId, now) => sessions.list(userId, (now - 10_000) as typeof now) }
    })
  },
  "leaves out those of the instant itself": {
    seenBy: "tells which were ended since an instant, that instant included",
    spoil: ({ sessions }) => ({
      sessions: { endedSince: (since) => sessions.endedSince((since + 1) as typeof since) }
    })
  },
  "forgets more than it is told to": {
    seenBy: "forgets what was over before an instant, so many at most, with its tokens",
    spoil: ({ sessions }) => ({ sessions: { forget: (before) => sessions.forget(before, 1e6) } })
  }
})

describeMistakes("the suite of one-time secrets sees an adapter that", oneTimeStoreChecks, {
  "lets a secret be used again": {
    seenBy: "a secret is taken as it was put, once",
    spoil: ({ oneTimes }) => ({
      oneTimes: {
        take: (digest, purpose, now) =>
          Effect.tap(oneTimes.take(digest, purpose, now), (taken) =>
            taken === undefined ? Effect.void : oneTimes.put(taken)
          )
      }
    })
  },
  "asks not for the purpose": {
    seenBy: "takes nothing for another purpose, by another digest, or when it has expired, and leaves it",
    spoil: ({ oneTimes }) => ({
      oneTimes: {
        take: Effect.fnUntraced(function* (digest, _, now) {
          for (const any of ["verify_email", "reset_password", "second_factor", "invite"] as const) {
            const taken = yield* oneTimes.take(digest, any, now)
            if (taken !== undefined) return taken
          }
          return undefined
        })
      }
    })
  },
  "takes what has expired": {
    seenBy: "takes nothing for another purpose, by another digest, or when it has expired, and leaves it",
    spoil: ({ oneTimes }) => ({
      oneTimes: { take: (digest, purpose, now) => oneTimes.take(digest, purpose, (now - 1) as typeof now) }
    })
  }
})

describeMistakes("the suite of audit stores sees an adapter that", auditStoreChecks, {
  "changes what was done": {
    seenBy: "answers entries as they were added, in a chain that begins with 1",
    spoil: ({ audit }) => ({
      audit: {
        list: (tenantId, page) =>
          Effect.map(audit.list(tenantId, page), (all) => all.map((one) => ({ ...one, after: null })))
      }
    })
  },
  "makes one chain of all tenants": {
    seenBy: "the chain of each tenant is its own, also of entries that are added together",
    spoil: () => {
      let number = 0
      const entries: Array<AuditEntry> = []
      return {
        audit: {
          add: (drafts, hashOf) =>
            Effect.sync(() => {
              for (const draft of drafts) {
                const entry = { ...draft, number: ++number, previous: entries.at(-1)?.hash ?? "0".repeat(64) }
                entries.push({ ...entry, hash: hashOf(entry) })
              }
            }),
          list: (tenantId) =>
            Effect.sync(() => entries.filter((one) => one.tenantId === tenantId).toReversed())
        }
      }
    }
  },
  "adds to the end it saw a moment ago": {
    seenBy: "entries that are added at once stand in one chain without gaps, together what came together",
    spoil: () => {
      const entries: Array<AuditEntry> = []
      return {
        audit: {
          add: Effect.fnUntraced(function* (drafts, hashOf) {
            const ends = new Map(entries.map((entry) => [entry.tenantId, entry]))
            yield* Effect.yieldNow
            for (const draft of drafts) {
              const end = ends.get(draft.tenantId)
              const place = { number: (end?.number ?? 0) + 1, previous: end?.hash ?? "0".repeat(64) }
              const entry = { ...draft, ...place }
              const hashed = { ...entry, hash: hashOf(entry) }
              ends.set(draft.tenantId, hashed)
              entries.push(hashed)
            }
          }),
          list: (tenantId) =>
            Effect.sync(() => entries.filter((one) => one.tenantId === tenantId).toReversed())
        }
      }
    }
  },
  "adds one draft at a time": {
    seenBy: "adds nothing for a tenant that is not there, nor what comes with it",
    spoil: ({ audit }) => ({
      audit: {
        add: (drafts, hashOf) => Effect.forEach(drafts, (one) => audit.add([one], hashOf), { discard: true })
      }
    })
  },
  "replaces what no column can hold": {
    seenBy: "what no column can hold comes back as it is, so that its hash is right",
    spoil: ({ audit }) => ({
      audit: {
        list: (tenantId, page) =>
          Effect.map(audit.list(tenantId, page), (all) =>
            all.map((one) => ({ ...one, by: one.by.replaceAll("\0", "\ufffd").toWellFormed() }))
          )
      }
    })
  }
})

describeMistakes("the suite of user stores sees an adapter that", userStoreChecks, {
  "takes every version for the present one": {
    seenBy: "of changes of the same version one is made, however many come at once",
    spoil: ({ users }) => ({
      users: {
        replace: (known, change) =>
          Effect.flatMap(users.get(known.user.id), (present) => users.replace(present, change))
      }
    })
  },
  "finds addresses in any case": {
    seenBy: "finds nobody by another id or address, nor by a part of one",
    spoil: ({ users }) => ({
      users: { findByEmail: (email) => users.findByEmail(email.toLowerCase() as typeof email) }
    })
  },
  "leaves the sessions of who is gone": {
    seenBy: "who is removed is gone, with memberships, sessions and secrets, and the address is free",
    spoil: ({ sessions }) => ({
      sessions: {
        rotate: (turn) =>
          Effect.map(sessions.rotate(turn), (told) =>
            told.kind === "unknown" ? { kind: "rotated", session: {} as never } : told
          )
      }
    })
  }
})

describeMistakes("the suite of membership stores sees an adapter that", membershipStoreChecks, {
  "begins anew with every change": {
    seenBy:
      "a member who is put again has the role and the locations of then, and is one since the first time",
    spoil: ({ memberships }) => ({
      memberships: {
        put: ({ ...membership }) =>
          Effect.andThen(
            Effect.ignore(memberships.remove(membership.tenantId, membership.userId)),
            memberships.put(membership)
          )
      }
    })
  },
  "gives locations that are not the tenant's": {
    seenBy: "refuses a tenant, a person or a location that is not there, and another tenant's location",
    spoil: ({ memberships }) => ({
      memberships: { put: (membership) => memberships.put({ ...membership, locations: [] }) }
    })
  }
})

describeMistakes("the suite of signing keys sees an adapter that", signingKeyStoreChecks, {
  "adds whatever comes": {
    seenBy: "of many processes that begin at once one makes the key, and all are answered it",
    spoil: ({ signingKeys }) => ({
      signingKeys: { add: (key) => signingKeys.add(key, Number.MAX_SAFE_INTEGER as typeof key.createdAt) }
    })
  },
  "lists what has expired": {
    seenBy: "answers keys as they were added, the newest first, until they expire",
    spoil: ({ signingKeys }) => ({
      signingKeys: { list: (now) => signingKeys.list((now - 1) as typeof now) }
    })
  }
})
