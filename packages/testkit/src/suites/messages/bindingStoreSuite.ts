import { assert } from "@effect/vitest"
import {
  type Binding,
  BindingStore,
  type DeviceId,
  type DeviceStore,
  FormatId,
  type LocationStore,
  type TenantId,
  type TenantStore
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Check, register, type SuiteOptions } from "../Check.ts"
import { channel } from "../readings/support.ts"
import * as Refusals from "../refusals.ts"
import { addDevices, at, freshDeviceId, freshTenant } from "../registered.ts"
import { orderedTexts, poisonTexts } from "./texts.ts"

type Needs = BindingStore | DeviceStore | LocationStore | TenantStore

const tasmota = FormatId.make("tasmota")
const victron = FormatId.make("victron")

const bound = (
  tenantId: TenantId,
  deviceId: DeviceId,
  subject: string,
  over: Partial<Binding> = {}
): Binding => ({
  tenantId,
  format: tasmota,
  subject,
  deviceId,
  channel: channel("main"),
  fields: {},
  createdAt: at(3),
  ...over
})

const setAll = Effect.fnUntraced(function* (bindings: ReadonlyArray<Binding>) {
  const store = yield* BindingStore
  for (const binding of bindings) yield* store.set(binding)
})

const all = Effect.fnUntraced(function* (tenantId: TenantId) {
  return yield* (yield* BindingStore).list(tenantId, { limit: 10_000 })
})

const subjectsOf = (bindings: ReadonlyArray<Binding>) => bindings.map(({ subject }) => subject)

const oneDevice = Effect.map(addDevices(1), ({ deviceIds, tenantId }) => ({
  tenantId,
  deviceId: deviceIds[0]!
}))

const keeps: ReadonlyArray<Check<Needs>> = [
  {
    name: "answers what was bound, to the last digit",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      const store = yield* BindingStore
      const binding = bound(tenantId, deviceId, "kitchen", {
        channel: channel("L1"),
        createdAt: at(0.123),
        fields: {
          "ENERGY.Power": { quantity: "powerW", scale: 1 / 3 },
          constructor: { quantity: "ignored" as const, scale: 5e-324 },
          "Zähler ⚡️": { quantity: "importWh", scale: -1.7976931348623157e308 }
        }
      })
      yield* store.set(binding)
      assert.deepStrictEqual(yield* all(tenantId), [binding])
      assert.deepStrictEqual(yield* store.get(tenantId, [binding]), [binding])
    })
  },
  {
    name: "binds a subject to one device: the last in the place of the one before",
    run: Effect.gen(function* () {
      const { deviceIds, tenantId } = yield* addDevices(2)
      const [a, b] = [deviceIds[0]!, deviceIds[1]!]
      const last = bound(tenantId, b, "s", {
        channel: channel("L2"),
        createdAt: at(9),
        fields: { p: { quantity: "powerW", scale: 1000 } }
      })
      const beside = bound(tenantId, a, "s", { format: victron })
      yield* setAll([bound(tenantId, a, "s"), beside, last])
      assert.deepStrictEqual(yield* all(tenantId), [last, beside])
    })
  },
  {
    name: "binds nothing to a device the tenant does not have, and leaves what was bound",
    run: Effect.gen(function* () {
      const mine = yield* oneDevice
      const theirs = yield* oneDevice
      const store = yield* BindingStore
      const binding = bound(mine.tenantId, mine.deviceId, "s")
      yield* store.set(binding)
      for (const id of [theirs.deviceId, freshDeviceId()]) {
        yield* Refusals.assertMissing("device", id, store.set({ ...binding, deviceId: id }))
      }
      const stranger = freshTenant().id
      yield* Refusals.assertMissing("device", mine.deviceId, store.set({ ...binding, tenantId: stranger }))
      assert.deepStrictEqual(yield* all(mine.tenantId), [binding])
      assert.deepStrictEqual(yield* all(stranger), [])
    })
  },
  {
    name: "unbinds a subject, and says whether it was bound",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      const store = yield* BindingStore
      const stays = [bound(tenantId, deviceId, "s", { format: victron }), bound(tenantId, deviceId, "S")]
      yield* setAll([bound(tenantId, deviceId, "s"), ...stays])
      const key = { format: tasmota, subject: "s" }
      assert.isTrue(yield* store.remove(tenantId, key))
      assert.isFalse(yield* store.remove(tenantId, key))
      assert.deepStrictEqual(yield* all(tenantId), [stays[1]!, stays[0]!])
      yield* store.set(bound(tenantId, deviceId, "s"))
      assert.strictEqual((yield* all(tenantId)).length, 3)
    })
  },
  {
    name: "keeps each tenant's apart",
    run: Effect.gen(function* () {
      const mine = yield* oneDevice
      const theirs = yield* oneDevice
      const store = yield* BindingStore
      const bindings = [mine, theirs].map(({ deviceId, tenantId }) => bound(tenantId, deviceId, "s"))
      yield* setAll(bindings)
      for (const [i, { tenantId }] of [mine, theirs].entries()) {
        assert.deepStrictEqual(yield* all(tenantId), [bindings[i]!])
        assert.deepStrictEqual(yield* store.get(tenantId, bindings), [bindings[i]!])
      }
      assert.isTrue(yield* store.remove(mine.tenantId, bindings[0]!))
      assert.deepStrictEqual(yield* all(theirs.tenantId), [bindings[1]!])
      const ofTheirs = yield* store.list(mine.tenantId, { limit: 9, deviceId: theirs.deviceId })
      assert.deepStrictEqual(ofTheirs, [])
    })
  }
]

const lists: ReadonlyArray<Check<Needs>> = [
  {
    name: "lists by format and subject as their code points are, page by page",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      const store = yield* BindingStore
      const bindings = [tasmota, victron].flatMap((format) =>
        orderedTexts.map((subject) => bound(tenantId, deviceId, subject, { format }))
      )
      yield* setAll(bindings.toReversed())
      assert.deepStrictEqual(yield* all(tenantId), bindings)
      assert.deepStrictEqual(yield* store.get(tenantId, bindings.toReversed()), bindings)
      const paged: Array<Binding> = []
      for (let page = yield* store.list(tenantId, { limit: 4 }); page.length > 0;) {
        paged.push(...page)
        page = yield* store.list(tenantId, { limit: 4, after: page.at(-1)! })
      }
      assert.deepStrictEqual(paged, bindings)
      const after = { format: tasmota, subject: "a c" }
      assert.deepStrictEqual(subjectsOf(yield* store.list(tenantId, { limit: 1, after })), ["a,tag=x"])
    })
  },
  {
    name: "lists those of one device",
    run: Effect.gen(function* () {
      const { deviceIds, tenantId } = yield* addDevices(2)
      const store = yield* BindingStore
      yield* setAll(["a", "b", "c", "d"].map((one, i) => bound(tenantId, deviceIds[i % 2]!, one)))
      const list = (deviceId: DeviceId, subject?: string) =>
        Effect.map(
          store.list(tenantId, {
            limit: 9,
            deviceId,
            after: subject === undefined ? undefined : { format: tasmota, subject }
          }),
          subjectsOf
        )
      assert.deepStrictEqual(yield* list(deviceIds[0]!), ["a", "c"])
      assert.deepStrictEqual(yield* list(deviceIds[1]!), ["b", "d"])
      assert.deepStrictEqual(yield* list(deviceIds[1]!, "b"), ["d"])
      assert.deepStrictEqual(yield* list(freshDeviceId()), [])
    })
  },
  {
    name: "gets those of the keys that are bound, each once",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      const store = yield* BindingStore
      const bindings = ["a", "b"].map((subject) => bound(tenantId, deviceId, subject))
      yield* setAll(bindings)
      const key = (format: FormatId, subject: string) => ({ format, subject })
      const keys = [
        key(tasmota, "b"),
        key(victron, "a"),
        key(tasmota, "a"),
        key(tasmota, "b"),
        key(tasmota, "none"),
        key(tasmota, "x".repeat(100_000))
      ]
      assert.deepStrictEqual(yield* store.get(tenantId, keys), bindings)
      assert.deepStrictEqual(yield* store.get(tenantId, []), [])
      const many = Array.from({ length: 2000 }, (_, i) => key(tasmota, `${i}`))
      assert.deepStrictEqual(yield* store.get(tenantId, [...many, key(tasmota, "a")]), [bindings[0]!])
    })
  }
]

const hardships: ReadonlyArray<Check<Needs>> = [
  {
    name: "subjects no column can hold are told apart, and come back as they are",
    run: Effect.gen(function* () {
      const { deviceIds, tenantId } = yield* addDevices(poisonTexts.length)
      const store = yield* BindingStore
      const bindings = poisonTexts.map((text, i) =>
        bound(tenantId, deviceIds[i]!, text, { fields: { [text]: { quantity: "powerW", scale: i + 1 } } })
      )
      yield* setAll(bindings)
      assert.strictEqual((yield* all(tenantId)).length, poisonTexts.length)
      for (const binding of bindings) {
        assert.deepStrictEqual(yield* store.get(tenantId, [binding]), [binding])
        const following = yield* store.list(tenantId, { limit: 9999, after: binding })
        assert.notInclude(subjectsOf(following), binding.subject)
      }
      for (const binding of bindings) assert.isTrue(yield* store.remove(tenantId, binding))
    })
  },
  {
    name: "the longest subjects are kept whole",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      const bindings = ["x".repeat(256), "\0".repeat(256), "⚡".repeat(256)].map((subject) =>
        bound(tenantId, deviceId, subject)
      )
      yield* setAll(bindings)
      assert.sameDeepMembers([...(yield* all(tenantId))], bindings)
    })
  },
  {
    name: "bound at once: one of them, whole",
    run: Effect.gen(function* () {
      const { deviceIds, tenantId } = yield* addDevices(8)
      const store = yield* BindingStore
      const tries = deviceIds.flatMap((deviceId, i) =>
        ["a", "b", "c"].map((subject) =>
          store.set(
            bound(tenantId, deviceId, subject, {
              createdAt: at(i),
              fields: { p: { quantity: "powerW", scale: i + 1 } }
            })
          )
        )
      )
      yield* Effect.all(tries, { concurrency: "unbounded" })
      const kept = yield* all(tenantId)
      assert.deepStrictEqual(subjectsOf(kept), ["a", "b", "c"])
      for (const { createdAt, deviceId, fields } of kept) {
        const i = deviceIds.indexOf(deviceId)
        assert.deepStrictEqual([createdAt, fields["p"]?.scale], [at(i), i + 1])
      }
    })
  }
]

/** Everything a `BindingStore` promises, one check for each promise. */
export const bindingStoreChecks: ReadonlyArray<Check<Needs>> = [...keeps, ...lists, ...hardships]

/** Registers the tests every `BindingStore` has to pass, over a layer that also carries the registry. */
export const bindingStoreSuite = <E>(
  name: string,
  layer: Layer.Layer<Needs, E>,
  options: SuiteOptions = {}
): void => register(`${name}: BindingStore`, layer, bindingStoreChecks, options)
