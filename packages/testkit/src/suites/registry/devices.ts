import { assert } from "@effect/vitest"
import { type Device, DeviceStore, LocationStore, type TenantStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type { Check } from "../Check.ts"
import * as Refusals from "../refusals.ts"
import { addLocation, at, freshDevice, freshDeviceId, freshLocation } from "../registered.ts"

/** A location with a meter and a device behind it. */
const addPair = Effect.gen(function* () {
  const store = yield* DeviceStore
  const place = yield* addLocation
  const meter = freshDevice(place)
  const device = freshDevice(place, { parentId: meter.id })
  for (const one of [meter, device]) yield* store.add(one)
  return { place, meter, device }
})

/** Each of them another thing that may be changed of a device. */
const changes: ReadonlyArray<Partial<Device>> = [
  { name: Refusals.awkwardNames[1]! },
  { role: "storage" },
  { kind: "battery" },
  { parentId: null },
  { removedAt: at(77.007) }
]

/** What is promised of devices that change and are removed. */
export const deviceChanges: ReadonlyArray<Check<DeviceStore | LocationStore | TenantStore>> = [
  {
    name: "replaces a device that is as it is known, and answers what was put, letter by letter",
    run: Effect.gen(function* () {
      const store = yield* DeviceStore
      const { device, meter } = yield* addPair
      let known = device
      for (const change of [...changes, { parentId: meter.id }]) {
        const next = { ...known, ...change }
        assert.isTrue(yield* store.replace(known, next))
        assert.deepStrictEqual(yield* store.get(device.tenantId, device.id), next)
        known = next
      }
      const { removedAt: _, ...back } = known
      assert.isTrue(yield* store.replace(known, back))
      assert.deepStrictEqual(yield* store.get(device.tenantId, device.id), back)
      assert.deepStrictEqual(yield* store.get(device.tenantId, meter.id), meter)
    })
  },
  {
    name: "changes no device that is not as it is known, whatever about it is not",
    run: Effect.gen(function* () {
      const store = yield* DeviceStore
      const { device } = yield* addPair
      for (const change of changes) {
        assert.isFalse(yield* store.replace({ ...device, ...change }, { ...device, name: "late" }))
      }
      assert.deepStrictEqual(yield* store.get(device.tenantId, device.id), device)
    })
  },
  {
    name: "of replacements of the same known device one is made, however many come at once",
    run: Effect.gen(function* () {
      const store = yield* DeviceStore
      const { device } = yield* addPair
      const names = Array.from({ length: 24 }, (_, i) => `n${i}`)
      const made = yield* Effect.forEach(names, (name) => store.replace(device, { ...device, name }), {
        concurrency: "unbounded"
      })
      assert.strictEqual(made.filter(Boolean).length, 1)
      assert.strictEqual((yield* store.get(device.tenantId, device.id)).name, names[made.indexOf(true)])
    })
  },
  {
    name: "replaces no device that is not there or is another tenant's",
    run: Effect.gen(function* () {
      const store = yield* DeviceStore
      const { device, place } = yield* addPair
      const absent = freshDevice(place)
      yield* Refusals.assertMissing("device", absent.id, store.replace(absent, absent))
      yield* Refusals.assertMissing("device", absent.id, store.get(place.tenantId, absent.id))
      const theirs = { ...device, tenantId: (yield* addLocation).tenantId }
      const stolen = store.replace(theirs, { ...theirs, name: "stolen" })
      yield* Refusals.assertMissing("device", device.id, stolen)
      assert.deepStrictEqual(yield* store.get(device.tenantId, device.id), device)
    })
  },
  {
    name: "puts no device behind one that is not there, is elsewhere, is another tenant's or is itself",
    run: Effect.gen(function* () {
      const store = yield* DeviceStore
      const { device, place } = yield* addPair
      const second = freshLocation(place.tenantId)
      yield* (yield* LocationStore).add(second)
      const elsewhere = freshDevice(second)
      const theirs = freshDevice(yield* addLocation)
      for (const one of [elsewhere, theirs]) yield* store.add(one)
      for (const parentId of [freshDeviceId(), elsewhere.id, theirs.id, device.id]) {
        const replaced = store.replace(device, { ...device, parentId })
        yield* Refusals.assertMissing("device", parentId, replaced)
      }
      assert.deepStrictEqual(yield* store.get(device.tenantId, device.id), device)
    })
  },
  {
    name: "leaves removed devices out of lists, unless they are asked for",
    run: Effect.gen(function* () {
      const store = yield* DeviceStore
      const { device, meter, place } = yield* addPair
      const removed = { ...meter, removedAt: at(30) }
      assert.isTrue(yield* store.replace(meter, removed))
      const born = freshDevice(place, { removedAt: at(40) })
      yield* store.add(born)
      assert.deepStrictEqual(yield* store.get(place.tenantId, born.id), born)
      const { tenantId, id: locationId } = place
      assert.deepStrictEqual(yield* store.list(tenantId, { limit: 1 }), [device])
      assert.deepStrictEqual(yield* store.list(tenantId, { limit: 9, locationId }), [device])
      const all = yield* store.list(tenantId, { limit: 9, withRemoved: true })
      assert.deepStrictEqual(all, [removed, device, born])
      const page = { limit: 1, locationId, withRemoved: true, after: device.id }
      assert.deepStrictEqual(yield* store.list(tenantId, page), [born])
    })
  }
]
