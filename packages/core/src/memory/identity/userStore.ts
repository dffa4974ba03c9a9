import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { User } from "../../model/identity/User.ts"
import type { UserId } from "../../model/ids.ts"
import { UserStore } from "../../ports/identity/UserStore.ts"
import * as Page from "../../ports/Page.ts"
import { AlreadyExists, NotFound } from "../../ports/registryErrors.ts"
import { dropSession, KeptIdentity } from "./KeptIdentity.ts"

/** Takes out what goes with a person. */
const dropOwn = (kept: KeptIdentity, id: UserId): void => {
  for (const members of kept.memberships.values()) members.delete(id)
  for (const session of kept.sessions.values()) if (session.userId === id) dropSession(kept, session.id)
  for (const key of kept.keys.values()) if (key.userId === id) kept.keys.delete(key.id)
  const others = kept.consents.filter(({ userId }) => userId !== id)
  kept.consents.splice(0, kept.consents.length, ...others)
  for (const [digest, { userId }] of kept.oneTimes) if (userId === id) kept.oneTimes.delete(digest)
  for (const [jobId, { job }] of kept.jobs) if (job.userId === id) kept.jobs.delete(jobId)
  for (const { id: one, userId } of kept.notifications.values()) {
    if (userId === id) kept.notifications.delete(one)
  }
  kept.notificationPreferences.delete(id)
}

const make = Effect.map(KeptIdentity, (kept): UserStore => {
  const missing = (id: string) => Effect.fail(new NotFound({ what: "user", id }))
  const taken = (id: string) => Effect.fail(new AlreadyExists({ what: "user", id }))
  const owner = (email: string) => [...kept.users.values()].find(({ user }) => user.email === email)
  const found = (id: UserId) =>
    Effect.suspend(() => {
      const known = kept.users.get(id)
      return known === undefined ? missing(id) : Effect.succeed(known)
    })
  return {
    add: (user, secrets) =>
      Effect.suspend(() => {
        if (kept.users.has(user.id) || owner(user.email) !== undefined) return taken(user.id)
        kept.users.set(user.id, { user, secrets, version: 1 })
        return Effect.void
      }),
    get: found,
    findByEmail: (email) =>
      Effect.suspend(() => {
        const known = owner(email)
        return known === undefined ? missing(email) : Effect.succeed(known)
      }),
    replace: Effect.fnUntraced(function* (known, change) {
      const id = known.user.id
      if ((yield* found(id)).version !== known.version) return false
      const user: User = { ...known.user, ...change.user, id }
      if ((owner(user.email)?.user.id ?? id) !== id) return yield* taken(id)
      const secrets = { ...known.secrets, ...change.secrets }
      kept.users.set(id, { user, secrets, version: known.version + 1 })
      return true
    }),
    list: (tenantId, page) =>
      Effect.sync(() =>
        Page.take(
          [...(kept.memberships.get(tenantId)?.keys() ?? [])].flatMap((id) => kept.users.get(id)?.user ?? []),
          page
        )
      ),
    dueForErasure: (now, limit) =>
      Effect.sync(() =>
        [...kept.users.values()]
          .flatMap(({ user }) =>
            user.eraseAt !== null && user.eraseAt <= now ? [{ ...user, at: user.eraseAt }] : []
          )
          .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
          .slice(0, limit)
          .map(({ at: _, ...user }) => user)
      ),
    unconfirmed: (before, page) =>
      Effect.sync(() =>
        Page.take(
          [...kept.users.values()].flatMap(({ secrets, user }) =>
            secrets.passwordHash !== null && user.verifiedAt === null && user.createdAt < before ? [user] : []
          ),
          page
        )
      ),
    remove: Effect.fnUntraced(function* (id) {
      yield* found(id)
      kept.users.delete(id)
      dropOwn(kept, id)
    })
  }
})

/** Keeps persons in memory, until the process ends. */
export const layer: Layer.Layer<UserStore, never, KeptIdentity> = Layer.effect(UserStore, make)
