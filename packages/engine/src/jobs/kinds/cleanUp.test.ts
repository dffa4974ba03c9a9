import { assert, describe, it } from "@effect/vitest"
import {
  Email,
  IdempotencyStore,
  Instant,
  type Job,
  Memory,
  MembershipStore,
  noSecrets,
  NotificationId,
  NotificationStore,
  TenantId,
  TenantStore,
  UserId,
  UserStore
} from "@wattkit/core"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { Audit } from "../../audit/Audit.ts"
import { now, tenantId } from "../../house.fixture.ts"
import { Erasures } from "../../personal/Erasures.ts"
import { makeCleanUp } from "./cleanUp.ts"

const layer = Erasures.layer.pipe(Layer.provideMerge(Audit.layer), Layer.provideMerge(Memory.layer))

const DAY = 86_400_000
const daysAgo = (days: number) => Instant.plus(now, -days * DAY)

/** Somebody who registered so many days ago and is a member of a tenant. */
const register = Effect.fnUntraced(function* (
  name: string,
  days: number,
  where: string,
  isConfirmed = false
) {
  const id = UserId.make(name)
  const createdAt = daysAgo(days)
  const dates = { createdAt, verifiedAt: isConfirmed ? createdAt : null, disabledAt: null, eraseAt: null }
  const email = Email.make(`${name}@example.org`)
  yield* UserStore.use((store) =>
    store.add({ id, email, name, ...dates }, { ...noSecrets, passwordHash: "x" })
  )
  const member = { tenantId: TenantId.make(where), userId: id, role: "admin", locations: [] } as const
  yield* MembershipStore.use((store) => store.put({ ...member, createdAt, disabledAt: null }))
  return id
})

const isThere = (id: UserId) => UserStore.use((store) => Effect.isSuccess(store.get(id)))

const tools = {
  job: { payload: null } as Job,
  progress: () => Effect.void,
  keepPart: () => Effect.void
}

describe("the clean-up", () => {
  it.effect("gives up what is older than it is kept, and nothing else", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      const tenants = yield* TenantStore
      for (const id of [tenantId, TenantId.make("t2"), TenantId.make("t3")]) {
        yield* tenants.add({ id, name: id, createdAt: now })
      }
      const ada = yield* register("ada", 100, "t1", true)
      const stranger = yield* register("stranger", 8, "t2")
      const recent = yield* register("recent", 6, "t3")
      const invited = yield* register("invited", 8, "t1")

      const requests = yield* IdempotencyStore
      for (const [id, at] of [
        ["old", daysAgo(1.1)],
        ["new", daysAgo(0.9)]
      ] as const) {
        yield* requests.begin(tenantId, { id, fingerprint: id, at })
      }
      const notifications = yield* NotificationStore
      for (const days of [91, 89]) {
        yield* notifications.add({
          id: NotificationId.make(`note_${days}`),
          tenantId,
          userId: ada,
          kind: "new_sign_in",
          title: "",
          text: "",
          data: {},
          createdAt: daysAgo(days),
          readAt: null
        })
      }
      const handler = yield* makeCleanUp
      const done = yield* handler.run(tools)
      assert.deepStrictEqual(done, { requests: 1, files: 0, jobs: 0, notifications: 1, registrations: 1 })
      assert.isFalse(yield* isThere(stranger))
      for (const id of [ada, recent, invited]) assert.isTrue(yield* isThere(id), id)
      const left = yield* notifications.list(tenantId, ada, { limit: 9 })
      assert.deepStrictEqual(
        left.map(({ id }) => id),
        ["note_89"]
      )
      assert.deepStrictEqual(yield* handler.run(tools), {
        requests: 0,
        files: 0,
        jobs: 0,
        notifications: 0,
        registrations: 0
      })
    }).pipe(Effect.provide(layer))
  )
})
