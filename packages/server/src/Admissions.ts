import {
  type ApiKey,
  type ApiKeyId,
  ApiKeyStore,
  type Instant,
  type Principal,
  type StorageError,
  type TenantId
} from "@wattkit/core"
import { Credentials } from "@wattkit/engine"
import { Clock, Context, Duration, Effect, Layer, Option, Schedule } from "effect"

/**
 * Why somebody who was let in has to go: what they showed is worth nothing any more, or it allows less than
 * when they came or has run out, and they may come again.
 */
export type Ending = "revoked" | "changed"

/** Told once that a connection has to end. */
type End = (why: Ending) => void

/**
 * Everybody who was let in for longer than an answer takes, so that none of them stays longer than they may.
 */
export class Admissions extends Context.Service<
  Admissions,
  {
    /** Looks after a connection until the function it answers is called, or `end` was. */
    readonly admit: (principal: Principal, end: End) => () => void
    /** Looks at everybody, which is done every two seconds anyway. */
    readonly look: Effect.Effect<void>
  }
>()("@wattkit/server/Admissions") {
  /** Looks at everybody every two seconds, as long as the scope lasts. */
  static readonly layer: Layer.Layer<Admissions, never, Credentials | ApiKeyStore> = Layer.suspend(() =>
    Layer.effect(Admissions, make)
  )
}

/** With what the stores are believed for, nobody stays for three seconds. */
const lookEvery = Duration.seconds(2)

/** Credentials asked about at the same time. */
const concurrency = 8

/** From so many keys of a tenant on, its keys are read in pages instead of one by one. */
const manyKeys = 32
const pageOf = 1_000

/** All connections that came with the same credential and the same rights. */
interface Party {
  readonly principal: Principal
  readonly ends: Set<End>
}

const nameOf = ({ by, deviceId, locations, scopes, tenantId, until }: Principal): string =>
  JSON.stringify([tenantId, by, deviceId, locations, scopes, until])

const holdsAll = <A>(all: ReadonlyArray<A>, some: ReadonlyArray<A>): boolean =>
  some.every((one) => all.includes(one))

type Rights = Pick<Principal, "scopes" | "locations">

/** Whether somebody may still do, where they could, what they could. */
const isAsMuch = (now: Rights, before: Rights): boolean =>
  holdsAll(now.scopes, before.scopes) &&
  (now.locations === null || (before.locations !== null && holdsAll(now.locations, before.locations)))

/** Whether a key alone says that its bearer may stay; of whatever is more involved, the engine is asked. */
const isPlainlySound = (key: ApiKey, principal: Principal, now: number): boolean =>
  key.revokedAt === null &&
  key.userId === null &&
  (key.expiresAt === null || key.expiresAt > now) &&
  isAsMuch(key, principal)

/** Those of the parties who bear keys of nobody, of a tenant. */
const byTenant = (parties: Iterable<Party>): ReadonlyMap<TenantId, Map<ApiKeyId, Array<Party>>> => {
  const found = new Map<TenantId, Map<ApiKeyId, Array<Party>>>()
  for (const party of parties) {
    const { by, tenantId } = party.principal
    if (by.kind !== "key" || by.userId !== null) continue
    const keys = found.get(tenantId) ?? new Map<ApiKeyId, Array<Party>>()
    found.set(tenantId, keys)
    const sharing = keys.get(by.id)
    if (sharing === undefined) keys.set(by.id, [party])
    else sharing.push(party)
  }
  return found
}

/** Makes what tells of many keys at once which of them are sound. */
const makeReadMany = Effect.map(ApiKeyStore, (store) => {
  const ofTenant = Effect.fnUntraced(function* (
    tenantId: TenantId,
    parties: ReadonlyMap<ApiKeyId, ReadonlyArray<Party>>,
    now: Instant.Instant
  ): Effect.fn.Return<ReadonlyArray<Party>, StorageError> {
    const sound: Array<Party> = []
    let after: ApiKeyId | undefined
    while (true) {
      const page: ReadonlyArray<ApiKey> = yield* store.list(tenantId, { after, limit: pageOf })
      for (const key of page) {
        for (const party of parties.get(key.id) ?? []) {
          if (isPlainlySound(key, party.principal, now)) sound.push(party)
        }
      }
      after = page.at(-1)?.id
      if (page.length < pageOf) return sound
    }
  })

  /** The parties that need not be asked about one by one: they are sound, or it cannot be found out now. */
  return Effect.fnUntraced(function* (parties: Iterable<Party>, now: Instant.Instant) {
    const settled = new Set<Party>()
    for (const [tenantId, keys] of byTenant(parties)) {
      if (keys.size < manyKeys) continue
      const all = [...keys.values()].flat()
      const sound = yield* Effect.catch(ofTenant(tenantId, keys, now), () => Effect.succeed(all))
      for (const party of sound) settled.add(party)
    }
    return settled
  })
})

const make = Effect.gen(function* () {
  const { renew } = yield* Credentials
  const readMany = yield* makeReadMany
  const parties = new Map<string, Party>()

  const admit = (principal: Principal, end: End): (() => void) => {
    const name = nameOf(principal)
    const party = parties.get(name) ?? { principal, ends: new Set() }
    parties.set(name, party)
    // The same function may be given twice, and each time counts.
    const own: End = (why) => end(why)
    party.ends.add(own)
    return () => {
      party.ends.delete(own)
      if (party.ends.size === 0 && parties.get(name) === party) parties.delete(name)
    }
  }

  const endAll = (party: Party, why: Ending): void => {
    const ends = [...party.ends]
    party.ends.clear()
    if (parties.get(nameOf(party.principal)) === party) parties.delete(nameOf(party.principal))
    for (const end of ends) end(why)
  }

  /** Who cannot be asked about stays; the next look asks again. */
  const judge = (party: Party) =>
    Effect.match(renew(party.principal), {
      onFailure: () => undefined,
      onSuccess: (found) => {
        if (Option.isNone(found)) endAll(party, "revoked")
        else if (!isAsMuch(found.value, party.principal)) endAll(party, "changed")
      }
    })

  const look = Effect.gen(function* () {
    const now = (yield* Clock.currentTimeMillis) as Instant.Instant
    for (const party of parties.values()) {
      if ((party.principal.until ?? now + 1) <= now) endAll(party, "changed")
    }
    const all = [...parties.values()]
    const settled = yield* readMany(all, now)
    const open = settled.size === 0 ? all : all.filter((party) => !settled.has(party))
    yield* Effect.forEach(open, judge, { concurrency, discard: true })
  })
  const careful = Effect.catchCause(look, (cause) =>
    Effect.logError("who is connected could not be looked at", cause)
  )
  yield* Effect.forkScoped(Effect.repeat(careful, Schedule.spaced(lookEvery)))
  return Admissions.of({ admit, look })
})
