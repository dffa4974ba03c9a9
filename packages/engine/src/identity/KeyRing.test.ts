import { assert, describe, it } from "@effect/vitest"
import { ApiKeyId, Instant, SessionId, TenantId, UserId } from "@wattkit/core"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { usualKeyLife } from "./KeyRing.ts"
import { buildProcess, DAY, makeKeyStore, startProcess, wait } from "./keys.fixture.ts"

const tenantId = TenantId.make("one")
const person = { kind: "user", id: UserId.make("ada"), sessionId: SessionId.make("s") } as const
const program = { kind: "key", id: ApiKeyId.make("key_1"), scopes: ["read"] } as const
const start = Date.parse("2026-01-31T10:00:00Z")

describe("KeyRing", () => {
  it.effect("makes one first key, however many processes start at once, and shows its public half", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(start)
      const { kept, store } = makeKeyStore()
      const processes = yield* Effect.all(
        Array.from({ length: 4 }, () => startProcess(store)),
        { concurrency: 4 }
      )
      assert.strictEqual(kept.size, 1)
      const [key] = kept.values()
      for (const { ring } of processes) {
        assert.strictEqual((yield* ring.signer).id, key?.id)
        const { keys } = yield* ring.publicKeys
        assert.deepStrictEqual(
          keys.map((one) => ({ ...one })),
          [key?.publicJwk as never]
        )
        assert.deepStrictEqual(Object.keys(keys[0] ?? {}).toSorted(), ["alg", "e", "kid", "kty", "n", "use"])
        assert.lengthOf(Buffer.from(keys[0]?.n ?? "", "base64url"), 256)
      }
      assert.notInclude(JSON.stringify([...kept]), '"d"')
      yield* TestClock.adjust(30 * DAY + 1)
      yield* Effect.all(
        processes.map(({ ring }) => ring.publicKeys),
        { concurrency: 4 }
      )
      assert.strictEqual(kept.size, 2)
    })
  )

  it.effect("refuses nobody wrongly while keys rotate under two processes", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(start)
      const { kept, store } = makeKeyStore()
      const processes = [yield* startProcess(store), yield* startProcess(store)] as const
      const waiting: Array<{ token: string; until: number }> = []
      const shown = new Set<string>()
      for (let i = 0, step = 1; i < 450; i++) {
        // Now a second, now hours: both sides of every look, announcement and rotation.
        step = (step * 7_919) % 1_000_003
        yield* TestClock.adjust(i % 3 === 0 ? step % 1_500 : (step * 61) % (10 * 3_600_000))
        const now = yield* Instant.now
        const [signs, verifies] = i % 2 === 0 ? processes : [processes[1], processes[0]]
        const token = yield* signs.tokens.sign({ tenantId, by: person }, now)
        assert.isDefined(yield* verifies.tokens.verify(token, now), `token of a person, step ${i}`)
        const long = yield* signs.tokens.sign({ tenantId, by: program, lifeSeconds: 7 * 86_400 }, now)
        waiting.push({ token: long, until: now + 7 * DAY })
        shown.add((yield* signs.ring.signer).id)
        while (waiting.length > 0 && (waiting[0]?.until ?? 0) < now + DAY / 2) {
          const { token, until } = waiting.shift() ?? { token: "", until: 0 }
          if (until > now + 1000) assert.isDefined(yield* verifies.tokens.verify(token, now), `step ${i}`)
        }
      }
      assert.isAtLeast((yield* Instant.now) - start, 45 * DAY)
      assert.strictEqual(shown.size, kept.size)
      assert.isAtLeast(shown.size, 2)
    })
  )

  it.effect(
    "shows a new key before it signs, and forgets the one before only when all it signed is over",
    () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(start)
        const { store } = makeKeyStore()
        const { ring } = yield* startProcess(store)
        const shown = Effect.map(ring.publicKeys, ({ keys }) => keys.map((key) => key.kid))
        const first = (yield* ring.signer).id
        yield* TestClock.adjust(30 * DAY)
        assert.deepStrictEqual(yield* shown, [first])
        yield* TestClock.adjust(60_000)
        const both = yield* shown
        assert.lengthOf(both, 2)
        assert.strictEqual((yield* ring.signer).id, first)
        yield* TestClock.adjust(usualKeyLife.announcedMs)
        assert.strictEqual((yield* ring.signer).id, both[0])
        assert.isDefined(yield* ring.verifier(first))
        yield* TestClock.adjust(7 * DAY)
        assert.isDefined(yield* ring.verifier(first))
        yield* TestClock.adjust(usualKeyLife.overlapMs)
        assert.isUndefined(yield* Effect.andThen(TestClock.adjust(1_000), wait(ring.verifier(first))))
        assert.deepStrictEqual(yield* shown, [both[0]])
      })
  )

  it.effect("finds a key that signs at once elsewhere, and asks the store once for many strange names", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(start)
      const { state, store } = makeKeyStore()
      const { ring } = yield* startProcess(store)
      const impatient = yield* startProcess(store, { ...usualKeyLife, longestTokenMs: 60 * DAY })
      const { id } = yield* impatient.ring.signer
      assert.notStrictEqual((yield* ring.signer).id, id)
      assert.isDefined(yield* wait(ring.verifier(id)))
      const before = state.looks
      const strange = Array.from({ length: 1_000 }, (_, i) =>
        ring.verifier(`sk_${String(i).padStart(26, "0")}`)
      )
      const found = yield* wait(Effect.all(strange, { concurrency: "unbounded" }))
      assert.isTrue(found.every((key) => key === undefined))
      assert.isAtMost(state.looks - before, 2)
      for (const name of ["", "../../etc/passwd", "sk_", `${id}x`])
        assert.isUndefined(yield* ring.verifier(name))
      assert.isAtMost(state.looks - before, 2)
    })
  )

  it.effect("starts without its store, goes on without it, and says so when it needs it", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(start)
      const { state, store } = makeKeyStore()
      state.isAway = true
      const { ring } = yield* buildProcess(store)
      assert.strictEqual((yield* Effect.flip(wait(ring.signer)))._tag, "StorageError")
      state.isAway = false
      const { id } = yield* wait(ring.signer)
      state.isAway = true
      yield* TestClock.adjust(DAY)
      assert.strictEqual((yield* ring.signer).id, id)
      assert.isDefined(yield* ring.verifier(id))
      // Many who ask for what is not there wait for one answer together, not one after the other.
      const strange = Array.from({ length: 100 }, (_, i) =>
        ring.verifier(`sk_${String(i).padStart(26, "0")}`)
      )
      const answers = yield* wait(Effect.all(strange.map(Effect.flip), { concurrency: "unbounded" }))
      assert.isTrue(answers.every(({ _tag }) => _tag === "StorageError"))
      // What was learnt before is believed for as long as the key was made for, and no longer.
      yield* TestClock.adjust(40 * DAY)
      assert.isUndefined(yield* ring.verifier(id))
      assert.lengthOf((yield* ring.publicKeys).keys, 0)
      assert.strictEqual((yield* Effect.flip(wait(ring.signer)))._tag, "StorageError")
    })
  )

  it.effect(
    "believes no key that was laid in the store, altered there or kept for longer than it was made",
    () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(start)
        const { kept, store } = makeKeyStore()
        const { ring } = yield* startProcess(store)
        const [good] = kept.values()
        const strange = makeKeyStore()
        yield* startProcess(strange.store)
        const [other] = strange.kept.values()
        if (good === undefined || other === undefined) return assert.fail("no key")
        // An attacker who can write to the store, but does not know the server secret.
        const swapped = { ...good, publicJwk: { ...other.publicJwk, kid: good.id } }
        kept.set(good.id, swapped)
        const { ring: fresh } = yield* startProcess(store)
        assert.strictEqual((yield* fresh.publicKeys).keys[0]?.n, (yield* ring.publicKeys).keys[0]?.n)
        for (const bad of [
          { ...good, sealed: other.sealed },
          { ...good, expiresAt: Instant.plus(good.expiresAt, 1) },
          { ...good, sealed: "" }
        ]) {
          kept.set(good.id, bad)
          const { ring: wary } = yield* startProcess(store)
          const failures = [yield* Effect.flip(wary.signer), yield* Effect.flip(wary.verifier(good.id))]
          assert.deepStrictEqual(
            failures.map(({ reason }) => reason),
            ["misconfigured", "misconfigured"]
          )
          assert.lengthOf((yield* wary.publicKeys).keys, 0)
        }
      })
  )
})
