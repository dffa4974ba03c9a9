import { assert } from "@effect/vitest"
import {
  type AuditDraft,
  auditHash,
  AuditStore,
  type TenantId,
  type TenantStore,
  verifyChain
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Check, register, type SuiteOptions } from "../Check.ts"
import { poisonTexts } from "../messages/texts.ts"
import { addTenant, at } from "../registered.ts"

type Needs = AuditStore | TenantStore
type AuditCheck = Check<Needs>

const draft = (tenantId: TenantId, over: Partial<AuditDraft> = {}): AuditDraft => ({
  tenantId,
  at: at(1),
  by: "user user_1",
  action: "location.update",
  subject: "location house",
  before: { name: "House" },
  after: { name: "Garden house" },
  ...over
})

/** All entries of a tenant in the order they were added, after their chain was found right. */
const chainOf = Effect.fnUntraced(function* (tenantId: TenantId) {
  const newestFirst = yield* (yield* AuditStore).list(tenantId, { limit: 10_000 })
  const chain = newestFirst.toReversed()
  assert.isUndefined(verifyChain(chain))
  return chain
})

const numbered = (drafts: ReadonlyArray<AuditDraft>) => drafts.map((one, i) => ({ ...one, number: i + 1 }))

const withoutHashes = (entries: Effect.Success<ReturnType<typeof chainOf>>) =>
  entries.map(({ hash: _hash, previous: _previous, ...entry }) => entry)

const chains: ReadonlyArray<AuditCheck> = [
  {
    name: "answers entries as they were added, in a chain that begins with 1",
    run: Effect.gen(function* () {
      const store = yield* AuditStore
      const { id } = yield* addTenant
      assert.deepStrictEqual(yield* chainOf(id), [])
      yield* store.add([], auditHash)
      const drafts = [
        draft(id, { at: at(5.001) }),
        draft(id, { at: at(2), by: "server", before: null, after: null }),
        draft(id, { before: "text", after: [1, { z: 0.1, a: [null, true, -1e-7] }], subject: "" }),
        draft(id, { before: 0, after: false })
      ]
      yield* store.add(drafts.slice(0, 1), auditHash)
      yield* store.add(drafts.slice(1), auditHash)
      assert.deepStrictEqual(withoutHashes(yield* chainOf(id)), numbered(drafts))
    })
  },
  {
    name: "the chain of each tenant is its own, also of entries that are added together",
    run: Effect.gen(function* () {
      const store = yield* AuditStore
      const [one, other] = [(yield* addTenant).id, (yield* addTenant).id]
      yield* store.add(
        [one, other, one, other, other].map((id) => draft(id)),
        auditHash
      )
      yield* store.add([draft(other), draft(one)], auditHash)
      const first = yield* chainOf(one)
      assert.deepStrictEqual([first.length, (yield* chainOf(other)).length], [3, 4])
      for (const { tenantId } of first) assert.strictEqual(tenantId, one)
      assert.deepStrictEqual(yield* chainOf((yield* addTenant).id), [])
    })
  },
  {
    name: "entries that are added at once stand in one chain without gaps, together what came together",
    run: Effect.gen(function* () {
      const store = yield* AuditStore
      const tenants = [(yield* addTenant).id, (yield* addTenant).id]
      const batches = Array.from({ length: 50 }, (_, i) =>
        // Half of them name the tenants the other way round.
        (i % 2 === 0 ? tenants : tenants.toReversed()).flatMap((id) =>
          [0, 1].map((part) => draft(id, { subject: `batch ${i}`, after: part }))
        )
      )
      yield* Effect.forEach(batches, (drafts) => store.add(drafts, auditHash), {
        concurrency: "unbounded",
        discard: true
      })
      for (const id of tenants) {
        const chain = yield* chainOf(id)
        assert.strictEqual(chain.length, 100)
        assert.strictEqual(new Set(chain.map(({ subject }) => subject)).size, 50)
        for (let i = 0; i < 100; i += 2) {
          assert.strictEqual(chain[i]!.subject, chain[i + 1]!.subject)
          assert.deepStrictEqual([chain[i]!.after, chain[i + 1]!.after], [0, 1])
        }
      }
    })
  },
  {
    name: "what no column can hold comes back as it is, so that its hash is right",
    run: Effect.gen(function* () {
      const store = yield* AuditStore
      const { id } = yield* addTenant
      const drafts = poisonTexts.map((text) =>
        draft(id, { by: text, action: text, subject: text, before: text, after: { [text]: [text] } })
      )
      yield* store.add(drafts, auditHash)
      assert.deepStrictEqual(withoutHashes(yield* chainOf(id)), numbered(drafts))
    })
  },
  {
    name: "keeps of a person no name, address, mail or browser, because nothing can take it out again",
    run: Effect.gen(function* () {
      const store = yield* AuditStore
      const { id } = yield* addTenant
      const said = { name: "Ada", email: "ada@example.org", role: "admin", ip: null, deep: [{ agent: "F" }] }
      const subjects = ["user user_1", "session s_1", "api_key key_1", "location house", "device meter"]
      yield* store.add(
        subjects.map((subject) => draft(id, { subject, before: said, after: { address: "Main St 1" } })),
        auditHash
      )
      const chain = yield* chainOf(id)
      const hidden = "[personal]"
      const kept = { name: hidden, email: hidden, role: "admin", ip: null, deep: [{ agent: hidden }] }
      for (const [i, { after, before }] of chain.entries()) {
        assert.deepStrictEqual(before, i < 3 ? kept : { ...kept, name: "Ada" })
        assert.deepStrictEqual(after, { address: hidden })
      }
    })
  },
  {
    name: "adds nothing for a tenant that is not there, nor what comes with it",
    run: Effect.gen(function* () {
      const store = yield* AuditStore
      const { id } = yield* addTenant
      const nowhere = `${id}-not` as TenantId
      const exit = yield* Effect.exit(store.add([draft(id), draft(nowhere)], auditHash))
      assert.strictEqual(exit._tag, "Failure")
      assert.deepStrictEqual(yield* chainOf(id), [])
    })
  }
]

const lists: ReadonlyArray<AuditCheck> = [
  {
    name: "lists the newest first, page by page, and those of one person, action or subject",
    run: Effect.gen(function* () {
      const store = yield* AuditStore
      const { id } = yield* addTenant
      const of = (i: number) =>
        draft(id, { by: `user ${i % 2}`, action: `act.${i % 3}`, subject: `thing ${i % 4}` })
      yield* store.add(
        Array.from({ length: 12 }, (_, i) => of(i + 1)),
        auditHash
      )
      const list = (page: Parameters<AuditStore["list"]>[1]) =>
        Effect.map(store.list(id, page), (entries) => entries.map(({ number }) => number))
      assert.deepStrictEqual(yield* list({ limit: 3 }), [12, 11, 10])
      assert.deepStrictEqual(yield* list({ limit: 3, before: 10 }), [9, 8, 7])
      assert.deepStrictEqual(yield* list({ limit: 3, before: 2 }), [1])
      assert.deepStrictEqual(yield* list({ limit: 9, before: 1 }), [])
      assert.deepStrictEqual(yield* list({ limit: 2, by: "user 1" }), [11, 9])
      assert.deepStrictEqual(yield* list({ limit: 9, action: "act.0", before: 12 }), [9, 6, 3])
      assert.deepStrictEqual(yield* list({ limit: 9, subject: "thing 1" }), [9, 5, 1])
      assert.deepStrictEqual(
        yield* list({ limit: 9, by: "user 1", action: "act.0", subject: "thing 1" }),
        [9]
      )
      for (const nobody of ["", "user", "%", "\0"]) {
        assert.deepStrictEqual(yield* list({ limit: 9, by: nobody }), [])
      }
    })
  }
]

/** Everything an `AuditStore` promises, one check for each promise. */
export const auditStoreChecks: ReadonlyArray<AuditCheck> = [...chains, ...lists]

/** Registers the tests every `AuditStore` has to pass, over a layer that also carries tenants. */
export const auditStoreSuite = <E>(
  name: string,
  layer: Layer.Layer<Needs, E>,
  options: SuiteOptions = {}
): void => register(`${name}: AuditStore`, layer, auditStoreChecks, options)
