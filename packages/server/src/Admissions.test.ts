import { assert, describe, it } from "@effect/vitest"
import {
  type ApiKey,
  ApiKeyId,
  ApiKeyStore,
  Instant,
  LocationId,
  type Principal,
  StorageError,
  TenantId
} from "@wattkit/core"
import { Credentials } from "@wattkit/engine"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { Admissions, type Ending } from "./Admissions.ts"

const tenantId = TenantId.make("t1")
const [house, barn] = [LocationId.make("house"), LocationId.make("barn")]

const bearer = (id: string, over: Partial<Principal> = {}): Principal => ({
  tenantId,
  by: { kind: "key", id: ApiKeyId.make(id), userId: null },
  scopes: ["read", "ingest"],
  deviceId: null,
  locations: null,
  ...over
})

const keyOf = (id: string): ApiKey => ({
  id: ApiKeyId.make(id),
  tenantId,
  name: id,
  scopes: ["read", "ingest"],
  prefix: "",
  digest: "",
  deviceId: null,
  userId: null,
  locations: null,
  createdAt: Instant.Instant.make(0),
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null
})

/** What the stores would say, as data, and how often they were asked. */
const makeWorld = () => {
  const world = {
    now: new Map<string, Partial<Principal> | undefined>(),
    keys: new Map<string, Partial<ApiKey>>(),
    isAway: false,
    renewed: 0,
    pages: 0
  }
  const away = Effect.fail(new StorageError({ reason: "unavailable", message: "away" }))
  const renew = (principal: Principal) =>
    Effect.suspend(() => {
      world.renewed++
      if (world.isAway) return away
      const { id } = principal.by
      const found = world.now.get(id)
      if (world.now.has(id) && found === undefined) return Effect.succeedNone
      return Effect.succeedSome({ ...principal, ...found })
    })
  const list: ApiKeyStore["list"] = (_, { after, limit }) =>
    Effect.suspend(() => {
      world.pages++
      if (world.isAway) return away
      const all = [...world.keys].map(([id, over]): ApiKey => ({ ...keyOf(id), ...over }))
      return Effect.succeed(all.filter(({ id }) => after === undefined || id > after).slice(0, limit))
    })
  const layer = Admissions.layer.pipe(
    Layer.provide(Layer.succeed(Credentials, { renew } as Credentials["Service"])),
    Layer.provide(Layer.succeed(ApiKeyStore, { list } as ApiKeyStore))
  )
  return { world, layer }
}

describe("Admissions", () => {
  it.effect("end what was revoked or allows less, and nothing else, each once", () => {
    const { layer, world } = makeWorld()
    return Effect.gen(function* () {
      const { admit, look } = yield* Admissions
      const ended: Array<readonly [string, Ending]> = []
      const take = (name: string, principal: Principal) =>
        admit(principal, (why) => void ended.push([name, why]))
      const two = { locations: [house, barn] }
      take("revoked", bearer("k1"))
      take("the same again", bearer("k1"))
      take("fewer scopes", bearer("k2"))
      take("held now", bearer("k3"))
      take("a location less", bearer("k4", two))
      take("more", bearer("k5", two))
      take("other", bearer("k6"))
      take("gone by itself", bearer("k1"))()
      world.now.set("k1", undefined)
      world.now.set("k2", { scopes: ["read"] })
      world.now.set("k3", { locations: [house] })
      world.now.set("k4", { locations: [barn] })
      world.now.set("k5", { locations: null, scopes: ["read", "ingest", "manage"] })
      world.isAway = true
      yield* look
      assert.deepStrictEqual(ended, [], "nobody is thrown out while nobody can be asked about")
      world.isAway = false
      yield* look
      yield* look
      assert.deepStrictEqual(ended.toSorted(), [
        ["a location less", "changed"],
        ["fewer scopes", "changed"],
        ["held now", "changed"],
        ["revoked", "revoked"],
        ["the same again", "revoked"]
      ])
    }).pipe(Effect.provide(layer))
  })

  it.effect("end when what was shown has run out, even while nobody can be asked about", () => {
    const { layer, world } = makeWorld()
    return Effect.gen(function* () {
      const { admit } = yield* Admissions
      const ended: Array<readonly [string, Ending]> = []
      const take = (name: string, until?: number) =>
        admit(bearer("k1", until === undefined ? {} : { until: Instant.Instant.make(until) }), (why) =>
          ended.push([name, why])
        )
      take("at once", 2_000)
      take("later", 5_000)
      take("never")
      world.isAway = true
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(ended, [["at once", "changed"]])
      yield* TestClock.adjust("4 seconds")
      assert.deepStrictEqual(ended.slice(1), [["later", "changed"]])
    }).pipe(Effect.provide(layer))
  })

  it.effect("are looked at every two seconds", () => {
    const { layer, world } = makeWorld()
    return Effect.gen(function* () {
      const { admit } = yield* Admissions
      const ended: Array<Ending> = []
      admit(bearer("k1"), (why) => void ended.push(why))
      world.now.set("k1", undefined)
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(ended, ["revoked"])
    }).pipe(Effect.provide(layer))
  })

  it.effect("ask once about ten thousand connections of one credential", () => {
    const { layer, world } = makeWorld()
    return Effect.gen(function* () {
      const { admit, look } = yield* Admissions
      let ended = 0
      const releases = Array.from({ length: 10_000 }, () => admit(bearer("k1"), () => ended++))
      world.renewed = 0
      const since = performance.now()
      yield* look
      assert.isBelow(performance.now() - since, 20)
      assert.strictEqual(world.renewed, 1)
      for (const release of releases.slice(1)) release()
      world.now.set("k1", undefined)
      yield* look
      assert.strictEqual(ended, 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect("read ten thousand keys in pages, and ask only about those that are not sound", () => {
    const { layer, world } = makeWorld()
    return Effect.gen(function* () {
      const { admit, look } = yield* Admissions
      const ended: Array<string> = []
      const idOf = (i: number) => `k${String(i).padStart(5, "0")}`
      for (let i = 0; i < 10_000; i++) {
        const id = idOf(i)
        world.keys.set(id, i === 4_711 ? { revokedAt: Instant.Instant.make(0) } : {})
        admit(bearer(id), () => void ended.push(id))
      }
      world.now.set(idOf(4_711), undefined)
      // A key that is in no page, and a person's, are asked about as well.
      admit(bearer("k99999"), () => void ended.push("unknown"))
      world.now.set("k99999", undefined)
      world.isAway = true
      yield* look
      assert.deepStrictEqual([ended, world.renewed], [[], 0])
      world.isAway = false
      world.pages = 0
      yield* look
      assert.deepStrictEqual(ended.toSorted(), [idOf(4_711), "unknown"])
      assert.deepStrictEqual([world.renewed, world.pages], [2, 11])
    }).pipe(Effect.provide(layer))
  })
})
