import { assert } from "@effect/vitest"
import { ApiKeyStore, type DeviceId, DeviceStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { type Check, register, type SuiteOptions } from "./Check.ts"
import * as Refusals from "./refusals.ts"
import {
  addLocation,
  addTenant,
  at,
  freshApiKeyId,
  freshDevice,
  freshDeviceId,
  freshTenant
} from "./registered.ts"
import { digestOf, freshKey, type Needs, personalKeyChecks } from "./registry/keys.ts"

type KeyCheck = Check<Needs>

const keeps: ReadonlyArray<KeyCheck> = [
  {
    name: "finds a key by its digest as it was added",
    run: Effect.gen(function* () {
      const store = yield* ApiKeyStore
      const place = yield* addLocation
      const device = freshDevice(place)
      yield* (yield* DeviceStore).add(device)
      const keys = [
        freshKey(place.tenantId, { scopes: ["manage", "read", "ingest"], name: Refusals.awkwardNames[1]! }),
        freshKey(place.tenantId, { deviceId: device.id, createdAt: at(0.007) }),
        freshKey(place.tenantId, { revokedAt: at(9), prefix: "" })
      ]
      for (const key of keys) yield* store.add(key)
      for (const key of keys) assert.deepStrictEqual(yield* store.findByDigest(key.digest), Option.some(key))
    })
  },
  {
    name: "finds nothing for a digest that was not added, nor for a part of one",
    run: Effect.gen(function* () {
      const store = yield* ApiKeyStore
      const key = freshKey((yield* addTenant).id)
      yield* store.add(key)
      for (const digest of [
        digestOf("none"),
        key.digest.slice(1),
        key.digest.toUpperCase(),
        "",
        "%",
        "\0",
        "\ud800"
      ]) {
        if (digest !== key.digest) assert.deepStrictEqual(yield* store.findByDigest(digest), Option.none())
      }
    })
  },
  {
    name: "refuses a tenant that is not there",
    run: Effect.gen(function* () {
      const store = yield* ApiKeyStore
      const key = freshKey(freshTenant().id)
      yield* Refusals.assertMissing("tenant", key.tenantId, store.add(key))
      assert.deepStrictEqual(yield* store.findByDigest(key.digest), Option.none())
    })
  },
  {
    name: "refuses a key for a device that the tenant does not have",
    run: Effect.gen(function* () {
      const store = yield* ApiKeyStore
      const stranger = freshDevice(yield* addLocation)
      yield* (yield* DeviceStore).add(stranger)
      const tenant = yield* addTenant
      for (const deviceId of [stranger.id, freshDeviceId()]) {
        const key = freshKey(tenant.id, { deviceId })
        yield* Refusals.assertMissing("device", deviceId, store.add(key))
        assert.deepStrictEqual(yield* store.findByDigest(key.digest), Option.none())
      }
    })
  },
  {
    name: "refuses an id or a digest that is taken, also by another tenant, and keeps the first",
    run: Effect.gen(function* () {
      const store = yield* ApiKeyStore
      const key = freshKey((yield* addTenant).id)
      const other = yield* addTenant
      yield* store.add(key)
      yield* Refusals.assertTaken("api_key", key.id, store.add(key))
      yield* Refusals.assertTaken("api_key", key.id, store.add(freshKey(other.id, { id: key.id })))
      const thief = freshKey(other.id, { digest: key.digest })
      yield* Refusals.assertTaken("api_key", thief.id, store.add(thief))
      assert.deepStrictEqual(yield* store.findByDigest(key.digest), Option.some(key))
      assert.deepStrictEqual(yield* store.list(other.id, { limit: 9 }), [])
    })
  }
]

const revokes: ReadonlyArray<KeyCheck> = [
  {
    name: "a revoked key is still found, with the instant from which it was revoked",
    run: Effect.gen(function* () {
      const store = yield* ApiKeyStore
      const key = freshKey((yield* addTenant).id)
      yield* store.add(key)
      yield* store.revoke(key.tenantId, key.id, at(10))
      yield* store.revoke(key.tenantId, key.id, at(20))
      const revoked = { ...key, revokedAt: at(10) }
      assert.deepStrictEqual(yield* store.findByDigest(key.digest), Option.some(revoked))
      assert.deepStrictEqual(yield* store.list(key.tenantId, { limit: 9 }), [revoked])
      yield* store.revoke(key.tenantId, key.id, at(5))
      assert.strictEqual((yield* store.get(key.tenantId, key.id)).revokedAt, at(5))
    })
  },
  {
    name: "lists the keys of one device",
    run: Effect.gen(function* () {
      const store = yield* ApiKeyStore
      const place = yield* addLocation
      const devices = [freshDevice(place), freshDevice(place)] as const
      for (const device of devices) yield* (yield* DeviceStore).add(device)
      const own = freshKey(place.tenantId, { deviceId: devices[0].id })
      yield* store.add(own)
      yield* store.add(freshKey(place.tenantId))
      const of = (deviceId: DeviceId) => store.list(place.tenantId, { limit: 9, deviceId })
      assert.deepStrictEqual(yield* of(devices[0].id), [own])
      assert.deepStrictEqual(yield* of(devices[1].id), [])
    })
  },
  {
    name: "revokes no key that is not there or is another tenant's",
    run: Effect.gen(function* () {
      const store = yield* ApiKeyStore
      const key = freshKey((yield* addTenant).id)
      const other = yield* addTenant
      yield* store.add(key)
      const absent = freshApiKeyId()
      yield* Refusals.assertMissing("api_key", absent, store.revoke(key.tenantId, absent, at(10)))
      yield* Refusals.assertMissing("api_key", key.id, store.revoke(other.id, key.id, at(10)))
      assert.deepStrictEqual(yield* store.findByDigest(key.digest), Option.some(key))
    })
  },
  {
    name: "lists a tenant's keys in the order of ids, page by page, revoked ones too",
    run: Effect.gen(function* () {
      const store = yield* ApiKeyStore
      const tenant = yield* addTenant
      yield* store.add(freshKey((yield* addTenant).id))
      const stem = freshApiKeyId("")
      const ids = Refusals.orderedSuffixes.map((suffix) => (stem + suffix) as typeof stem)
      for (const [i, id] of [...ids.entries()].reverse()) {
        yield* store.add(freshKey(tenant.id, { id, revokedAt: i % 2 === 0 ? null : at(i) }))
      }
      const list = (page: Parameters<ApiKeyStore["list"]>[1]) =>
        Effect.map(store.list(tenant.id, page), (keys) => keys.map((key) => key.id))
      assert.deepStrictEqual(yield* list({ limit: 100 }), ids)
      assert.deepStrictEqual(yield* list({ limit: 5, after: ids[4] }), ids.slice(5, 10))
      assert.deepStrictEqual(yield* list({ limit: 5, after: ids.at(-1) }), [])
    })
  }
]

/** Everything an `ApiKeyStore` promises, one check for each promise. */
export const apiKeyStoreChecks: ReadonlyArray<KeyCheck> = [...keeps, ...revokes, ...personalKeyChecks]

/** Registers the tests every `ApiKeyStore` has to pass, over a layer that also carries the registry. */
export const apiKeyStoreSuite = <E>(
  name: string,
  layer: Layer.Layer<Needs, E>,
  options: SuiteOptions = {}
): void => register(`${name}: ApiKeyStore`, layer, apiKeyStoreChecks, options)
