import {
  type ApiKeyId,
  DeviceId,
  DeviceStore,
  Email,
  Instant,
  JobId,
  JobStore,
  LocationId,
  LocationStore,
  MembershipStore,
  noSecrets,
  type Role,
  type Scope,
  SessionId,
  SessionStore,
  TariffId,
  TariffStore,
  TenantId,
  TenantStore,
  UserId,
  UserStore
} from "@wattkit/core"
import { AccessTokens, Credentials } from "@wattkit/engine"
import { Context, Effect, Option, Redacted } from "effect"
import { PasswordHasher } from "@wattkit/core"
import * as Hasher from "../../src/identity/passwordHasher/passwordHasher.ts"
import type { TestServer } from "../fixtures/inProcess.ts"

/** Who asks, in the order of the columns of the matrix. */
export const bearers = [
  "anonymous",
  "foreign admin",
  "user without",
  "user",
  "manager without",
  "manager",
  "admin",
  "read key",
  "ingest key",
  "manage key",
  "device",
  "other device"
] as const
export type BearerKind = (typeof bearers)[number]

/** The three places of a scene, and what only those may be shown who have it. */
export const markers = { near: "Near the sea", far: "Far away", foreign: "Foreign parts" } as const
export type PlaceName = keyof typeof markers

/** What every person of a scene signs in with. */
export const password = "Correct-Horse-7"

/** To make a hash is slow on purpose, so all of them have the same. */
let hashed: Promise<string> | undefined
const passwordHash = (): Promise<string> => {
  hashed ??= Effect.runPromise(
    PasswordHasher.use((hasher) => hasher.hash(Redacted.make(password))).pipe(
      Effect.provide(Hasher.layer),
      Effect.scoped
    )
  )
  return hashed
}

interface Person {
  readonly tenant: "own" | "foreign"
  readonly role: Role
  readonly locations: ReadonlyArray<PlaceName>
}

const persons: Partial<Record<BearerKind, Person>> = {
  "foreign admin": { tenant: "foreign", role: "admin", locations: [] },
  "user without": { tenant: "own", role: "user", locations: ["far"] },
  user: { tenant: "own", role: "user", locations: ["near"] },
  "manager without": { tenant: "own", role: "facility_manager", locations: ["far"] },
  manager: { tenant: "own", role: "facility_manager", locations: ["near"] },
  admin: { tenant: "own", role: "admin", locations: [] }
}

interface Key {
  readonly scopes: readonly [Scope, ...ReadonlyArray<Scope>]
  readonly device?: DeviceName
}

type DeviceName = "meter" | "plug"

const keys: Partial<Record<BearerKind, Key>> = {
  "read key": { scopes: ["read"] },
  "ingest key": { scopes: ["ingest"] },
  "manage key": { scopes: ["read", "ingest", "correct", "manage"] },
  device: { scopes: ["ingest", "read"], device: "meter" },
  "other device": { scopes: ["ingest", "read"], device: "plug" }
}

/**
 * Two tenants. The own one has two locations, `near` and `far`, with a meter and a plug each; the foreign one
 * has `foreign` with the same. Requests are about `near` and its meter.
 */
export interface Scene {
  readonly server: TestServer
  readonly tenantId: TenantId
  readonly locationOf: (place: PlaceName) => LocationId
  readonly deviceOf: (place: PlaceName, device: DeviceName) => DeviceId
  /** A location of the own tenant without devices, given to whom `near` is. */
  readonly emptyLocationId: LocationId
  /** A key of the tenant that may read, whose secret nobody has. */
  readonly keyId: ApiKeyId
  /** A tariff that is in force nowhere. */
  readonly tariffId: TariffId
  /** A job of the person below, that waits for a kind of work nobody does. */
  readonly jobId: JobId
  /** A person of the own tenant who has `near`, and whom nobody signs in as. */
  readonly member: { readonly userId: UserId; readonly sessionId: SessionId; readonly email: string }
  /** What the bearer sends; null for nobody. */
  readonly secretOf: (bearer: BearerKind) => Promise<string | null>
  /** Who a person of the scene is. */
  readonly userIdOf: (bearer: BearerKind) => UserId
}

/** A tariff that says as little as one can. */
export const tariff = {
  id: "usual",
  name: "Usual",
  currency: "EUR",
  timeZone: "Europe/Berlin",
  commodity: "electricity",
  touSets: {},
  versions: [
    {
      id: "v1",
      validFrom: "2026-01-01",
      charges: [],
      export: { kind: "none" },
      billing: {
        cycle: { kind: "calendarMonth" },
        tierProration: "byDays",
        taxIncluded: false
      }
    }
  ]
}
/** Ids belong to one tenant only, so every scene has its own. */
const locationIn = (n: number, place: PlaceName) => LocationId.make(`${place}-${n}`)
const deviceIn = (n: number, place: PlaceName, device: DeviceName) => DeviceId.make(`${place}-${device}-${n}`)

const addPlace = Effect.fnUntraced(function* (id: LocationId, tenantId: TenantId, name: string) {
  const createdAt = yield* Instant.now
  const zone = "Europe/Berlin" as never
  const place = { kind: "house", zone, currency: "EUR" as never } as const
  yield* LocationStore.use((store) => store.add({ id, tenantId, name, ...place, createdAt }))
})

const addLocation = Effect.fnUntraced(function* (n: number, tenantId: TenantId, name: PlaceName) {
  const createdAt = yield* Instant.now
  const id = locationIn(n, name)
  yield* addPlace(id, tenantId, markers[name])
  for (const [device, role, kind] of [
    ["meter", "grid", "grid_meter"],
    ["plug", "load", "plug"]
  ] as const) {
    yield* DeviceStore.use((store) =>
      store.add({
        id: deviceIn(n, name, device),
        tenantId,
        locationId: id,
        role,
        kind,
        name: `${markers[name]}, ${device}`,
        parentId: null,
        createdAt
      })
    )
  }
})

const addPerson = Effect.fnUntraced(function* (
  n: number,
  tenantId: TenantId,
  userId: UserId,
  person: Person
) {
  const now = yield* Instant.now
  const hash = yield* Effect.promise(passwordHash)
  const email = Email.make(`${userId.toLowerCase()}@example.com`)
  const sessionId = SessionId.make(`s-${userId}`)
  const dates = { verifiedAt: now, disabledAt: null, eraseAt: null }
  yield* UserStore.use((store) =>
    store.add(
      { id: userId, email, name: userId, createdAt: now, ...dates },
      { ...noSecrets, passwordHash: hash }
    )
  )
  const locations = person.locations.map((place) => locationIn(n, place))
  if (person.locations.includes("near")) locations.push(LocationId.make(`empty-${n}`))
  const membership = { tenantId, userId, role: person.role, locations, createdAt: now, disabledAt: null }
  yield* MembershipStore.use((store) => store.put(membership))
  const session = { id: sessionId, userId, tenantId, createdAt: now, usedAt: now, endedAt: null }
  yield* SessionStore.use((store) =>
    store.begin({ ...session, expiresAt: (now + 86_400_000) as Instant.Instant, agent: "test" }, userId)
  )
  return { userId, sessionId, email }
})

const tokenOf = (server: TestServer, tenantId: TenantId, id: UserId, sessionId: SessionId) =>
  Effect.gen(function* () {
    const tokens = Option.getOrThrow(Context.getOption(server.services, AccessTokens))
    return yield* tokens.sign({ tenantId, by: { kind: "user", id, sessionId } }, yield* Instant.now)
  })

let scenes = 0

/** Makes a scene nobody has touched yet, in a server that holds any number of them. */
export const makeScene = async (server: TestServer): Promise<Scene> => {
  const n = ++scenes
  const tenants = { own: TenantId.make(`own-${n}`), foreign: TenantId.make(`foreign-${n}`) }
  const userIdOf = (bearer: BearerKind | "member") => UserId.make(`u${n}-${bearer.replaceAll(" ", "-")}`)
  const emptyLocationId = LocationId.make(`empty-${n}`)
  const tariffId = TariffId.make(`tariff-${n}`)
  const jobId = JobId.make(`job-${n}`)
  const { keyId, member } = await server.run(
    Effect.gen(function* () {
      const createdAt = yield* Instant.now
      const tenantStore = yield* TenantStore
      yield* tenantStore.add({ id: tenants.own, name: "Own", createdAt })
      yield* tenantStore.add({ id: tenants.foreign, name: "Foreign", createdAt })
      yield* addLocation(n, tenants.own, "near")
      yield* addLocation(n, tenants.own, "far")
      yield* addLocation(n, tenants.foreign, "foreign")
      yield* addPlace(emptyLocationId, tenants.own, "Empty")
      const named = { name: "Usual", definition: tariff, createdAt, changedAt: createdAt }
      yield* TariffStore.use((store) => store.add({ id: tariffId, tenantId: tenants.own, ...named }))
      const person = { tenant: "own", role: "user", locations: ["near"] } as const
      const member = yield* addPerson(n, tenants.own, userIdOf("member"), person)
      const job = { id: jobId, tenantId: tenants.own, userId: member.userId, by: `user ${member.userId}` }
      const how = { queue: "webhooks", kind: "test", payload: null, priority: "normal" } as const
      const when = { maxAttempts: 1, backOffMs: 1_000, runAt: createdAt, createdAt }
      yield* JobStore.use((store) => store.add({ ...job, ...how, ...when }))
      const key = { tenantId: tenants.own, name: "spare", scopes: ["read"], deviceId: null } as const
      const { id: keyId } = yield* Credentials.use((credentials) => credentials.issueNamed(key))
      return { keyId, member }
    })
  )
  const signIn = (bearer: BearerKind, person: Person) =>
    Effect.gen(function* () {
      const tenantId = tenants[person.tenant]
      const { sessionId, userId } = yield* addPerson(n, tenantId, userIdOf(bearer), person)
      return yield* tokenOf(server, tenantId, userId, sessionId)
    })
  const issue = ({ device, scopes }: Key) =>
    Credentials.use((credentials) =>
      credentials.issue({
        tenantId: tenants.own,
        name: "probe",
        scopes,
        deviceId: device === undefined ? null : deviceIn(n, "near", device)
      })
    ).pipe(Effect.map(Redacted.value))
  const known = new Map<BearerKind, Promise<string>>()
  const secretOf = async (bearer: BearerKind) => {
    const [person, key] = [persons[bearer], keys[bearer]]
    const make = person === undefined ? key && issue(key) : signIn(bearer, person)
    if (make === undefined) return null
    const found = known.get(bearer) ?? server.run(make)
    known.set(bearer, found)
    return found
  }
  return {
    server,
    tenantId: tenants.own,
    emptyLocationId,
    keyId,
    tariffId,
    jobId,
    member,
    secretOf,
    userIdOf,
    locationOf: (place) => locationIn(n, place),
    deviceOf: (place, device) => deviceIn(n, place, device)
  }
}
