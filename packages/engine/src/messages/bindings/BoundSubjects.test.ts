import { assert, describe, it } from "@effect/vitest"
import {
  type Binding,
  type BindingKey,
  type BindingStore,
  ChannelName,
  DeviceId,
  FormatId,
  type Instant,
  StorageError,
  TenantId
} from "@wattkit/core"
import { Deferred, Effect, Fiber } from "effect"
import { BoundSubjects } from "./BoundSubjects.ts"

const tenantId = TenantId.make("one")
const format = FormatId.make("tasmota")

const bindingOf = ({ format, subject }: BindingKey): Binding => ({
  tenantId,
  format,
  subject,
  deviceId: DeviceId.make(`of-${subject}`),
  channel: ChannelName.make("main"),
  fields: {},
  createdAt: 0 as Instant.Instant
})

/** A store that answers a question when the test says so. */
const slowStore = () => {
  const asked: Array<{
    readonly keys: ReadonlyArray<BindingKey>
    readonly answer: Deferred.Deferred<void, StorageError>
  }> = []
  const store: BindingStore = {
    get: (_, keys) =>
      Effect.suspend(() => {
        const answer = Deferred.makeUnsafe<void, StorageError>()
        asked.push({ keys, answer })
        return Effect.as(Deferred.await(answer), keys.map(bindingOf))
      }),
    list: () => Effect.succeed([]),
    set: () => Effect.void,
    remove: () => Effect.succeed(true)
  }
  return { asked, store }
}

describe("BoundSubjects", () => {
  it.effect("asks once for a subject, and those who ask meanwhile go on in their order", () =>
    Effect.gen(function* () {
      const { asked, store } = slowStore()
      const bound = new BoundSubjects(store)
      const order: Array<number> = []
      const find = (n: number, ...subjects: ReadonlyArray<string>) =>
        Effect.map(bound.find(tenantId, format, subjects), (found) => {
          order.push(n)
          return [...found.keys()]
        })
      const first = yield* Effect.forkChild(find(1, "a"), { startImmediately: true })
      const second = yield* Effect.forkChild(find(2, "a"), { startImmediately: true })
      const third = yield* Effect.forkChild(find(3, "b", "a"), { startImmediately: true })
      assert.lengthOf(asked, 1)
      yield* Deferred.succeed(asked[0]!.answer, undefined)
      assert.deepStrictEqual([yield* Fiber.join(first), yield* Fiber.join(second)], [["a"], ["a"]])
      yield* Effect.yieldNow
      assert.deepStrictEqual(asked[1]?.keys, [{ format, subject: "b" }])
      yield* Deferred.succeed(asked[1]!.answer, undefined)
      assert.sameMembers(yield* Fiber.join(third), ["a", "b"])
      assert.deepStrictEqual(order, [1, 2, 3])
    })
  )

  it.effect("lets the next one ask when the store fails", () =>
    Effect.gen(function* () {
      const { asked, store } = slowStore()
      const bound = new BoundSubjects(store)
      const find = bound.find(tenantId, format, ["a"])
      const first = yield* Effect.forkChild(Effect.flip(find), { startImmediately: true })
      const second = yield* Effect.forkChild(bound.find(tenantId, format, ["a"]), { startImmediately: true })
      yield* Deferred.fail(asked[0]!.answer, new StorageError({ reason: "unavailable", message: "away" }))
      assert.strictEqual((yield* Fiber.join(first))._tag, "StorageError")
      yield* Effect.yieldNow
      yield* Deferred.succeed(asked[1]!.answer, undefined)
      assert.deepStrictEqual([...(yield* Fiber.join(second)).keys()], ["a"])
    })
  )
})
