import { type Quarantined } from "@wattkit/core"
import * as Effect from "effect/Effect"
import { deviceStatusStoreChecks } from "../deviceStatusStoreSuite.ts"
import { locationStoreChecks } from "../locationStoreSuite.ts"
import { quarantineStoreChecks } from "../quarantineStoreSuite.ts"
import { describeMistakes } from "./mistakes.fixture.ts"

describeMistakes("the suite of quarantine stores sees an adapter that", quarantineStoreChecks, {
  "keeps the last that comes with an id": {
    seenBy: "what comes again changes nothing, also beside new ones and twice in one list",
    spoil: ({ quarantine }) => {
      const last = new Map<string, Quarantined>()
      return {
        quarantine: {
          add: (some) => {
            for (const one of some) last.set(one.id, one)
            return quarantine.add(some)
          },
          list: (tenantId, page) =>
            Effect.map(quarantine.list(tenantId, page), (some) => some.map(({ id }) => last.get(id)!))
        }
      }
    }
  },
  "lists what is settled among what waits": {
    seenBy: "lists those of one device, and those that wait",
    spoil: ({ quarantine }) => ({
      quarantine: { list: (tenantId, page) => quarantine.list(tenantId, { ...page, waiting: false }) }
    })
  },
  "settles what is settled": {
    seenBy: "what is settled says how, and stays as it is",
    spoil: ({ quarantine }) => {
      const last = new Map<string, Quarantined["settled"]>()
      return {
        quarantine: {
          settle: (tenantId, ids, settled) => {
            for (const id of ids) last.set(id, settled)
            return quarantine.settle(tenantId, ids, settled)
          },
          list: (tenantId, page) =>
            Effect.map(quarantine.list(tenantId, page), (some) =>
              some.map((one) => ({ ...one, settled: last.get(one.id) ?? null }))
            )
        }
      }
    }
  },
  "gives up what waits for long": {
    seenBy: "gives up what was settled before an instant, so many at most, and nothing that waits",
    spoil: ({ quarantine }) => {
      const waiting = new Map<string, Quarantined>()
      return {
        quarantine: {
          add: (some) => {
            for (const one of some) waiting.set(one.id, one)
            return quarantine.add(some)
          },
          forget: (before, limit) =>
            Effect.gen(function* () {
              const old = [...waiting.values()].filter(({ receivedAt }) => receivedAt < before)
              for (const { id, tenantId } of old.slice(0, limit)) {
                yield* quarantine.settle(tenantId, [id], { at: before, by: "", as: "dropped", shiftedMs: 0 })
              }
              return yield* quarantine.forget(before, limit)
            })
        }
      }
    }
  }
})

describeMistakes("the suite of device statuses sees an adapter that", deviceStatusStoreChecks, {
  "tells a status at every observation": {
    seenBy: "a device that was heard is online from then on, and is told of once",
    spoil: ({ statuses }) => {
      const told: Array<Effect.Success<ReturnType<typeof statuses.observe>>[number]> = []
      return {
        statuses: {
          observe: (now, silentMs) =>
            Effect.map(statuses.observe(now, silentMs), (changed) => (told.push(...changed), told))
        }
      }
    }
  },
  "takes the moment of the observation for that of the silence": {
    seenBy: "a device is offline from the moment it was silent for long enough",
    spoil: ({ statuses }) => ({
      statuses: {
        observe: (now, silentMs) =>
          Effect.map(statuses.observe(now, silentMs), (changed) =>
            changed.map((one) => ({ ...one, at: now }))
          )
      }
    })
  },
  "forgets what was in force": {
    seenBy: "history: what changed within the interval, after what was in force at its start",
    spoil: ({ statuses }) => ({
      statuses: {
        history: (tenantId, deviceId, within) =>
          Effect.map(statuses.history(tenantId, deviceId, within), (changes) =>
            changes.filter(({ at }) => at >= within.start)
          )
      }
    })
  },
  "takes every word of a device for a change": {
    seenBy: "what a device says is written when it differs from the status in force",
    spoil: ({ statuses }) => ({
      statuses: {
        report: (tenantId, deviceId, at, status) =>
          Effect.as(statuses.report(tenantId, deviceId, at, status), true)
      }
    })
  },
  "believes what is old": {
    seenBy: "what is older than the last change, or than what the device said last, changes nothing",
    spoil: ({ statuses }) => {
      let latest = 0
      return {
        statuses: {
          report: (tenantId, deviceId, at, status) =>
            statuses.report(tenantId, deviceId, (latest = Math.max(latest + 1, at)) as typeof at, status)
        }
      }
    }
  },
  "forgets at the next observation what a device said": {
    seenBy: "a device that said it is offline stays so, whatever was received before",
    spoil: ({ statuses }) => ({
      statuses: {
        report: (tenantId, deviceId, at, status) =>
          // As if the word had been said before anything was received.
          statuses.report(tenantId, deviceId, (status === "offline" ? 1 : at) as typeof at, status)
      }
    })
  }
})

describeMistakes("the suite of location stores sees an adapter that", locationStoreChecks, {
  "keeps changes after the one that replaces them": {
    seenBy: "a change holds from its date on and replaces those after it; the last is the zone",
    spoil: ({ locations }) => ({
      locations: {
        zones: (tenantId, id) =>
          Effect.map(locations.zones(tenantId, id), (history) => [...history, history.at(-1)!] as never)
      }
    })
  },
  "changes the zone but not the location": {
    seenBy: "changes at once leave one history, whose last zone is the location's",
    spoil: ({ locations }) => ({
      locations: {
        get: (tenantId, id) =>
          Effect.map(locations.get(tenantId, id), (place) => ({ ...place, zone: "Europe/Berlin" as never }))
      }
    })
  }
})
