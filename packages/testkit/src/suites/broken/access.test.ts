import type { DeviceStore, Location, LocationStore, Membership, NotFound, StorageError } from "@wattkit/core"
import * as Effect from "effect/Effect"
import { apiKeyStoreChecks } from "../apiKeyStoreSuite.ts"
import { deviceStoreChecks } from "../deviceStoreSuite.ts"
import { membershipStoreChecks } from "../identity/membershipStoreSuite.ts"
import { locationStoreChecks } from "../locationStoreSuite.ts"
import { tenantStoreChecks } from "../tenantStoreSuite.ts"
import { describeMistakes } from "./mistakes.fixture.ts"

type Replace<A> = (known: A, next: A) => Effect.Effect<boolean, NotFound | StorageError>

/** Puts what comes over whatever is there. */
const overwriting =
  <A>(replace: Replace<A>, get: (known: A) => Effect.Effect<A, NotFound | StorageError>): Replace<A> =>
  (known, next) =>
    Effect.flatMap(get(known), (now) => replace(now, next))

/** Looks whether it may, and only then does it. */
const inTwoSteps =
  <A>(replace: Replace<A>, get: (known: A) => Effect.Effect<A, NotFound | StorageError>): Replace<A> =>
  (known, next) =>
    Effect.gen(function* () {
      const isKnown = yield* replace(known, known)
      yield* Effect.yieldNow
      return isKnown && (yield* overwriting(replace, get)(known, next))
    })

/** Compares all but one member. */
const blindTo =
  <A, N extends keyof A>(
    replace: Replace<A>,
    get: (known: A) => Effect.Effect<A, NotFound | StorageError>,
    name: N
  ): Replace<A> =>
  (known, next) =>
    Effect.flatMap(get(known), (now) => replace({ ...known, [name]: now[name] }, next))

const deviceOf =
  ({ get }: DeviceStore) =>
  (one: Parameters<DeviceStore["add"]>[0]) =>
    get(one.tenantId, one.id)
const locationOf =
  ({ get }: LocationStore) =>
  (one: Location) =>
    get(one.tenantId, one.id)

const stale = "changes no device that is not as it is known, whatever about it is not"

describeMistakes("the suite of device stores sees an adapter that", deviceStoreChecks, {
  "compares nothing": {
    seenBy: stale,
    spoil: ({ devices }) => ({ devices: { replace: overwriting(devices.replace, deviceOf(devices)) } })
  },
  "does not compare the kind": {
    seenBy: stale,
    spoil: ({ devices }) => ({ devices: { replace: blindTo(devices.replace, deviceOf(devices), "kind") } })
  },
  "compares and writes in two steps": {
    seenBy: "of replacements of the same known device one is made, however many come at once",
    spoil: ({ devices }) => ({ devices: { replace: inTwoSteps(devices.replace, deviceOf(devices)) } })
  },
  "never writes that one was removed": {
    seenBy: "replaces a device that is as it is known, and answers what was put, letter by letter",
    spoil: ({ devices }) => ({
      devices: { replace: (known, { removedAt: _, ...next }) => devices.replace(known, next) }
    })
  },
  "replaces what is another tenant's": {
    seenBy: "replaces no device that is not there or is another tenant's",
    spoil: ({ devices }) => {
      const owners = new Map<string, Parameters<DeviceStore["get"]>[0]>()
      return {
        devices: {
          add: (device) => {
            owners.set(device.id, device.tenantId)
            return devices.add(device)
          },
          replace: (known, next) => {
            const tenantId = owners.get(known.id) ?? known.tenantId
            return devices.replace({ ...known, tenantId }, { ...next, tenantId })
          }
        }
      }
    }
  },
  "puts a device behind any other": {
    seenBy: "puts no device behind one that is not there, is elsewhere, is another tenant's or is itself",
    spoil: ({ devices }) => ({
      devices: { replace: (known, next) => devices.replace(known, { ...next, parentId: null }) }
    })
  },
  "lists what was removed": {
    seenBy: "leaves removed devices out of lists, unless they are asked for",
    spoil: ({ devices }) => ({
      devices: { list: (tenantId, page) => devices.list(tenantId, { ...page, withRemoved: true }) }
    })
  },
  "leaves what was removed out after it cut the page": {
    seenBy: "leaves removed devices out of lists, unless they are asked for",
    spoil: ({ devices }) => ({
      devices: {
        list: (tenantId, page) =>
          Effect.map(devices.list(tenantId, { ...page, withRemoved: true }), (all) =>
            all.filter(({ removedAt }) => page.withRemoved === true || removedAt === undefined)
          )
      }
    })
  }
})

describeMistakes("the suite of location stores sees, of changes, an adapter that", locationStoreChecks, {
  "compares nothing": {
    seenBy: "changes no location that is not as it is known, whatever about it is not",
    spoil: ({ locations }) => ({
      locations: { replace: overwriting(locations.replace, locationOf(locations)) }
    })
  },
  "does not compare the address": {
    seenBy: "changes no location that is not as it is known, whatever about it is not",
    spoil: ({ locations }) => ({
      locations: {
        replace: (known, next) =>
          Effect.flatMap(locations.get(known.tenantId, known.id), ({ address }) => {
            const { address: _, ...rest } = known
            return locations.replace(address === undefined ? rest : { ...rest, address }, next)
          })
      }
    })
  },
  "compares and writes in two steps": {
    seenBy: "of replacements of the same known location one is made, however many come at once",
    spoil: ({ locations }) => ({
      locations: { replace: inTwoSteps(locations.replace, locationOf(locations)) }
    })
  },
  "takes nobody for not known": {
    seenBy: "replaces a location that is as it is known, and answers what was put, letter by letter",
    spoil: ({ locations }) => ({
      locations: {
        get: (tenantId, id) =>
          Effect.map(locations.get(tenantId, id), ({ occupants, ...rest }) =>
            occupants ? { ...rest, occupants } : rest
          )
      }
    })
  },
  "rounds the area": {
    seenBy: "keeps where a location is, how large it is and who is in it",
    spoil: ({ locations }) => ({
      locations: {
        add: (place) =>
          locations.add(place.areaM2 === undefined ? place : { ...place, areaM2: Math.fround(place.areaM2) })
      }
    })
  },
  "lists what was removed": {
    seenBy: "leaves removed locations out of lists, unless they are asked for",
    spoil: ({ locations }) => ({
      locations: { list: (tenantId, page) => locations.list(tenantId, { ...page, withRemoved: true }) }
    })
  }
})

describeMistakes("the suite of tenant stores sees an adapter that", tenantStoreChecks, {
  "lists in no order": {
    seenBy: "lists all tenants in the order of ids, page by page",
    spoil: ({ tenants }) => ({
      tenants: { list: (page) => Effect.map(tenants.list(page), (all) => all.toReversed()) }
    })
  },
  "renames everybody": {
    seenBy: "renames a tenant and changes nothing else; none that is not there",
    spoil: ({ tenants }) => ({
      tenants: {
        rename: (id, name) =>
          Effect.andThen(
            tenants.rename(id, name),
            Effect.flatMap(tenants.list({ limit: 99 }), (all) =>
              Effect.forEach(all, (one) => tenants.rename(one.id, name), { discard: true })
            )
          )
      }
    })
  },
  "adds whom it renames": {
    seenBy: "renames a tenant and changes nothing else; none that is not there",
    spoil: ({ tenants }) => ({
      tenants: {
        rename: (id, name) =>
          Effect.catchTag(tenants.rename(id, name), "NotFound", () =>
            Effect.orDie(tenants.add({ id, name, createdAt: 0 as Location["createdAt"] }))
          )
      }
    })
  }
})

describeMistakes("the suite of key stores sees an adapter that", apiKeyStoreChecks, {
  "forgets whose key it is": {
    seenBy: "a key of a person comes back with its person, its locations and its end",
    spoil: ({ keys }) => ({ keys: { add: (key) => keys.add({ ...key, userId: null }) } })
  },
  "takes no location for all": {
    seenBy: "a key of a person comes back with its person, its locations and its end",
    spoil: ({ keys }) => ({
      keys: {
        add: (key) => keys.add(key.locations?.length === 0 ? { ...key, locations: null } : key)
      }
    })
  },
  "makes keys for anybody": {
    seenBy: "refuses a key of somebody who is no member of the tenant",
    spoil: ({ keys }) => ({
      keys: {
        add: (key) => Effect.catchTag(keys.add(key), "NotFound", () => keys.add({ ...key, userId: null }))
      }
    })
  },
  "cuts the page before it looks for the person": {
    seenBy: "lists the keys of one person in a tenant, page by page",
    spoil: ({ keys }) => ({
      keys: {
        list: (tenantId, { userId, ...page }) =>
          Effect.map(keys.list(tenantId, page), (all) =>
            all.filter((key) => userId === undefined || key.userId === userId)
          )
      }
    })
  },
  "leaves the keys of who was removed": {
    seenBy: "who is removed takes along their keys in every tenant, and nobody else's",
    spoil: () => ({ users: { remove: () => Effect.void } })
  },
  "notes the use that came last": {
    seenBy: "notes when keys were last used, those of many tenants at once, and no use before the last one",
    spoil: ({ keys }) => ({
      keys: {
        noteUse: (uses) =>
          keys.noteUse(uses.filter((use, i) => uses.findLastIndex(({ id }) => id === use.id) === i))
      }
    })
  },
  "gives up at the first key that is gone": {
    seenBy: "notes no use of a key that is gone or is another tenant's, and yet that of the others",
    spoil: ({ keys }) => ({
      keys: {
        noteUse: (uses) =>
          Effect.gen(function* () {
            for (const use of uses) {
              if (!(yield* Effect.isSuccess(keys.get(use.tenantId, use.id)))) return
              yield* keys.noteUse([use])
            }
          })
      }
    })
  }
})

const isKept = (known: Membership) => (now: Membership) =>
  now.role === known.role && now.disabledAt === known.disabledAt

describeMistakes("the suite of membership stores sees, of changes, an adapter that", membershipStoreChecks, {
  "does not compare the locations": {
    seenBy: "replaces a membership that is as it is known, and none that is not",
    spoil: ({ memberships }) => ({
      memberships: {
        replace: (known, next) =>
          Effect.flatMap(Effect.option(memberships.get(known.tenantId, known.userId)), (now) =>
            now._tag === "Some" && isKept(known)(now.value)
              ? memberships.replace(now.value, next)
              : memberships.replace(known, next)
          )
      }
    })
  },
  "forgets who is kept out": {
    seenBy:
      "a member who is put again has the role and the locations of then, and is one since the first time",
    spoil: ({ memberships }) => ({
      memberships: { put: (membership) => memberships.put({ ...membership, disabledAt: null }) }
    })
  },
  "takes the last administrator out": {
    seenBy: "leaves somebody in the tenant who administers it and may sign in",
    spoil: ({ memberships }) => ({
      memberships: {
        replace: (known, next) =>
          next === null
            ? Effect.as(memberships.remove(known.tenantId, known.userId), "replaced" as const)
            : memberships.replace(known, next)
      }
    })
  },
  "counts administrators and takes them out in two steps": {
    seenBy: "of admins who take each other out at once one stays",
    spoil: ({ memberships }) => ({
      memberships: {
        replace: Effect.fnUntraced(function* (known, next) {
          const others = yield* memberships.ofTenant(known.tenantId, { limit: 99 })
          yield* Effect.yieldNow
          if (others.length === 1 || next !== null) return yield* memberships.replace(known, next)
          yield* memberships.remove(known.tenantId, known.userId)
          return "replaced"
        })
      }
    })
  },
  "gives locations of other tenants": {
    seenBy: "gives no location that the tenant does not have",
    spoil: ({ memberships }) => ({
      memberships: {
        replace: (known, next) =>
          Effect.catchTag(memberships.replace(known, next), "NotFound", () =>
            memberships.replace(known, next === null ? null : { ...next, locations: [] })
          )
      }
    })
  },
  "gives a location without asking who has it": {
    seenBy: "gives nothing where others have the location than is known, or as something else",
    spoil: ({ memberships }) => ({
      memberships: {
        give: Effect.fnUntraced(function* ({ locationId, tenantId, wanted }) {
          const known = yield* memberships.ofTenant(tenantId, { limit: 99, locationId })
          return yield* memberships.give({ tenantId, locationId, wanted, known })
        })
      }
    })
  },
  "looks who has a location and gives it in two steps": {
    seenBy: "of gifts that know the same one is made, and none of other locations is lost",
    spoil: ({ memberships }) => ({
      memberships: {
        give: Effect.fnUntraced(function* (gift) {
          const { known, locationId, tenantId } = gift
          const had = yield* memberships.ofTenant(tenantId, { limit: 99, locationId })
          yield* Effect.yieldNow
          if (had.length !== known.length) return { kind: "changed" as const }
          const now = yield* memberships.ofTenant(tenantId, { limit: 99, locationId })
          return yield* memberships.give({ ...gift, known: now })
        })
      }
    })
  },
  "takes everything from who gets a location": {
    seenBy: "gives a location to some and takes it from all others, and leaves what else they have",
    spoil: ({ memberships }) => ({
      memberships: {
        give: Effect.fnUntraced(function* (gift) {
          const told = yield* memberships.give(gift)
          if (told.kind === "changed") return told
          for (const { after } of told.changes)
            yield* memberships.put({ ...after, locations: [gift.locationId] })
          return told
        })
      }
    })
  },
  "gives a location to those who are members, and forgets the rest": {
    seenBy: "gives nothing to who is no member, and no location that the tenant does not have",
    spoil: ({ memberships }) => ({
      memberships: {
        give: Effect.fnUntraced(function* (gift) {
          const all = yield* memberships.ofTenant(gift.tenantId, { limit: 99 })
          const wanted = gift.wanted.filter((id) => all.some(({ userId }) => userId === id))
          return yield* memberships.give({ ...gift, wanted })
        })
      }
    })
  },
  "lists everybody for a location": {
    seenBy: "lists those to whom a location was given, page by page, whatever their role",
    spoil: ({ memberships }) => ({
      memberships: {
        ofTenant: (tenantId, { locationId: _, ...page }) => memberships.ofTenant(tenantId, page)
      }
    })
  }
})
