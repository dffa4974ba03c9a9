import { erased, type PersonalData, type TariffStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import { auditStoreChecks } from "../identity/auditStoreSuite.ts"
import { consentStoreChecks } from "../identity/consentStoreSuite.ts"
import { oneTimeStoreChecks } from "../identity/oneTimeStoreSuite.ts"
import { personalDataChecks } from "../identity/personalDataSuite.ts"
import { sessionStoreChecks } from "../identity/sessionStoreSuite.ts"
import { tariffStoreChecks } from "../tariffs/tariffStoreSuite.ts"
import { describeMistakes, type Mistake } from "./mistakes.fixture.ts"

const wrongly =
  (spoil: (right: TariffStore) => Partial<TariffStore>): Mistake["spoil"] =>
  ({ tariffs }) => ({ tariffs: spoil(tariffs) })

describeMistakes("the suite of tariff stores sees an adapter that", tariffStoreChecks, {
  "puts the names of a definition in order": {
    seenBy: "answers what was added, letter by letter, up to a mebibyte of JSON",
    spoil: wrongly((right) => ({
      get: (tenantId, id) =>
        Effect.map(right.get(tenantId, id), (tariff) => {
          const { definition } = tariff
          const isObject = typeof definition === "object" && definition !== null && !Array.isArray(definition)
          if (!isObject) return tariff
          const sorted = Object.fromEntries(Object.entries(definition).sort(([a], [b]) => (a < b ? -1 : 1)))
          return { ...tariff, definition: sorted }
        })
    }))
  },
  "keeps the definition of the caller": {
    seenBy: "what is done to a definition afterwards changes nothing",
    spoil: wrongly((right) => {
      const given = new Map<string, unknown>()
      return {
        add: (tariff) => {
          given.set(tariff.id, tariff.definition)
          return right.add(tariff)
        },
        get: (tenantId, id) =>
          Effect.map(right.get(tenantId, id), (tariff) => ({ ...tariff, definition: given.get(id) }))
      }
    })
  },
  "does not compare definitions": {
    seenBy: "replaces a tariff that is as it is known, and none that is not, whatever about it is not",
    spoil: wrongly((right) => ({
      replace: (known, next) =>
        Effect.flatMap(right.get(known.tenantId, known.id), ({ definition }) =>
          right.replace({ ...known, definition }, next)
        )
    }))
  },
  "compares and writes in two steps": {
    seenBy: "of replacements of the same known tariff one is made, however many come at once",
    spoil: wrongly((right) => ({
      replace: Effect.fnUntraced(function* (known, next) {
        const isKnown = yield* right.replace(known, known)
        yield* Effect.yieldNow
        return isKnown && (yield* right.replace(yield* right.get(known.tenantId, known.id), next))
      })
    }))
  },
  "lists what was removed": {
    seenBy:
      "lists a tenant's tariffs in the order of ids, page by page, removed ones when they are asked for",
    spoil: wrongly((right) => ({
      list: (tenantId, page) => right.list(tenantId, { ...page, withRemoved: true })
    }))
  },
  "answers assignments as they came": {
    seenBy: "answers assignments by direction and day, however they were put, and replaces all of them",
    spoil: wrongly((right) => {
      let last: Parameters<TariffStore["assign"]>[3] = []
      return {
        assign: (tenantId, id, known, next) => right.assign(tenantId, id, known, (last = next)),
        assignments: () => Effect.sync(() => last)
      }
    })
  },
  "assigns whatever is known": {
    seenBy: "assigns nothing when the assignments are not as they are known, whatever about them is not",
    spoil: wrongly((right) => ({
      assign: (tenantId, id, _, next) =>
        Effect.flatMap(right.assignments(tenantId, id), (known) => right.assign(tenantId, id, known, next))
    }))
  },
  "assigns in two steps": {
    seenBy: "of assignments to a location at once, of the same known ones, one is made whole",
    spoil: wrongly((right) => ({
      assign: Effect.fnUntraced(function* (tenantId, id, known, next) {
        const isKnown = yield* right.assign(tenantId, id, known, known)
        yield* Effect.yieldNow
        const now = yield* right.assignments(tenantId, id)
        return isKnown && (yield* right.assign(tenantId, id, now, next))
      })
    }))
  },
  "leaves out tariffs that are not there": {
    seenBy: "refuses a location or a tariff that is not there or is another tenant's, and changes nothing",
    spoil: wrongly((right) => ({
      assign: (tenantId, id, known, next) =>
        Effect.catchTag(right.assign(tenantId, id, known, next), "NotFound", () =>
          right.assign(tenantId, id, known, known)
        )
    }))
  },
  "assigns what was removed": {
    seenBy: "a tariff that was removed can stay where it is in force, and begin nowhere",
    spoil: wrongly((right) => ({
      replace: (known, { removedAt: _, ...next }) => right.replace(known, next)
    }))
  },
  "tells a location for each direction": {
    seenBy: "tells where a tariff is in force, each location once, page by page",
    spoil: wrongly((right) => ({
      assignedTo: (tenantId, id, page) =>
        Effect.map(right.assignedTo(tenantId, id, page), (places) => places.flatMap((one) => [one, one]))
    }))
  }
})

describeMistakes("the suite of consent stores sees an adapter that", consentStoreChecks, {
  "keeps the last word only": {
    seenBy:
      "answers every consent as it was added, the last that was added first, also of an earlier instant",
    spoil: ({ consents }) => ({
      consents: {
        list: (userId, query) => Effect.map(consents.list(userId, query), (all) => all.slice(0, 1))
      }
    })
  },
  "sorts by the instant": {
    seenBy:
      "answers every consent as it was added, the last that was added first, also of an earlier instant",
    spoil: ({ consents }) => ({
      consents: {
        list: (userId, query) =>
          Effect.map(consents.list(userId, query), (all) => all.toSorted((a, b) => b.at - a.at))
      }
    })
  },
  "asks not what it is about": {
    seenBy: "answers those about one subject",
    spoil: ({ consents }) => ({
      consents: { list: (userId, { subject: _, ...query }) => consents.list(userId, query) }
    })
  },
  "remembers what somebody said who is gone": {
    seenBy: "refuses one of nobody, and what somebody said is gone when they are",
    spoil: () => ({ users: { remove: () => Effect.void } })
  }
})

const exported =
  (
    change: (found: ReadonlyArray<Effect.Success<ReturnType<PersonalData["export"]>>[number]>) => typeof found
  ) =>
  ({ personal }: { readonly personal: PersonalData }) => ({
    personal: {
      export: (id: Parameters<PersonalData["export"]>[0]) => Effect.map(personal.export(id), change)
    }
  })

describeMistakes("the suite of personal data sees an adapter that", personalDataChecks, {
  "forgets a table": {
    seenBy: "tells everything that is kept of a person, and no secret, and nothing of anybody else",
    spoil: exported((found) => found.filter(({ table }) => table !== "sessions"))
  },
  "tells secrets": {
    seenBy: "tells everything that is kept of a person, and no secret, and nothing of anybody else",
    spoil: ({ personal, users }) => ({
      personal: {
        export: Effect.fnUntraced(function* (id) {
          const { secrets } = yield* users.get(id)
          return [...(yield* personal.export(id)), { table: "zz", rows: [{ ...secrets }] }]
        })
      }
    })
  },
  "counts what it does not tell": {
    seenBy: "tells everything that is kept of a person, and no secret, and nothing of anybody else",
    spoil: ({ personal }) => ({
      personal: { counts: (id) => Effect.map(personal.counts(id), (counts) => ({ ...counts, users: 2 })) }
    })
  },
  "only takes the person out": {
    seenBy: "who is erased is gone with all that was theirs, and what they decided stays, decided by nobody",
    spoil: ({ personal, users }) => ({
      personal: {
        erase: (id) => Effect.flatMap(personal.counts(id), (counts) => Effect.as(users.remove(id), counts))
      }
    })
  },
  "forgets who decided, whoever it was": {
    seenBy: "erasing somebody leaves all others as they are",
    spoil: ({ personal, quarantine }) => {
      let by: string | undefined
      return {
        personal: {
          erase: (id) =>
            Effect.tap(personal.erase(id), () =>
              Effect.sync(() => {
                by = erased
              })
            )
        },
        quarantine: {
          get: (tenantId, ids) =>
            Effect.map(quarantine.get(tenantId, ids), (all) =>
              all.map(({ settled, ...one }) => ({
                ...one,
                settled: settled === null ? null : { ...settled, by: by ?? settled.by }
              }))
            )
        }
      }
    }
  },
  "takes what was done out of the audit log": {
    seenBy: "the audit log stays as it was, and says no more of who was erased than the id",
    spoil: ({ audit, personal }) => {
      let isGone = false
      return {
        personal: {
          erase: (id) =>
            Effect.tap(personal.erase(id), () =>
              Effect.sync(() => {
                isGone = true
              })
            )
        },
        audit: {
          list: (tenantId, query) =>
            Effect.map(audit.list(tenantId, query), (entries) => (isGone ? entries.slice(1) : entries))
        }
      }
    }
  },
  "erases the same person twice": {
    seenBy: "of many who erase somebody at once one does",
    spoil: ({ personal }) => ({
      personal: { erase: (id) => Effect.catchTag(personal.erase(id), "NotFound", () => Effect.succeed({})) }
    })
  },
  "tells who is due a moment too late": {
    seenBy: "those whose instant to be erased has come are due, the earliest first",
    spoil: ({ users }) => ({
      users: { dueForErasure: (now, limit) => users.dueForErasure((now - 1) as typeof now, limit) }
    })
  }
})

describeMistakes("the suites of sign-ins and audits see, of persons, an adapter that", auditStoreChecks, {
  "writes down what was said of a person": {
    seenBy: "keeps of a person no name, address, mail or browser, because nothing can take it out again",
    spoil: ({ audit }) => ({
      audit: {
        list: (tenantId, query) =>
          Effect.map(audit.list(tenantId, query), (all) =>
            all.map((one) => ({ ...one, before: { name: "Ada" } }))
          )
      }
    })
  }
})

describeMistakes("the suite of session stores sees, of idle sessions, an adapter that", sessionStoreChecks, {
  "lets a session idle for ever": {
    seenBy: "a session that was not turned for too long is over, and each turn begins that time anew",
    spoil: ({ sessions }) => ({
      sessions: { rotate: (turn) => sessions.rotate({ ...turn, idleMs: Number.POSITIVE_INFINITY }) }
    })
  },
  "ends what idles a moment too early": {
    seenBy: "a session that was not turned for too long is over, and each turn begins that time anew",
    spoil: ({ sessions }) => ({
      sessions: { rotate: (turn) => sessions.rotate({ ...turn, idleMs: turn.idleMs - 1 }) }
    })
  }
})

describeMistakes("the suite of one-time secrets sees, of invitations, an adapter that", oneTimeStoreChecks, {
  "keeps one invitation of a person": {
    seenBy: "a newer invitation replaces an older one into the same tenant, and none into another",
    spoil: ({ oneTimes }) => {
      let last = ""
      return {
        oneTimes: {
          put: (one) => {
            last = one.digest
            return oneTimes.put(one)
          },
          take: (digest, purpose, now) =>
            purpose === "invite" && digest !== last
              ? Effect.succeed(undefined)
              : oneTimes.take(digest, purpose, now)
        }
      }
    }
  }
})
