import {
  type ApiKey,
  ApiKeyStore,
  AuditStore,
  BindingStore,
  type ChannelName,
  ConsentStore,
  type DeadLetter,
  DeadLetterStore,
  type Device,
  type DeviceId,
  DeviceStatusStore,
  DeviceStore,
  type FormatId,
  IdempotencyStore,
  Instant,
  type JobId,
  JobStore,
  LocalDate,
  type KeptTariff,
  LocationStore,
  mainChannel,
  MembershipStore,
  noSecrets,
  type NotificationId,
  NotificationStore,
  OneTimeStore,
  PersonalData,
  QuarantineStore,
  ReadingStore,
  type Session,
  SessionStore,
  StorageUpkeep,
  TariffStore,
  type TenantId,
  TenantStore,
  UsageStore,
  type User,
  UserStore,
  usualNotificationPreferences
} from "@wattkit/core"
import type { PostgresStorage } from "@wattkit/storage-postgres"
import { Effect, Stream } from "effect"
import { createdAt, deviceIds, locationId } from "./twoTenants.ts"

/** Whose request it is, the texts it says, and a number of its own. */
export interface Said {
  readonly tenantId: TenantId
  /** A text for something. */
  readonly text: string
  /** An id that somebody sends. */
  readonly id: string
  /** What its readings say, in W. */
  readonly powerW: number
  readonly n: number
}

export type Request = Effect.Effect<unknown, unknown, PostgresStorage.Stores>

const within = { start: createdAt, end: Instant.plus(createdAt, 3 * 86_400_000) }
const later = (n: number): Instant.Instant => Instant.plus(createdAt, (n % 2000) * 60_000)
const deviceOf = (n: number): DeviceId => deviceIds[n % deviceIds.length]!
const page = { limit: 20 }

const registry = ({ id, n, tenantId, text }: Said): Record<string, Request> => {
  const deviceId = deviceOf(n)
  const named = { id: id as DeviceId, tenantId, name: text, createdAt, parentId: null }
  const device: Device = { ...named, locationId, role: "load", kind: "plug" }
  const key: ApiKey = {
    id: `key-${id}` as ApiKey["id"],
    tenantId,
    name: text,
    scopes: ["read"],
    deviceId,
    prefix: text,
    digest: `${text} ${n}`,
    userId: null,
    locations: [locationId, id as typeof locationId],
    createdAt,
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null
  }
  return {
    "tenant get": TenantStore.use((store) => store.get(tenantId)),
    "location get": LocationStore.use((store) => store.get(tenantId, locationId)),
    "location of an id": LocationStore.use((store) => store.get(tenantId, id as typeof locationId)),
    locations: LocationStore.use((store) => store.list(tenantId, page)),
    "locations after": LocationStore.use((store) =>
      store.list(tenantId, { ...page, after: id as typeof locationId })
    ),
    zones: LocationStore.use((store) => store.zones(tenantId, locationId)),
    "location replace": LocationStore.use((store) =>
      Effect.flatMap(store.get(tenantId, locationId), (known) =>
        store.replace(known, { ...known, name: text, address: text })
      )
    ),
    "change of zone": LocationStore.use((store) =>
      store.changeZone(tenantId, locationId, {
        from: LocalDate.fromStringOrThrow("2026-05-02"),
        zone: "Asia/Kolkata" as never
      })
    ),
    "device add": DeviceStore.use((store) => store.add(device)),
    "child add": DeviceStore.use((store) => store.add({ ...device, parentId: deviceId })),
    "device get": DeviceStore.use((store) => store.get(tenantId, deviceId)),
    "device of an id": DeviceStore.use((store) => store.get(tenantId, id as DeviceId)),
    devices: DeviceStore.use((store) => store.list(tenantId, { ...page, locationId })),
    "devices after": DeviceStore.use((store) =>
      store.list(tenantId, { ...page, after: id as DeviceId, locationId: id as typeof locationId })
    ),
    "device replace": DeviceStore.use((store) =>
      Effect.flatMap(store.get(tenantId, deviceId), (known) => store.replace(known, { ...known, name: text }))
    ),
    "device replace of an id": DeviceStore.use((store) =>
      store.replace(device, { ...device, parentId: id as DeviceId })
    ),
    "key add": ApiKeyStore.use((store) => store.add(key)),
    keys: ApiKeyStore.use((store) => store.list(tenantId, { ...page, after: id as ApiKey["id"] })),
    "key get": ApiKeyStore.use((store) => store.get(tenantId, key.id)),
    "keys of somebody": ApiKeyStore.use((store) =>
      store.list(tenantId, { ...page, deviceId: id as DeviceId, userId: id as User["id"] })
    ),
    "key use": ApiKeyStore.use((store) => store.noteUse([{ id: key.id, tenantId, at: later(n) }])),
    "key found": ApiKeyStore.use((store) => store.findByDigest(key.digest)),
    "key revoke": ApiKeyStore.use((store) => store.revoke(tenantId, key.id, later(n)))
  }
}

const tariffs = ({ id, n, tenantId, text }: Said): Record<string, Request> => {
  const named = { id: `tariff-${n % 5}` as KeptTariff["id"], tenantId, name: text, createdAt }
  const tariff: KeptTariff = { ...named, definition: { [text]: text }, changedAt: createdAt }
  const from = LocalDate.fromStringOrThrow("2026-05-02")
  const assigned = { direction: "import", from, tariffId: tariff.id } as const
  return {
    "tariff add": TariffStore.use((store) => store.add(tariff)),
    "tariff of an id": TariffStore.use((store) => store.add({ ...tariff, id: id as KeptTariff["id"] })),
    "tariff get": TariffStore.use((store) => store.get(tenantId, tariff.id)),
    tariffs: TariffStore.use((store) =>
      store.list(tenantId, { ...page, after: id as KeptTariff["id"], withRemoved: true })
    ),
    "tariff replace": TariffStore.use((store) =>
      Effect.flatMap(store.get(tenantId, tariff.id), (known) =>
        store.replace(known, { ...known, name: text })
      )
    ),
    assign: TariffStore.use((store) =>
      Effect.flatMap(store.assignments(tenantId, locationId), (known) =>
        store.assign(tenantId, locationId, known, [assigned])
      )
    ),
    "assign of an id": TariffStore.use((store) =>
      store.assign(tenantId, id as typeof locationId, [], [{ ...assigned, tariffId: id as KeptTariff["id"] }])
    ),
    assignments: TariffStore.use((store) => store.assignments(tenantId, locationId)),
    "assigned to": TariffStore.use((store) =>
      store.assignedTo(tenantId, tariff.id, { ...page, after: id as typeof locationId })
    )
  }
}

const readings = ({ id, n, powerW, tenantId, text }: Said): Record<string, Request> => {
  const [deviceId, channel] = [deviceOf(n), mainChannel]
  const query = { deviceId, channel, within }
  const usage = { deviceIds: [...deviceIds, id as DeviceId], within }
  const reading = (i: number) => ({ at: later(n + i), channel, powerW, extra: { [text]: 1 } })
  const correction = { deviceId, channel, at: later(n), reading: reading(0), by: text, reason: text }
  return {
    append: ReadingStore.use((store) => store.append(tenantId, [{ deviceId, ...reading(0) }])),
    "append many": ReadingStore.use((store) =>
      store.append(
        tenantId,
        Array.from({ length: 80 }, (_, i) => ({ deviceId: deviceOf(n + i), ...reading(i) }))
      )
    ),
    "append of an id": ReadingStore.use((store) =>
      store.append(tenantId, [{ deviceId: id as DeviceId, ...reading(0), channel: id as ChannelName }])
    ),
    correct: ReadingStore.use((store) => store.correct(tenantId, [{ ...correction, madeAt: later(n) }])),
    revisions: ReadingStore.use((store) => store.revisions(tenantId, { deviceId, channel, at: later(n) })),
    readings: ReadingStore.use((store) => store.page(tenantId, { ...query, ...page })),
    "readings of an id": ReadingStore.use((store) =>
      store.page(tenantId, { ...query, deviceId: id as DeviceId, channel: id as ChannelName, ...page })
    ),
    scan: ReadingStore.use((store) => Stream.runCollect(Stream.take(store.scan(tenantId, query), 30))),
    latest: ReadingStore.use((store) => store.latest(tenantId, [...deviceIds, id as DeviceId])),
    usage: UsageStore.use((store) => store.page(tenantId, { ...usage, resolution: "PT1H", ...page })),
    total: UsageStore.use((store) => store.total(tenantId, { ...usage, resolution: "P1D" })),
    rules: UsageStore.use((store) => store.rules(tenantId, deviceId, channel)),
    refresh: StorageUpkeep.use((upkeep) =>
      n % 10 === 0 ? Effect.asVoid(upkeep.refreshUsage) : Effect.asVoid(upkeep.lag)
    )
  }
}

const records = ({ id, n, powerW, tenantId, text }: Said): Record<string, Request> => {
  const deviceId = deviceOf(n)
  const format = "tasmota" as FormatId
  const settled = { at: later(n), by: text }
  const reading = { deviceId, at: later(n), channel: mainChannel, powerW, extra: { [text]: 1 } }
  const topic = { carrier: "mqtt", topic: text, payload: Buffer.from(text), isRetained: false } as const
  const letter: DeadLetter = {
    id,
    tenantId,
    message: { ...topic, receivedAt: later(n) },
    reason: "unbound",
    detail: text,
    format,
    subject: text,
    deviceId,
    settled: null
  }
  return {
    "quarantine add": QuarantineStore.use((store) =>
      store.add([{ id, tenantId, reading, reason: "future", receivedAt: later(n), settled: null }])
    ),
    quarantine: QuarantineStore.use((store) =>
      store.list(tenantId, { ...page, after: id, deviceId, waiting: n % 2 === 0 })
    ),
    "quarantine get": QuarantineStore.use((store) => store.get(tenantId, [id, text])),
    "quarantine settle": QuarantineStore.use((store) =>
      store.settle(tenantId, [id], { ...settled, as: "dropped", shiftedMs: 0 })
    ),
    "letter add": DeadLetterStore.use((store) => store.add(tenantId, [letter])),
    letters: DeadLetterStore.use((store) =>
      store.list(tenantId, { ...page, waiting: true, after: id, format, subject: text })
    ),
    "letter get": DeadLetterStore.use((store) => store.get(tenantId, [id, text])),
    "letter settle": DeadLetterStore.use((store) =>
      store.settle(tenantId, [id], { ...settled, as: "dropped" })
    ),
    bind: BindingStore.use((store) =>
      store.set({ tenantId, format, subject: text, deviceId, channel: mainChannel, fields: {}, createdAt })
    ),
    binding: BindingStore.use((store) => store.get(tenantId, [{ format, subject: text }])),
    bindings: BindingStore.use((store) =>
      store.list(tenantId, { ...page, after: { format: id as FormatId, subject: text } })
    ),
    unbind: BindingStore.use((store) => store.remove(tenantId, { format, subject: `${text} ${n}` })),
    report: DeviceStatusStore.use((store) => store.report(tenantId, deviceId, later(n), "online")),
    history: DeviceStatusStore.use((store) => store.history(tenantId, deviceId, within)),
    observe: DeviceStatusStore.use((store) => Effect.asVoid(store.observe(later(n), 60_000))),
    begin: IdempotencyStore.use((store) => store.begin(tenantId, { id, fingerprint: text, at: later(n) })),
    keep: IdempotencyStore.use((store) => store.keep(tenantId, id, Buffer.from(text))),
    release: IdempotencyStore.use((store) => store.release(tenantId, id))
  }
}

const persons = ({ id, n, tenantId, text }: Said): Record<string, Request> => {
  const userId = `user-of-${tenantId}` as User["id"]
  const member = {
    tenantId,
    userId,
    role: "user",
    locations: [locationId],
    createdAt,
    disabledAt: null
  } as const
  const user = { id: userId, email: `${text}@example.org` as User["email"], name: text, createdAt }
  const session: Session = {
    id: `session-of-${tenantId}-${id}-${n}` as Session["id"],
    userId,
    tenantId,
    agent: text,
    createdAt,
    usedAt: createdAt,
    expiresAt: within.end,
    endedAt: null
  }
  const audited = {
    tenantId,
    at: later(n),
    by: text,
    action: id,
    subject: text,
    before: text,
    after: { text }
  }
  const digest = `${text} ${n}`
  return {
    "user add": UserStore.use((store) =>
      store.add({ ...user, verifiedAt: null, disabledAt: null, eraseAt: null }, noSecrets)
    ),
    "user found": UserStore.use((store) => store.findByEmail(user.email)),
    users: UserStore.use((store) => store.list(tenantId, { ...page, after: id as User["id"] })),
    join: MembershipStore.use((store) => store.put({ ...member, locations: [locationId] })),
    "join again": MembershipStore.use((store) =>
      store.replace(member, { ...member, locations: [id as typeof locationId] })
    ),
    give: MembershipStore.use((store) =>
      store.give({ tenantId, locationId: id as typeof locationId, known: [], wanted: [userId] })
    ),
    "members of a location": MembershipStore.use((store) =>
      store.ofTenant(tenantId, { ...page, locationId: id as typeof locationId })
    ),
    member: MembershipStore.use((store) => store.get(tenantId, userId)),
    members: MembershipStore.use((store) => store.ofTenant(tenantId, { ...page, after: id as User["id"] })),
    memberships: MembershipStore.use((store) => store.ofUser(userId)),
    "sign in": SessionStore.use((store) => store.begin(session, digest)),
    "turn in": SessionStore.use((store) =>
      store.rotate({ digest, next: `${digest} next`, now: later(n), forgivenMs: 0, idleMs: 60_000 })
    ),
    sessions: SessionStore.use((store) => store.list(userId, createdAt)),
    once: OneTimeStore.use((store) =>
      store.put({ userId, tenantId, purpose: "invite", digest, expiresAt: within.end })
    ),
    taken: OneTimeStore.use((store) => store.take(digest, "invite", createdAt)),
    consent: ConsentStore.use((store) =>
      store.add({ userId, at: later(n), subject: text, version: text, isGiven: true })
    ),
    consents: ConsentStore.use((store) => store.list(userId, { ...page, subject: text })),
    "personal data": PersonalData.use((store) => store.export(userId)),
    "personal counts": PersonalData.use((store) => store.counts(id as User["id"])),
    due: UserStore.use((store) => store.dueForErasure(later(n), 20)),
    audit: AuditStore.use((store) => store.add([audited], ({ number }) => `hash ${number}`)),
    audited: AuditStore.use((store) => store.list(tenantId, { ...page, by: text, subject: text })),
    "audited by action": AuditStore.use((store) => store.list(tenantId, { ...page, action: id }))
  }
}

/** What workers do is over all tenants, so it is not here. */
const work = ({ id, n, tenantId, text }: Said): Record<string, Request> => {
  const userId = `user-of-${tenantId}` as User["id"]
  const jobId = `job-${tenantId}-${n}` as JobId
  const [job, note] = [id as JobId, id as NotificationId]
  const how = { queue: "reports", priority: "low", maxAttempts: 3, backOffMs: 1_000 } as const
  const when = { runAt: later(n), createdAt }
  const draft = {
    id: jobId,
    tenantId,
    userId: null,
    by: text,
    kind: text,
    payload: { text },
    ...how,
    ...when
  }
  const said = { kind: "new_sign_in", title: text, text, data: { text }, createdAt, readAt: null } as const
  const usual = usualNotificationPreferences
  return {
    "job add": JobStore.use((store) => store.add(draft, text)),
    "job find": JobStore.use((store) => store.find(tenantId, job)),
    "job cancel": JobStore.use((store) => store.cancel(tenantId, jobId, later(n))),
    "job retry": JobStore.use((store) => store.retry(tenantId, jobId, later(n))),
    "job part": JobStore.use((store) => store.part(tenantId, job, 0)),
    jobs: JobStore.use((store) => store.list(tenantId, { ...page, before: job, kind: text, by: text })),
    "jobs of somebody": JobStore.use((store) => store.list(tenantId, { ...page, userId })),
    tell: NotificationStore.use((store) => store.add({ id: note, tenantId, userId, ...said })),
    told: NotificationStore.use((store) => store.list(tenantId, userId, { ...page, before: note })),
    unread: NotificationStore.use((store) => store.unread(tenantId, userId)),
    read: NotificationStore.use((store) => store.read(tenantId, userId, note, createdAt)),
    "read all": NotificationStore.use((store) => store.readAll(tenantId, userId, createdAt)),
    prefer: NotificationStore.use((store) => store.prefer(userId, usual, usual)),
    unconfirmed: UserStore.use((store) => store.unconfirmed(createdAt, { ...page, after: userId }))
  }
}

/** Every way to ask the stores, by a name, with what is said in every place that takes a text. */
export const everyRequest = (said: Said): ReadonlyArray<readonly [name: string, request: Request]> =>
  Object.entries({
    ...registry(said),
    ...tariffs(said),
    ...readings(said),
    ...records(said),
    ...persons(said),
    ...work(said)
  })
