import { assert } from "@effect/vitest"
import { DeviceKind, DeviceRole, DeviceStore, LocationStore, type TenantStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Check, register, type SuiteOptions } from "./Check.ts"
import * as Refusals from "./refusals.ts"
import { addLocation, at, freshDevice, freshDeviceId, freshLocation, freshTenant } from "./registered.ts"
import { deviceChanges } from "./registry/devices.ts"

type DeviceCheck = Check<DeviceStore | LocationStore | TenantStore>

const keeps: ReadonlyArray<DeviceCheck> = [
  {
    name: "answers what was added, letter by letter, of every role and kind",
    run: Effect.gen(function* () {
      const store = yield* DeviceStore
      const place = yield* addLocation
      const roles = DeviceRole.literals
      for (const [i, kind] of DeviceKind.literals.entries()) {
        const name = Refusals.awkwardNames[i % Refusals.awkwardNames.length]!
        const device = freshDevice(place, {
          name,
          kind,
          role: roles[i % roles.length]!,
          createdAt: at(i / 1000)
        })
        yield* store.add(device)
        assert.deepStrictEqual(yield* store.get(place.tenantId, device.id), device)
      }
    })
  },
  {
    name: "a name that no text column can hold does no harm",
    run: Effect.gen(function* () {
      const store = yield* DeviceStore
      const place = yield* addLocation
      for (const name of Refusals.unstorableNames) {
        const device = freshDevice(place, { name })
        yield* store.add(device)
        assert.include(Refusals.storedName(name), (yield* store.get(place.tenantId, device.id)).name)
      }
    })
  },
  {
    name: "keeps the tree",
    run: Effect.gen(function* () {
      const store = yield* DeviceStore
      const place = yield* addLocation
      const meter = freshDevice(place)
      const plug = freshDevice(place, { parentId: meter.id, kind: "plug", role: "load" })
      const lamp = freshDevice(place, { parentId: plug.id, kind: "virtual", role: "load" })
      for (const device of [meter, plug, lamp]) yield* store.add(device)
      const listed = yield* store.list(place.tenantId, { limit: 10 })
      assert.deepStrictEqual(
        listed.map((device) => device.parentId),
        [null, meter.id, plug.id]
      )
    })
  }
]

const refuses: ReadonlyArray<DeviceCheck> = [
  {
    name: "refuses a location that is not there or is another tenant's",
    run: Effect.gen(function* () {
      const store = yield* DeviceStore
      const place = yield* addLocation
      const theirs = yield* addLocation
      const nowhere = freshDevice(freshLocation(place.tenantId))
      yield* Refusals.assertMissing("location", nowhere.locationId, store.add(nowhere))
      const intruder = freshDevice(theirs, { tenantId: place.tenantId })
      yield* Refusals.assertMissing("location", theirs.id, store.add(intruder))
      yield* Refusals.assertMissing("device", intruder.id, store.get(place.tenantId, intruder.id))
      yield* Refusals.assertMissing("device", intruder.id, store.get(theirs.tenantId, intruder.id))
    })
  },
  {
    name: "refuses a parent that is not there, is at another location, is another tenant's or is itself",
    run: Effect.gen(function* () {
      const store = yield* DeviceStore
      const place = yield* addLocation
      const second = freshLocation(place.tenantId)
      yield* (yield* LocationStore).add(second)
      const elsewhere = freshDevice(second)
      const theirs = freshDevice(yield* addLocation)
      yield* store.add(elsewhere)
      yield* store.add(theirs)
      for (const parentId of [freshDeviceId(), elsewhere.id, theirs.id]) {
        const child = freshDevice(place, { parentId })
        yield* Refusals.assertMissing("device", parentId, store.add(child))
        yield* Refusals.assertMissing("device", child.id, store.get(place.tenantId, child.id))
      }
      const id = freshDeviceId()
      yield* Refusals.assertMissing("device", id, store.add(freshDevice(place, { id, parentId: id })))
    })
  },
  {
    name: "refuses an id that is taken and keeps the first; another tenant may have the same",
    run: Effect.gen(function* () {
      const store = yield* DeviceStore
      const device = freshDevice(yield* addLocation)
      const place = yield* addLocation
      yield* store.add(device)
      yield* Refusals.assertTaken("device", device.id, store.add({ ...device, name: "other" }))
      yield* Refusals.assertMissing("device", device.id, store.get(place.tenantId, device.id))
      const theirs = freshDevice(place, { id: device.id, name: "theirs" })
      const child = freshDevice(place, { parentId: device.id })
      yield* store.add(theirs)
      yield* store.add(child)
      assert.deepStrictEqual(yield* store.get(device.tenantId, device.id), device)
      assert.deepStrictEqual(yield* store.get(place.tenantId, device.id), theirs)
      assert.deepStrictEqual(yield* store.list(device.tenantId, { limit: 9 }), [device])
      assert.sameDeepMembers([...(yield* store.list(place.tenantId, { limit: 9 }))], [theirs, child])
    })
  },
  {
    name: "adds an id once, however many try at once",
    run: Effect.gen(function* () {
      const store = yield* DeviceStore
      const device = freshDevice(yield* addLocation)
      const tries = Array.from({ length: 12 }, () => Effect.isSuccess(store.add(device)))
      const added = yield* Effect.all(tries, { concurrency: "unbounded" })
      assert.strictEqual(added.filter(Boolean).length, 1)
    })
  }
]

const lists: ReadonlyArray<DeviceCheck> = [
  {
    name: "shows a tenant nothing of another's",
    run: Effect.gen(function* () {
      const store = yield* DeviceStore
      const device = freshDevice(yield* addLocation)
      const theirs = yield* addLocation
      yield* store.add(device)
      yield* Refusals.assertMissing("device", device.id, store.get(theirs.tenantId, device.id))
      assert.deepStrictEqual(yield* store.list(theirs.tenantId, { limit: 9 }), [])
      assert.deepStrictEqual(
        yield* store.list(theirs.tenantId, { limit: 9, locationId: device.locationId }),
        []
      )
      assert.deepStrictEqual(yield* store.list(freshTenant().id, { limit: 9 }), [])
    })
  },
  {
    name: "lists in the order of ids, page by page, all or of one location",
    run: Effect.gen(function* () {
      const store = yield* DeviceStore
      const here = yield* addLocation
      const there = freshLocation(here.tenantId)
      yield* (yield* LocationStore).add(there)
      const stem = freshDeviceId("")
      const ids = Refusals.orderedSuffixes.map((suffix) => (stem + suffix) as typeof stem)
      for (const [i, id] of [...ids.entries()].reverse())
        yield* store.add(freshDevice(i % 3 === 0 ? there : here, { id }))
      const list = (page: Parameters<DeviceStore["list"]>[1]) =>
        Effect.map(store.list(here.tenantId, page), (devices) => devices.map((device) => device.id))
      const distant = ids.filter((_, i) => i % 3 === 0)
      assert.deepStrictEqual(yield* list({ limit: 100 }), ids)
      assert.deepStrictEqual(yield* list({ limit: 4, after: ids[4] }), ids.slice(5, 9))
      assert.deepStrictEqual(yield* list({ limit: 100, locationId: there.id }), distant)
      assert.deepStrictEqual(
        yield* list({ limit: 2, after: distant[0], locationId: there.id }),
        distant.slice(1, 3)
      )
      assert.deepStrictEqual(yield* list({ limit: 4, locationId: freshLocation(here.tenantId).id }), [])
    })
  }
]

/** Everything a `DeviceStore` promises, one check for each promise. */
export const deviceStoreChecks: ReadonlyArray<DeviceCheck> = [
  ...keeps,
  ...refuses,
  ...lists,
  ...deviceChanges
]

/** Registers the tests every `DeviceStore` has to pass, over a layer that also carries the registry. */
export const deviceStoreSuite = <E>(
  name: string,
  layer: Layer.Layer<DeviceStore | LocationStore | TenantStore, E>,
  options: SuiteOptions = {}
): void => register(`${name}: DeviceStore`, layer, deviceStoreChecks, options)
