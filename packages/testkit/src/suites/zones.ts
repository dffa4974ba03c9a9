import { assert } from "@effect/vitest"
import { LocalDate, type Location, LocationStore, type TenantStore, TimeZone } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type { Check } from "./Check.ts"
import { assertMissing } from "./refusals.ts"
import { addLocation, addTenant, freshLocation } from "./registered.ts"

const since = (zone: string, from: string) => ({
  zone: TimeZone.makeOrThrow(zone),
  from: LocalDate.fromStringOrThrow(from)
})

const historyOf = Effect.fnUntraced(function* ({ id, tenantId }: Location) {
  const store = yield* LocationStore
  const { zone } = yield* store.get(tenantId, id)
  return { zone, history: (yield* store.zones(tenantId, id)).map((entry) => `${entry.from} ${entry.zone}`) }
})

const change = Effect.fnUntraced(function* ({ id, tenantId }: Location, zone: string, from: string) {
  yield* (yield* LocationStore).changeZone(tenantId, id, since(zone, from))
})

/** What `zones` and `changeZone` promise. */
export const zoneChecks: ReadonlyArray<Check<LocationStore | TenantStore>> = [
  {
    name: "a location is in its zone from the beginning",
    run: Effect.gen(function* () {
      const tenant = yield* addTenant
      // The platform has another name for it, which must not come back.
      const place = freshLocation(tenant.id, { zone: TimeZone.makeOrThrow("Asia/Kathmandu") })
      yield* (yield* LocationStore).add(place)
      assert.deepStrictEqual(yield* historyOf(place), {
        zone: place.zone,
        history: ["1970-01-01 Asia/Kathmandu"]
      })
    })
  },
  {
    name: "a change holds from its date on and replaces those after it; the last is the zone",
    run: Effect.gen(function* () {
      const place = yield* addLocation
      yield* change(place, "America/New_York", "2026-06-01")
      yield* change(place, "Asia/Kolkata", "2026-08-01")
      assert.deepStrictEqual((yield* historyOf(place)).history, [
        "1970-01-01 Europe/Berlin",
        "2026-06-01 America/New_York",
        "2026-08-01 Asia/Kolkata"
      ])
      yield* change(place, "Europe/London", "2026-07-31")
      yield* change(place, "Europe/London", "2026-07-31")
      assert.deepStrictEqual(yield* historyOf(place), {
        zone: since("Europe/London", "2026-07-31").zone,
        history: ["1970-01-01 Europe/Berlin", "2026-06-01 America/New_York", "2026-07-31 Europe/London"]
      })
      yield* change(place, "Pacific/Apia", "2026-06-01")
      assert.deepStrictEqual((yield* historyOf(place)).history, [
        "1970-01-01 Europe/Berlin",
        "2026-06-01 Pacific/Apia"
      ])
      yield* change(place, "UTC", "0001-01-01")
      yield* change(place, "Europe/Lisbon", "9999-12-31")
      assert.deepStrictEqual(yield* historyOf(place), {
        zone: since("Europe/Lisbon", "9999-12-31").zone,
        history: ["0001-01-01 UTC", "9999-12-31 Europe/Lisbon"]
      })
    })
  },
  {
    name: "changes no other location, and none of another tenant",
    run: Effect.gen(function* () {
      const [place, other] = [yield* addLocation, yield* addLocation]
      const neighbour = freshLocation(place.tenantId)
      const store = yield* LocationStore
      yield* store.add(neighbour)
      yield* change(place, "UTC", "2026-06-01")
      for (const untouched of [neighbour, other]) {
        assert.deepStrictEqual((yield* historyOf(untouched)).history, ["1970-01-01 Europe/Berlin"])
        assert.deepStrictEqual(yield* store.get(untouched.tenantId, untouched.id), untouched)
      }
      yield* assertMissing("location", place.id, store.zones(other.tenantId, place.id))
      const steal = store.changeZone(other.tenantId, place.id, since("Asia/Tokyo", "2026-06-01"))
      yield* assertMissing("location", place.id, steal)
      assert.strictEqual((yield* historyOf(place)).history.at(-1), "2026-06-01 UTC")
    })
  },
  {
    name: "changes at once leave one history, whose last zone is the location's",
    run: Effect.gen(function* () {
      const place = yield* addLocation
      const names = ["UTC", "Asia/Tokyo", "Asia/Kolkata", "Europe/London", "America/Havana", "Africa/Cairo"]
      yield* Effect.forEach(names, (name, i) => change(place, name, `2026-06-0${(i % 3) + 1}`), {
        concurrency: "unbounded"
      })
      const { history, zone } = yield* historyOf(place)
      assert.strictEqual(history[0], "1970-01-01 Europe/Berlin")
      assert.strictEqual(history.at(-1)?.slice(11), zone)
      assert.deepStrictEqual(history, [...history].sort())
      assert.strictEqual(new Set(history.map((entry) => entry.slice(0, 10))).size, history.length)
    })
  }
]
