import { assert } from "@effect/vitest"
import {
  type DeadLetter,
  DeadLetterStore,
  DeviceId,
  FormatId,
  type Message,
  type TenantId,
  type TenantStore
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Check, register, type SuiteOptions } from "../Check.ts"
import * as Refusals from "../refusals.ts"
import { addTenant, at, freshTenant } from "../registered.ts"
import { poisonTexts } from "./texts.ts"

type Needs = DeadLetterStore | TenantStore

const influx = FormatId.make("influx")
const tasmota = FormatId.make("tasmota")

const message = (over: Partial<Message> = {}): Message => ({
  carrier: "mqtt",
  topic: "tele/kitchen/SENSOR",
  payload: Uint8Array.of(123, 125),
  receivedAt: at(7),
  isRetained: false,
  ...over
})

const letter = (tenantId: TenantId, id: string, over: Partial<DeadLetter> = {}): DeadLetter => ({
  id,
  tenantId,
  message: message(),
  reason: "unbound",
  detail: "nothing is bound to kitchen",
  format: tasmota,
  subject: "kitchen",
  deviceId: null,
  settled: null,
  ...over
})

const replayed = { at: at(9), by: "ada", as: "replayed" } as const

const idsOf = (letters: ReadonlyArray<DeadLetter>) => letters.map(({ id }) => id)

type Page = Partial<Parameters<DeadLetterStore["list"]>[1]>

const list = Effect.fnUntraced(function* (tenantId: TenantId, page: Page = {}) {
  return yield* (yield* DeadLetterStore).list(tenantId, { limit: 10_000, waiting: false, ...page })
})

/** All that is there, and a tenant to keep letters of. */
const prepared = Effect.gen(function* () {
  const { id } = yield* addTenant
  return { store: yield* DeadLetterStore, tenantId: id }
})

const seeded = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 255)

/** Bytes that go wrong where a payload is taken for text. */
const payloads: ReadonlyArray<Uint8Array> = [
  new Uint8Array(0),
  Uint8Array.of(0),
  Uint8Array.from({ length: 256 }, (_, i) => i),
  Uint8Array.of(0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0xf5),
  new TextEncoder().encode("\\x00 \\000 ' Zähler ⚡️"),
  seeded(256 * 1024)
]

const keeps: ReadonlyArray<Check<Needs>> = [
  {
    name: "answers what was added, with every byte of it",
    run: Effect.gen(function* () {
      const { store, tenantId } = yield* prepared
      const plain = payloads.map((payload, i) =>
        letter(tenantId, `p${i}`, { message: message({ payload }), reason: "malformed" })
      )
      const some = [
        letter(tenantId, "a", {
          message: message({ carrier: "http", topic: "influx/write?bucket=b", receivedAt: at(0.123) }),
          reason: "unknown_topic",
          format: null,
          subject: null
        }),
        letter(tenantId, "b", {
          message: message({ carrier: "websocket", isRetained: true, topic: "x".repeat(65_535) }),
          reason: "rejected",
          format: influx,
          subject: "power,phase=L1",
          deviceId: DeviceId.make("meter-1")
        }),
        ...plain
      ]
      assert.deepStrictEqual(yield* store.add(tenantId, some), { waiting: some.length })
      assert.deepStrictEqual(yield* list(tenantId), some)
      assert.deepStrictEqual(yield* store.get(tenantId, ["p5", "0", "a", "p5"]), [some[0]!, plain[5]!])
      assert.deepStrictEqual(yield* store.get(tenantId, []), [])
    })
  },
  {
    name: "keeps its own bytes, whatever becomes of those it was given",
    run: Effect.gen(function* () {
      const { store, tenantId } = yield* prepared
      const buffer = Uint8Array.of(9, 1, 2, 3, 9)
      yield* store.add(tenantId, [
        letter(tenantId, "a", { message: message({ payload: buffer.subarray(1, 4) }) })
      ])
      buffer.fill(0)
      const [kept] = yield* list(tenantId)
      assert.deepStrictEqual(kept?.message.payload, Uint8Array.of(1, 2, 3))
    })
  },
  {
    name: "what comes again changes nothing, also beside new ones and twice in one list",
    run: Effect.gen(function* () {
      const { store, tenantId } = yield* prepared
      const first = letter(tenantId, "1")
      const again = { ...first, detail: "other", message: message({ payload: seeded(9) }) }
      assert.deepStrictEqual(yield* store.add(tenantId, [first]), { waiting: 1 })
      const some = [again, letter(tenantId, "2"), again, letter(tenantId, "2")]
      assert.deepStrictEqual(yield* store.add(tenantId, some), { waiting: 2 })
      assert.deepStrictEqual(yield* store.add(tenantId, []), { waiting: 2 })
      assert.deepStrictEqual(yield* list(tenantId), [first, letter(tenantId, "2")])
    })
  },
  {
    name: "adds an id once, however many try at once",
    run: Effect.gen(function* () {
      const { store, tenantId } = yield* prepared
      const all = ["a", "b", "c", "d"].map((id) => letter(tenantId, id))
      const tries = Array.from({ length: 12 }, (_, i) =>
        store.add(tenantId, i % 2 === 0 ? all : all.toReversed())
      )
      const told = yield* Effect.all(tries, { concurrency: "unbounded" })
      assert.deepStrictEqual(yield* list(tenantId, { waiting: true }), all)
      assert.strictEqual(Math.max(...told.map(({ waiting }) => waiting)), 4)
    })
  },
  {
    name: "keeps each tenant's apart, and none of a tenant there is not",
    run: Effect.gen(function* () {
      const { store, tenantId: mine } = yield* prepared
      const { tenantId: theirs } = yield* prepared
      for (const [i, tenantId] of [mine, theirs].entries()) {
        const told = yield* store.add(tenantId, [letter(tenantId, "1", { detail: `${i}` })])
        assert.deepStrictEqual(told, { waiting: 1 })
      }
      yield* store.settle(mine, ["1"], replayed)
      assert.deepStrictEqual(yield* list(theirs), [letter(theirs, "1", { detail: "1" })])
      assert.deepStrictEqual((yield* store.get(mine, ["1"]))[0]?.settled, replayed)
      assert.strictEqual((yield* store.waiting(mine)).count, 0)
      assert.strictEqual((yield* store.waiting(theirs)).count, 1)
      const stranger = freshTenant().id
      assert.deepStrictEqual(yield* store.add(stranger, [letter(stranger, "1")]), { waiting: 0 })
      assert.deepStrictEqual(yield* list(stranger), [])
      assert.deepStrictEqual(yield* store.waiting(stranger), { count: 0, bytes: 0 })
    })
  },
  {
    name: "texts no column can hold are told apart, and come back as they are",
    run: Effect.gen(function* () {
      const { store, tenantId } = yield* prepared
      const some = poisonTexts.map((text, i) =>
        letter(tenantId, String.fromCharCode(97 + i), {
          message: message({ topic: text }),
          subject: text,
          detail: text
        })
      )
      yield* store.add(tenantId, some)
      assert.deepStrictEqual(yield* list(tenantId), some)
      for (const [i, subject] of poisonTexts.entries()) {
        assert.deepStrictEqual(yield* list(tenantId, { subject }), [some[i]!])
        yield* store.settle(tenantId, [some[i]!.id], { ...replayed, by: subject })
      }
      assert.deepStrictEqual(
        (yield* list(tenantId)).map(({ settled }) => settled?.by),
        [...poisonTexts]
      )
      for (const text of poisonTexts) {
        assert.deepStrictEqual(yield* store.get(tenantId, [`${text}!`]), [])
        yield* list(tenantId, { after: text })
        yield* store.settle(tenantId, [`${text}!`], replayed)
      }
    })
  }
]

const lists: ReadonlyArray<Check<Needs>> = [
  {
    name: "lists in the order of ids, page by page",
    run: Effect.gen(function* () {
      const { store, tenantId } = yield* prepared
      const ids = Refusals.orderedSuffixes
      yield* store.add(
        tenantId,
        ids.toReversed().map((id) => letter(tenantId, id))
      )
      const listed = (page: Page) => Effect.map(list(tenantId, { waiting: true, ...page }), idsOf)
      assert.deepStrictEqual(yield* listed({}), ids)
      assert.deepStrictEqual(yield* listed({ limit: 5, after: ids[4] }), ids.slice(5, 10))
      assert.deepStrictEqual(yield* listed({ limit: 5, after: ids.at(-1) }), [])
      assert.deepStrictEqual(idsOf(yield* store.get(tenantId, ids.toReversed())), ids)
    })
  },
  {
    name: "lists those that wait, of one format, subject and reason",
    run: Effect.gen(function* () {
      const { store, tenantId } = yield* prepared
      yield* store.add(tenantId, [
        letter(tenantId, "1"),
        letter(tenantId, "2", { format: influx }),
        letter(tenantId, "3", { subject: "cellar" }),
        letter(tenantId, "4", { reason: "malformed" }),
        letter(tenantId, "5", { reason: "unknown_topic", format: null, subject: null }),
        letter(tenantId, "6")
      ])
      yield* store.settle(tenantId, ["1"], replayed)
      const listed = (page: Page) => Effect.map(list(tenantId, page), idsOf)
      assert.deepStrictEqual(yield* listed({ waiting: true }), ["2", "3", "4", "5", "6"])
      assert.deepStrictEqual(yield* listed({ format: tasmota }), ["1", "3", "4", "6"])
      assert.deepStrictEqual(yield* listed({ subject: "kitchen" }), ["1", "2", "4", "6"])
      assert.deepStrictEqual(yield* listed({ reason: "unbound" }), ["1", "2", "3", "6"])
      const kitchen = { format: tasmota, subject: "kitchen", reason: "unbound", waiting: true } as const
      assert.deepStrictEqual(yield* listed(kitchen), ["6"])
      assert.deepStrictEqual(yield* listed({ ...kitchen, after: "6" }), [])
      assert.deepStrictEqual(yield* listed({ subject: "Kitchen" }), [])
    })
  }
]

const ends: ReadonlyArray<Check<Needs>> = [
  {
    name: "what is settled says how, stays as it is, and waits no longer",
    run: Effect.gen(function* () {
      const { store, tenantId } = yield* prepared
      const some = ["1", "2", "3", "4"].map((id) => letter(tenantId, id))
      yield* store.add(tenantId, some)
      yield* store.settle(tenantId, ["2", "1", "none", "2"], replayed)
      const dropped = { at: at(10), by: "o'Brien ⚡️", as: "dropped" } as const
      yield* store.settle(tenantId, ["1", "3"], dropped)
      yield* store.settle(tenantId, [], replayed)
      assert.deepStrictEqual(yield* store.add(tenantId, some), { waiting: 1 })
      const expected = [replayed, replayed, dropped, null]
      assert.deepStrictEqual(
        yield* list(tenantId),
        some.map((one, i) => ({ ...one, settled: expected[i]! }))
      )
    })
  },
  {
    name: "settled at once: one of them, whole",
    run: Effect.gen(function* () {
      const { store, tenantId } = yield* prepared
      const ids = Array.from({ length: 20 }, (_, i) => String.fromCharCode(97 + i))
      yield* store.add(
        tenantId,
        ids.map((id) => letter(tenantId, id))
      )
      const tries = Array.from({ length: 10 }, (_, i) =>
        store.settle(tenantId, i % 2 === 0 ? ids : ids.toReversed(), {
          at: at(i),
          by: `${i}`,
          as: i % 2 === 0 ? "replayed" : "dropped"
        })
      )
      yield* Effect.all(tries, { concurrency: "unbounded" })
      for (const { settled } of yield* store.get(tenantId, ids)) {
        const by = Number(settled?.by)
        assert.deepStrictEqual(settled, {
          at: at(by),
          by: `${by}`,
          as: by % 2 === 0 ? "replayed" : "dropped"
        })
      }
    })
  },
  {
    name: "counts what waits, and the bytes of its payloads and topics",
    run: Effect.gen(function* () {
      const { store, tenantId } = yield* prepared
      const of = (id: string, topic: string, bytes: number) =>
        letter(tenantId, id, { message: message({ topic, payload: seeded(bytes) }) })
      yield* store.add(tenantId, [of("1", "a/b", 100), of("2", "ä⚡", 0), of("3", "", 100_000)])
      yield* store.add(tenantId, [of("1", "longer", 5000)])
      assert.deepStrictEqual(yield* store.waiting(tenantId), { count: 3, bytes: 103 + 5 + 100_000 })
      yield* store.settle(tenantId, ["3", "none"], replayed)
      assert.deepStrictEqual(yield* store.waiting(tenantId), { count: 2, bytes: 108 })
      assert.deepStrictEqual(yield* store.add(tenantId, []), { waiting: 2 })
    })
  },
  {
    name: "counts what waits of one device apart",
    run: Effect.gen(function* () {
      const { store, tenantId } = yield* prepared
      const [deviceId, other] = [DeviceId.make("noisy"), DeviceId.make("other")]
      const sent = (id: string, by: DeviceId | null) => letter(tenantId, id, { deviceId: by })
      yield* store.add(tenantId, [
        sent("1", deviceId),
        sent("2", deviceId),
        sent("3", other),
        sent("4", null)
      ])
      yield* store.settle(tenantId, ["2"], replayed)
      const bytes = message().payload.length + message().topic.length
      assert.deepStrictEqual(yield* store.waiting(tenantId, deviceId), { count: 1, bytes })
      assert.deepStrictEqual(yield* store.waiting(tenantId), { count: 3, bytes: 3 * bytes })
      const nobody = yield* store.waiting(tenantId, DeviceId.make("silent"))
      assert.deepStrictEqual(nobody, { count: 0, bytes: 0 })
    })
  },
  {
    name: "gives up what came before an instant, settled or not, so many at most",
    run: Effect.gen(function* () {
      const { store, tenantId } = yield* prepared
      const { tenantId: theirs } = yield* prepared
      // Long before the letters of the other checks, which share the store.
      const early = -1_000_000
      const of = (owner: TenantId, id: string, seconds: number) =>
        letter(owner, id, { message: message({ receivedAt: at(early + seconds) }) })
      yield* store.add(
        tenantId,
        ["1", "2", "3", "4"].map((id) => of(tenantId, id, Number(id)))
      )
      yield* store.add(theirs, [of(theirs, "1", 1)])
      yield* store.settle(tenantId, ["2"], replayed)
      assert.strictEqual(yield* store.forget(at(early), 9), 0)
      assert.strictEqual(yield* store.forget(at(early + 3), 2), 2)
      assert.strictEqual(yield* store.forget(at(early + 3), 2), 1)
      assert.strictEqual(yield* store.forget(at(early + 3), 2), 0)
      assert.deepStrictEqual(idsOf(yield* list(tenantId)), ["3", "4"])
      assert.deepStrictEqual(yield* list(theirs), [])
      assert.strictEqual((yield* store.waiting(tenantId)).count, 2)
    })
  }
]

/** Everything a `DeadLetterStore` promises, one check for each promise. */
export const deadLetterStoreChecks: ReadonlyArray<Check<Needs>> = [...keeps, ...lists, ...ends]

/** Registers the tests every `DeadLetterStore` has to pass, over a layer that also carries the tenants. */
export const deadLetterStoreSuite = <E>(
  name: string,
  layer: Layer.Layer<Needs, E>,
  options: SuiteOptions = {}
): void => register(`${name}: DeadLetterStore`, layer, deadLetterStoreChecks, options)
