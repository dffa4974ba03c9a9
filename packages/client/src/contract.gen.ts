// Generated from the HTTP contract by packages/client/scripts/generate.ts; change that one instead.
import type { Answer, CallOptions, PagedAnswer } from "./Answer.ts"

export interface ApiKey {
  readonly id: string
  readonly name: string
  readonly prefix: string
  readonly scopes: ReadonlyArray<"read" | "ingest" | "correct" | "manage" | "administer">
  readonly locations: ReadonlyArray<string> | null
  readonly userId: string | null
  readonly deviceId: string | null
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly lastUsedAt: string | null
  readonly revokedAt: string | null
}

export interface ApiKeyRotation {
  readonly overlapMinutes?: number
}

export interface AuditEntry {
  readonly number: number
  readonly at: string
  readonly by: string
  readonly action: string
  readonly subject: string
  readonly before: unknown
  readonly after: unknown
  readonly previous: string
  readonly hash: string
}

export interface AuditVerification {
  readonly isWhole: boolean
  readonly fault: {
    readonly number: number
    readonly kind: "changed" | "broken" | "missing"
  } | null
  readonly head: {
    readonly number: number
    readonly hash: string
  } | null
}

export interface Binding {
  readonly format: string
  readonly subject: string
  readonly deviceId: string
  readonly channel: string
  readonly fields: { readonly [name: string]: {
    readonly quantity: "powerW" | "importWh" | "exportWh" | "importDeltaWh" | "exportDeltaWh" | "voltageV" | "currentA" | "frequencyHz" | "powerFactor" | "temperatureC" | "stateOfChargePct" | "ignored"
    readonly scale: number
  } }
  readonly createdAt: string
}

export interface ClientCredentials {
  readonly clientId: string
  readonly clientSecret: string
  readonly scopes?: ReadonlyArray<"read" | "ingest" | "correct" | "manage" | "administer">
  readonly expiresIn?: number
}

export interface ClientToken {
  readonly accessToken: string
  readonly expiresIn: number
  readonly scopes: ReadonlyArray<"read" | "ingest" | "correct" | "manage" | "administer">
}

export interface Clock {
  readonly skewMs: number | null
  readonly messages: number
  readonly hint: "local_time_as_utc" | null
}

export interface CommandSent {
  readonly id: string
  readonly delivered: boolean
}

export interface Consent {
  readonly subject: string
  readonly version: string
  readonly isGiven: boolean
  readonly at: string
}

export interface CorrectionResult {
  readonly revised: number
  readonly accepted: number
  readonly superseded: number
  readonly duplicates: number
  readonly rejected: ReadonlyArray<Rejection>
}

export interface CredentialRotation {
  readonly overlapMinutes?: number
}

export interface DeadLetter {
  readonly id: string
  readonly carrier: "mqtt" | "http" | "websocket"
  readonly topic: string
  readonly payload: string
  readonly encoding: "text" | "base64"
  readonly bytes: number
  readonly isTruncated: boolean
  readonly receivedAt: string
  readonly reason: "unknown_topic" | "malformed" | "unbound" | "rejected"
  readonly detail: string
  readonly format: string | null
  readonly subject: string | null
  readonly deviceId: string | null
  readonly settled: {
    readonly at: string
    readonly by: string
    readonly as: "replayed" | "dropped"
  } | null
}

export interface DeadLetterChoice {
  readonly ids?: ReadonlyArray<string>
  readonly format?: string
  readonly subject?: string
  readonly reason?: "unknown_topic" | "malformed" | "unbound" | "rejected"
  readonly after?: string
}

export interface Device {
  readonly id: string
  readonly locationId: string
  readonly name: string
  readonly role: "grid" | "load" | "generation" | "storage"
  readonly kind: "grid_meter" | "sub_meter" | "plug" | "inverter" | "battery" | "charger" | "heat_pump" | "virtual"
  readonly parentId: string | null
  readonly createdAt: string
}

export interface DeviceChange {
  readonly name: string
  readonly role: "grid" | "load" | "generation" | "storage"
  readonly kind: "grid_meter" | "sub_meter" | "plug" | "inverter" | "battery" | "charger" | "heat_pump" | "virtual"
  readonly parentId: string | null
  readonly locationId?: string
}

export interface DeviceCredential {
  readonly id: string
  readonly prefix: string
  readonly createdAt: string
  readonly lastUsedAt: string | null
  readonly revokedAt: string | null
}

export interface DeviceReading {
  readonly device: string
  readonly at: string
  readonly channel?: string
  readonly since?: string
  readonly powerW?: number
  readonly importWh?: number
  readonly exportWh?: number
  readonly importDeltaWh?: number
  readonly exportDeltaWh?: number
  readonly voltageV?: number
  readonly currentA?: number
  readonly frequencyHz?: number
  readonly powerFactor?: number
  readonly temperatureC?: number
  readonly stateOfChargePct?: number
  readonly extra?: { readonly [name: string]: number }
}

export type DeviceReadings = ReadonlyArray<DeviceReading> | {
  readonly readings: ReadonlyArray<DeviceReading>
}

export interface DeviceStatus {
  readonly at: string
  readonly status: "online" | "offline"
}

export interface DeviceTreeEntry {
  readonly id: string
  readonly locationId: string
  readonly name: string
  readonly role: "grid" | "load" | "generation" | "storage"
  readonly kind: "grid_meter" | "sub_meter" | "plug" | "inverter" | "battery" | "charger" | "heat_pump" | "virtual"
  readonly parentId: string | null
  readonly createdAt: string
  readonly depth: number
}

export interface Dropped {
  readonly dropped: number
  readonly hasMore: boolean
}

export interface DroppedLetters {
  readonly dropped: number
  readonly next: string | null
}

export interface EndedSessions {
  readonly ended: number
}

export interface Enrolment {
  readonly secret: string
  readonly uri: string
}

export interface Erasure {
  readonly eraseAt: string
}

export interface Format {
  readonly id: string
  readonly name: string
  readonly devices: string
  readonly setUp: ReadonlyArray<string>
  readonly traps: ReadonlyArray<string>
  readonly quantities: ReadonlyArray<"powerW" | "importWh" | "exportWh" | "importDeltaWh" | "exportDeltaWh" | "voltageV" | "currentA" | "frequencyHz" | "powerFactor" | "temperatureC" | "stateOfChargePct">
  readonly topics: ReadonlyArray<string>
  readonly examples: ReadonlyArray<{
    readonly topic: string
    readonly payload: string
    readonly says: string
  }>
}

export interface Health {
  readonly status: "ok" | "starting" | "draining" | "down"
  readonly version: string
  readonly uptimeSeconds: number
  readonly durability: "memory" | "process" | "power"
  readonly components: { readonly [name: string]: {
    readonly status: "up" | "down"
    readonly message?: string
    readonly lagMs?: number
    readonly inFlight?: {
      readonly messages: number
      readonly bytes: number
    }
    readonly peak?: {
      readonly messages: number
      readonly bytes: number
    }
    readonly connections?: number
    readonly since?: string
    readonly reconnects?: number
  } }
}

export interface Heard {
  readonly format: string
  readonly subject: string
  readonly firstAt: string
  readonly lastAt: string
  readonly count: number
  readonly channels: ReadonlyArray<{
    readonly channel: string
    readonly quantities: { readonly [name: string]: number }
    readonly unknown: { readonly [name: string]: number }
  }>
  readonly binding: Binding | null
}

export interface HeatMapCell {
  readonly date: string
  readonly hour: number
  readonly start: string
  readonly end: string
  readonly importedWh: number | null
  readonly exportedWh: number | null
  readonly estimatedWh: number
  readonly coverage: number
  readonly quality: "measured" | "estimated" | "edited"
  readonly events: ReadonlyArray<"rollover" | "reset" | "exchange" | "glitch" | "held">
}

export interface IngestResult {
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: ReadonlyArray<Rejection>
}

export interface InvitedUser {
  readonly user: User
  readonly isMailed: boolean
}

export interface Job {
  readonly id: string
  readonly queue: "energy_processing" | "analytics_processing" | "notifications" | "reports" | "webhooks" | "connectors" | "upkeep"
  readonly kind: string
  readonly priority: "high" | "normal" | "low"
  readonly state: "queued" | "running" | "succeeded" | "failed" | "dead" | "cancelled"
  readonly progress: number
  readonly attempts: number
  readonly maxAttempts: number
  readonly runAt: string
  readonly createdAt: string
  readonly startedAt: string | null
  readonly finishedAt: string | null
  readonly isCancelAsked: boolean
  readonly result: unknown
  readonly error: {
    readonly code: string
    readonly message: string
  } | null
  readonly userId: string | null
  readonly by: string
}

export interface JsonWebKeys {
  readonly keys: ReadonlyArray<{
    readonly kty: "RSA"
    readonly n: string
    readonly e: string
    readonly alg: "RS256"
    readonly use: "sig"
    readonly kid: string
  }>
}

export interface Location {
  readonly id: string
  readonly name: string
  readonly kind: "apartment" | "house" | "building" | "facility"
  readonly zone: string
  readonly currency: string
  readonly address?: string
  readonly areaM2?: number
  readonly occupants?: number
  readonly createdAt: string
}

export interface LocationChange {
  readonly name: string
  readonly kind: "apartment" | "house" | "building" | "facility"
  readonly zone: string
  readonly currency: string
  readonly address?: string
  readonly areaM2?: number
  readonly occupants?: number
  readonly zoneFrom?: string
}

export interface LocationMember {
  readonly userId: string
  readonly name: string
  readonly role: "user" | "facility_manager" | "admin"
}

export interface LocationMembers {
  readonly members: ReadonlyArray<string>
}

export interface MadeApiKey {
  readonly apiKey: ApiKey
  readonly secret: string
}

export interface Me {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly createdAt: string
  readonly hasSecondFactor: boolean
  readonly tenantId: string
  readonly role: "user" | "facility_manager" | "admin"
}

export interface MeDraft {
  readonly name: string
}

export interface NewApiKey {
  readonly name: string
  readonly scopes: ReadonlyArray<"read" | "ingest" | "correct" | "manage" | "administer">
  readonly locations?: ReadonlyArray<string> | null
  readonly expiresAt?: string | null
  readonly isShared?: boolean
}

export interface NewBinding {
  readonly format: string
  readonly subject: string
  readonly deviceId: string
  readonly channel?: string
  readonly fields?: { readonly [name: string]: {
    readonly quantity: "powerW" | "importWh" | "exportWh" | "importDeltaWh" | "exportDeltaWh" | "voltageV" | "currentA" | "frequencyHz" | "powerFactor" | "temperatureC" | "stateOfChargePct" | "ignored"
    readonly scale: number
  } }
}

export type NewCommand = {
  readonly command: "toggle"
  readonly channel?: string
  readonly state?: "on" | "off"
} | {
  readonly command: "set_interval"
  readonly seconds: number
}

export interface NewConsent {
  readonly subject: string
  readonly version: string
  readonly isGiven: boolean
}

export interface NewCorrection {
  readonly reason: string
  readonly madeAt?: string
  readonly readings?: ReadonlyArray<{
    readonly at: string
    readonly channel?: string
    readonly since?: string
    readonly powerW?: number
    readonly importWh?: number
    readonly exportWh?: number
    readonly importDeltaWh?: number
    readonly exportDeltaWh?: number
    readonly voltageV?: number
    readonly currentA?: number
    readonly frequencyHz?: number
    readonly powerFactor?: number
    readonly temperatureC?: number
    readonly stateOfChargePct?: number
    readonly extra?: { readonly [name: string]: number }
  }>
  readonly strikeOut?: ReadonlyArray<{
    readonly at: string
    readonly channel?: string
  }>
}

export interface NewDevice {
  readonly id?: string
  readonly name: string
  readonly role: "grid" | "load" | "generation" | "storage"
  readonly kind: "grid_meter" | "sub_meter" | "plug" | "inverter" | "battery" | "charger" | "heat_pump" | "virtual"
  readonly parentId?: string | null
}

export interface NewLocation {
  readonly id?: string
  readonly name: string
  readonly kind: "apartment" | "house" | "building" | "facility"
  readonly zone: string
  readonly currency: string
  readonly address?: string
  readonly areaM2?: number
  readonly occupants?: number
}

export interface NewPerson {
  readonly email: string
  readonly password: string
  readonly name: string
  readonly tenantName?: string
}

export interface NewSession {
  readonly email: string
  readonly password: string
  readonly tenantId?: string
}

export interface NewTariff {
  readonly id?: string
  /** A tariff as @wattkit/tariff reads it: dated versions, each a list of charges. */
  readonly definition: { readonly [name: string]: unknown }
}

export interface NewUsageRules {
  readonly basis?: "register" | "delta" | "power"
  readonly register?: "lifetime" | "daily"
  readonly modulusWh?: number | null
  readonly maxPowerW?: number
  readonly maxGapMs?: number
  readonly exchanges?: ReadonlyArray<{
    readonly at: string
    readonly finalImportWh?: number
    readonly startImportWh?: number
    readonly finalExportWh?: number
    readonly startExportWh?: number
  }>
  readonly confirmations?: ReadonlyArray<{
    readonly at: string
    readonly as: "advance" | "rollover" | "reset" | "nothing"
  }>
}

export interface NewUser {
  readonly email: string
  readonly name: string
  readonly role: "user" | "facility_manager" | "admin"
  readonly locations?: ReadonlyArray<string>
}

export interface Notification {
  readonly id: string
  readonly kind: "new_sign_in" | "password_changed" | "export_ready"
  readonly title: string
  readonly text: string
  readonly data: { readonly [name: string]: unknown }
  readonly createdAt: string
  readonly readAt: string | null
}

export interface NotificationPreferences {
  readonly new_sign_in: ReadonlyArray<"in_app" | "email">
  readonly export_ready: ReadonlyArray<"in_app" | "email">
}

export interface OwnTenant {
  readonly id: string
  readonly name: string
  readonly role: "user" | "facility_manager" | "admin"
}

export interface PasswordChange {
  readonly current: string
  readonly next: string
}

export interface Preferences {
  readonly locale?: string
  readonly units?: "metric" | "imperial"
  readonly theme?: "system" | "light" | "dark"
  readonly currency?: string
}

export interface Proof {
  readonly password: string
}

export interface QuarantineChoice {
  readonly ids?: ReadonlyArray<string>
  readonly deviceId?: string
  readonly reason?: "future" | "conflict" | "expired"
}

export interface Quarantined {
  readonly id: string
  readonly deviceId: string
  readonly reading: Reading
  readonly reason: "future" | "conflict" | "expired"
  readonly receivedAt: string
  readonly settled: {
    readonly at: string
    readonly by: string
    readonly as: "released" | "dropped"
    readonly shiftedMs: number
  } | null
}

export interface ReadNotifications {
  readonly read: number
}

export interface Reading {
  readonly at: string
  readonly channel?: string
  readonly since?: string
  readonly powerW?: number
  readonly importWh?: number
  readonly exportWh?: number
  readonly importDeltaWh?: number
  readonly exportDeltaWh?: number
  readonly voltageV?: number
  readonly currentA?: number
  readonly frequencyHz?: number
  readonly powerFactor?: number
  readonly temperatureC?: number
  readonly stateOfChargePct?: number
  readonly extra?: { readonly [name: string]: number }
}

export type Readings = Reading | ReadonlyArray<Reading> | {
  readonly readings: ReadonlyArray<Reading>
}

export interface RecoveryCodes {
  readonly recoveryCodes: ReadonlyArray<string>
}

export interface RegisteredDevice {
  readonly device: Device
  readonly credential: string
}

export interface Rejection {
  readonly index: number
  readonly line?: number
  readonly field: string
  readonly reason: "malformed" | "too_old" | "future" | "conflict" | "expired"
  readonly message: string
}

export interface Release {
  readonly ids?: ReadonlyArray<string>
  readonly deviceId?: string
  readonly reason?: "future" | "conflict" | "expired"
  readonly shiftMs?: number
}

export interface Released {
  readonly released: number
  readonly waiting: ReadonlyArray<{
    readonly id: string
    readonly reason: "future" | "too_old" | "conflict" | "expired" | "unknown_device"
  }>
  readonly hasMore: boolean
}

export interface Removed {
  readonly id: string
}

export interface Replayed {
  readonly replayed: number
  readonly accepted: number
  readonly duplicates: number
  readonly waiting: ReadonlyArray<{
    readonly id: string
    readonly reason: "unknown_topic" | "malformed" | "unbound" | "rejected"
    readonly detail: string
  }>
  readonly next: string | null
}

export interface Revision {
  readonly reading: Reading | null
  readonly provenance: {
    readonly by: string
    readonly reason: string
    readonly madeAt: string
  } | null
  readonly receivedAt: string
}

export interface RotatedCredential {
  readonly id: string
  readonly credential: string
  readonly oldUntil: string
}

export interface Session {
  readonly id: string
  readonly tenantId: string
  readonly createdAt: string
  readonly usedAt: string
  readonly expiresAt: string
  readonly agent: string
  readonly isThis: boolean
}

export type SignedIn = {
  readonly kind: "in"
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresIn: number
} | {
  readonly kind: "second_factor"
  readonly challenge: string
  readonly expiresIn: number
}

export interface Tariff {
  readonly id: string
  readonly name: string
  readonly createdAt: string
  readonly changedAt: string
  /** A tariff as @wattkit/tariff reads it: dated versions, each a list of charges. */
  readonly definition: { readonly [name: string]: unknown }
}

export interface TariffAssignment {
  readonly direction: "import" | "export"
  readonly from: string
  readonly tariffId: string
}

export interface TariffAssignments {
  readonly assignments: ReadonlyArray<TariffAssignment>
}

export interface TariffCheck {
  readonly isValid: boolean
  readonly faults: ReadonlyArray<{
    readonly field: string
    readonly reason: string
  }>
}

export interface TariffDefinition {
  /** A tariff as @wattkit/tariff reads it: dated versions, each a list of charges. */
  readonly definition: { readonly [name: string]: unknown }
}

export interface TariffEntry {
  readonly id: string
  readonly name: string
  readonly createdAt: string
  readonly changedAt: string
}

export interface Ticket {
  readonly ticket: string
  readonly expiresAt: string
}

export interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresIn: number
}

export interface Unbound {
  readonly removed: boolean
}

export interface UnreadNotifications {
  readonly unread: number
}

export interface Usage {
  readonly deviceId?: string
  readonly channel?: string
  readonly start: string
  readonly end: string
  readonly importedWh: number | null
  readonly exportedWh: number | null
  readonly estimatedWh: number
  readonly coverage: number
  readonly quality: "measured" | "estimated" | "edited"
  readonly events: ReadonlyArray<"rollover" | "reset" | "exchange" | "glitch" | "held">
  readonly powerMinW: number | null
  readonly powerMaxW: number | null
  readonly readings: number
}

export interface UsageRules {
  readonly basis: "register" | "delta" | "power"
  readonly register: "lifetime" | "daily"
  readonly modulusWh: number | null
  readonly maxPowerW: number
  readonly maxGapMs: number
  readonly exchanges: ReadonlyArray<{
    readonly at: string
    readonly finalImportWh?: number
    readonly startImportWh?: number
    readonly finalExportWh?: number
    readonly startExportWh?: number
  }>
  readonly confirmations: ReadonlyArray<{
    readonly at: string
    readonly as: "advance" | "rollover" | "reset" | "nothing"
  }>
}

export interface User {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: "user" | "facility_manager" | "admin"
  readonly locations: ReadonlyArray<string>
  readonly status: "active" | "invited" | "disabled"
  readonly createdAt: string
  readonly disabledAt: string | null
}

export interface UserChange {
  readonly role: "user" | "facility_manager" | "admin"
  readonly locations: ReadonlyArray<string>
  readonly isDisabled?: boolean
}

export interface UserStatistics {
  readonly members: number
  readonly byRole: {
    readonly user: number
    readonly facility_manager: number
    readonly admin: number
  }
  readonly invited: number
  readonly disabled: number
  readonly signedInWithin7Days: number
  readonly signedInWithin30Days: number
}

/** Every endpoint of the contract, by group. */
export interface Endpoints {
  readonly locations: {
    /** The locations that the caller reaches. */
    readonly list: (
      params?: {
        readonly limit?: number | undefined
        readonly cursor?: string | undefined
        readonly sort?: "id" | "-id" | "name" | "-name" | "createdAt" | "-createdAt" | undefined
        readonly name?: string | undefined
        readonly kind?: "apartment" | "house" | "building" | "facility" | undefined
      },
      options?: CallOptions
    ) => PagedAnswer<Location>
    /** Make a location. */
    readonly create: (
      params: {
        readonly body: NewLocation
      },
      options?: CallOptions
    ) => Answer<Location>
    /** One location. */
    readonly get: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<Location>
    /** Change a location. */
    readonly update: (
      params: {
        readonly id: string
        readonly body: LocationChange
      },
      options?: CallOptions
    ) => Answer<Location>
    /** Remove a location that has no devices any more. */
    readonly remove: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<Removed>
    /** To whom a location was given. */
    readonly members: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<ReadonlyArray<LocationMember>>
    /** Give a location to these members, and to no others. */
    readonly setMembers: (
      params: {
        readonly id: string
        readonly body: LocationMembers
      },
      options?: CallOptions
    ) => Answer<ReadonlyArray<LocationMember>>
  }
  readonly devices: {
    /** The devices of a location. */
    readonly list: (
      params: {
        readonly locationId: string
        readonly limit?: number | undefined
        readonly cursor?: string | undefined
        readonly sort?: "id" | "-id" | "name" | "-name" | "createdAt" | "-createdAt" | undefined
        readonly name?: string | undefined
        readonly kind?: "grid_meter" | "sub_meter" | "plug" | "inverter" | "battery" | "charger" | "heat_pump" | "virtual" | undefined
        readonly role?: "grid" | "load" | "generation" | "storage" | undefined
      },
      options?: CallOptions
    ) => PagedAnswer<Device>
    /** Register a device and receive its credential, once. */
    readonly register: (
      params: {
        readonly locationId: string
        readonly body: NewDevice
      },
      options?: CallOptions
    ) => Answer<RegisteredDevice>
    /** The devices of a location, each before those whose energy it contains. */
    readonly tree: (
      params: {
        readonly locationId: string
      },
      options?: CallOptions
    ) => Answer<ReadonlyArray<DeviceTreeEntry>>
    /** One device. */
    readonly get: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<Device>
    /** Change a device. */
    readonly update: (
      params: {
        readonly id: string
        readonly body: DeviceChange
      },
      options?: CallOptions
    ) => Answer<Device>
    /** Remove a device; what it said still counts. */
    readonly remove: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<Removed>
    /** The credentials a device has and had. */
    readonly credentials: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<ReadonlyArray<DeviceCredential>>
    /** Give a device a new credential, shown once. */
    readonly rotateCredential: (
      params: {
        readonly id: string
        readonly body: CredentialRotation
      },
      options?: CallOptions
    ) => Answer<RotatedCredential>
    /** When a device fell silent and when it was heard again. */
    readonly statusHistory: (
      params: {
        readonly id: string
        readonly from?: string | undefined
        readonly to?: string | undefined
      },
      options?: CallOptions
    ) => Answer<ReadonlyArray<DeviceStatus>>
  }
  readonly tariffs: {
    /** The tariffs of the caller's tenant. */
    readonly list: (
      params?: {
        readonly limit?: number | undefined
        readonly cursor?: string | undefined
      },
      options?: CallOptions
    ) => PagedAnswer<TariffEntry>
    /** Make a tariff. */
    readonly create: (
      params: {
        readonly body: NewTariff
      },
      options?: CallOptions
    ) => Answer<Tariff>
    /** Find everything in a definition that cannot be priced. */
    readonly check: (
      params: {
        readonly body: TariffDefinition
      },
      options?: CallOptions
    ) => Answer<TariffCheck>
    /** One tariff. */
    readonly get: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<Tariff>
    /** Change a tariff; where it is in force, only days to come. */
    readonly update: (
      params: {
        readonly id: string
        readonly body: TariffDefinition
      },
      options?: CallOptions
    ) => Answer<Tariff>
    /** Remove a tariff that is in force nowhere. */
    readonly remove: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<Removed>
    /** Which tariffs are in force at a location, from which days on. */
    readonly assignments: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<ReadonlyArray<TariffAssignment>>
    /** Say which tariffs are in force at a location, and no others. */
    readonly assign: (
      params: {
        readonly id: string
        readonly body: TariffAssignments
      },
      options?: CallOptions
    ) => Answer<ReadonlyArray<TariffAssignment>>
  }
  readonly readings: {
    /** Store readings of a device; answered once they are on disk. */
    readonly ingest: (
      params: {
        readonly id: string
        readonly body: Readings
      },
      options?: CallOptions
    ) => Answer<IngestResult>
    /** Readings of one channel, oldest first, from a half-open interval. */
    readonly list: (
      params: {
        readonly id: string
        readonly limit?: number | undefined
        readonly cursor?: string | undefined
        readonly from?: string | undefined
        readonly to?: string | undefined
        readonly channel?: string | undefined
      },
      options?: CallOptions
    ) => PagedAnswer<Reading>
    /** Correct readings of a device; every version stays readable. */
    readonly correct: (
      params: {
        readonly id: string
        readonly body: NewCorrection
      },
      options?: CallOptions
    ) => Answer<CorrectionResult>
    /** Strike out the readings of one channel within an interval. */
    readonly strikeOut: (
      params: {
        readonly id: string
        readonly from: string
        readonly to: string
        readonly channel?: string | undefined
        readonly reason: string
      },
      options?: CallOptions
    ) => Answer<{
      readonly struckOut: number
    }>
    /** Store readings of many devices, each with its `device`; answered once they are on disk. */
    readonly ingestMany: (
      params: {
        readonly body: DeviceReadings
      },
      options?: CallOptions
    ) => Answer<IngestResult>
    /** The newest reading of every channel of a device. */
    readonly latest: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<ReadonlyArray<Reading>>
    /** Every version of one reading, oldest first; the last one counts. */
    readonly revisions: (
      params: {
        readonly id: string
        readonly at: string
        readonly channel?: string | undefined
      },
      options?: CallOptions
    ) => Answer<ReadonlyArray<Revision>>
  }
  readonly usage: {
    /** The usage of a device, channel by channel. */
    readonly ofDevice: (
      params: {
        readonly id: string
        readonly limit?: number | undefined
        readonly cursor?: string | undefined
        readonly period?: "today" | "yesterday" | "week" | "month" | "year" | "custom" | undefined
        readonly from?: string | undefined
        readonly to?: string | undefined
        readonly exact?: "true" | "false" | undefined
        readonly resolution?: "auto" | "15m" | "1h" | "1d" | "1mo" | "PT15M" | "PT1H" | "P1D" | "P1M" | undefined
        readonly channel?: string | undefined
      },
      options?: CallOptions
    ) => PagedAnswer<Usage>
    /** Quarter hours in which a register did something else than advance. */
    readonly events: (
      params: {
        readonly id: string
        readonly limit?: number | undefined
        readonly cursor?: string | undefined
        readonly period?: "today" | "yesterday" | "week" | "month" | "year" | "custom" | undefined
        readonly from?: string | undefined
        readonly to?: string | undefined
        readonly exact?: "true" | "false" | undefined
        readonly channel?: string | undefined
      },
      options?: CallOptions
    ) => PagedAnswer<Usage>
    /** The usage of a location, added up or device by device. */
    readonly ofLocation: (
      params: {
        readonly locationId: string
        readonly limit?: number | undefined
        readonly cursor?: string | undefined
        readonly period?: "today" | "yesterday" | "week" | "month" | "year" | "custom" | undefined
        readonly from?: string | undefined
        readonly to?: string | undefined
        readonly exact?: "true" | "false" | undefined
        readonly resolution?: "auto" | "15m" | "1h" | "1d" | "1mo" | "PT15M" | "PT1H" | "P1D" | "P1M" | undefined
        readonly groupBy?: "total" | "device" | undefined
        readonly role?: "grid" | "load" | "generation" | "storage" | undefined
      },
      options?: CallOptions
    ) => PagedAnswer<Usage>
    /** The usage of a location by hours of its wall clock. */
    readonly heatMap: (
      params: {
        readonly locationId: string
        readonly period?: "today" | "yesterday" | "week" | "month" | "year" | "custom" | undefined
        readonly from?: string | undefined
        readonly to?: string | undefined
        readonly exact?: "true" | "false" | undefined
        readonly role?: "grid" | "load" | "generation" | "storage" | undefined
      },
      options?: CallOptions
    ) => Answer<ReadonlyArray<HeatMapCell>>
    /** How the readings of a channel become usage. */
    readonly rules: (
      params: {
        readonly id: string
        readonly channel: string
      },
      options?: CallOptions
    ) => Answer<UsageRules>
    /** Set the rules of a channel; all of its usage follows them. */
    readonly setRules: (
      params: {
        readonly id: string
        readonly channel: string
        readonly body: NewUsageRules
      },
      options?: CallOptions
    ) => Answer<UsageRules>
  }
  readonly quarantine: {
    /** The readings in quarantine, by the instants they claim. */
    readonly list: (
      params?: {
        readonly limit?: number | undefined
        readonly cursor?: string | undefined
        readonly deviceId?: string | undefined
        readonly show?: "waiting" | "all" | undefined
      },
      options?: CallOptions
    ) => PagedAnswer<Quarantined>
    /** Store readings of the quarantine after all, with their instants put right. */
    readonly release: (
      params: {
        readonly body: Release
      },
      options?: CallOptions
    ) => Answer<Released>
    /** Give readings of the quarantine up. */
    readonly drop: (
      params: {
        readonly body: QuarantineChoice
      },
      options?: CallOptions
    ) => Answer<Dropped>
    /** How far the clock of a device is off. */
    readonly clock: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<Clock>
  }
  readonly live: {
    /** A one-time ticket for the live WebSocket. */
    readonly ticket: (
      params?: { readonly [name: string]: never },
      options?: CallOptions
    ) => Answer<Ticket>
  }
  readonly formats: {
    /** The formats that are read, and how to set devices up that speak them. */
    readonly list: (
      params?: { readonly [name: string]: never },
      options?: CallOptions
    ) => Answer<ReadonlyArray<Format>>
    /** Who was heard since the server started, and what was said last. */
    readonly heard: (
      params?: { readonly [name: string]: never },
      options?: CallOptions
    ) => Answer<ReadonlyArray<Heard>>
  }
  readonly bindings: {
    /** What is bound, by format and subject. */
    readonly list: (
      params?: {
        readonly limit?: number | undefined
        readonly cursor?: string | undefined
        readonly deviceId?: string | undefined
      },
      options?: CallOptions
    ) => PagedAnswer<Binding>
    /** Bind a subject to a device, in the place of what it was bound to. */
    readonly set: (
      params: {
        readonly body: NewBinding
      },
      options?: CallOptions
    ) => Answer<Binding>
    /** Bind a subject to nothing any more. */
    readonly remove: (
      params: {
        readonly format: string
        readonly subject: string
      },
      options?: CallOptions
    ) => Answer<Unbound>
  }
  readonly deadLetters: {
    /** Messages that could not become readings, by when they came. */
    readonly list: (
      params?: {
        readonly limit?: number | undefined
        readonly cursor?: string | undefined
        readonly format?: string | undefined
        readonly subject?: string | undefined
        readonly reason?: "unknown_topic" | "malformed" | "unbound" | "rejected" | undefined
        readonly show?: "waiting" | "all" | undefined
      },
      options?: CallOptions
    ) => PagedAnswer<DeadLetter>
    /** Send letters the same way again, as if they came when they did. */
    readonly replay: (
      params: {
        readonly body: DeadLetterChoice
      },
      options?: CallOptions
    ) => Answer<Replayed>
    /** Give letters up. */
    readonly drop: (
      params: {
        readonly body: DeadLetterChoice
      },
      options?: CallOptions
    ) => Answer<DroppedLetters>
  }
  readonly commands: {
    /** Send a command to a device over MQTT, on devices/{deviceId}/commands. */
    readonly send: (
      params: {
        readonly id: string
        readonly body: NewCommand
      },
      options?: CallOptions
    ) => Answer<CommandSent>
  }
  readonly auth: {
    /** Register; the answer does not tell whether the address is known. */
    readonly register: (
      params: {
        readonly body: NewPerson
      },
      options?: CallOptions
    ) => Answer<null>
    /** Confirm an address with the secret of a message and the password it was registered with. */
    readonly verifyEmail: (
      params: {
        readonly body: {
          readonly secret: string
          readonly password: string
        }
      },
      options?: CallOptions
    ) => Answer<null>
    /** Sign in with address and password. */
    readonly login: (
      params: {
        readonly body: NewSession
      },
      options?: CallOptions
    ) => Answer<SignedIn>
    /** The second step: a code of the authenticator, or a recovery code. */
    readonly secondFactor: (
      params: {
        readonly body: {
          readonly challenge: string
          readonly code: string
        }
      },
      options?: CallOptions
    ) => Answer<Tokens>
    /** Turn a refresh token in for the next one and a new access token. */
    readonly refresh: (
      params: {
        readonly body: {
          readonly refreshToken: string
        }
      },
      options?: CallOptions
    ) => Answer<Tokens>
    /** Ask for a message to choose a new password with. */
    readonly forgotPassword: (
      params: {
        readonly body: {
          readonly email: string
        }
      },
      options?: CallOptions
    ) => Answer<null>
    /** Choose a new password with the secret of a message; ends all sessions. */
    readonly resetPassword: (
      params: {
        readonly body: {
          readonly secret: string
          readonly password: string
        }
      },
      options?: CallOptions
    ) => Answer<null>
    /** Accept an invitation with the secret of a message. */
    readonly acceptInvitation: (
      params: {
        readonly body: {
          readonly secret: string
          readonly password?: string
          readonly name?: string
        }
      },
      options?: CallOptions
    ) => Answer<null>
    /** An access token for an API key, with fewer scopes if wanted. */
    readonly token: (
      params: {
        readonly body: ClientCredentials
      },
      options?: CallOptions
    ) => Answer<ClientToken>
    /** The public keys that verify access tokens; may be kept for three minutes. */
    readonly keys: (
      params?: { readonly [name: string]: never },
      options?: CallOptions
    ) => Answer<JsonWebKeys>
  }
  readonly sessions: {
    /** Where you are signed in, the newest first. */
    readonly list: (
      params?: { readonly [name: string]: never },
      options?: CallOptions
    ) => Answer<ReadonlyArray<Session>>
    /** Sign out everywhere but here. */
    readonly endOthers: (
      params?: { readonly [name: string]: never },
      options?: CallOptions
    ) => Answer<EndedSessions>
    /** Sign out there. */
    readonly end: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<null>
    /** Sign out here. */
    readonly logout: (
      params?: { readonly [name: string]: never },
      options?: CallOptions
    ) => Answer<null>
  }
  readonly me: {
    /** Who you are. */
    readonly get: (
      params?: { readonly [name: string]: never },
      options?: CallOptions
    ) => Answer<Me>
    /** Change what you are called. */
    readonly update: (
      params: {
        readonly body: MeDraft
      },
      options?: CallOptions
    ) => Answer<Me>
    /** Have everything of yours erased in 30 days; signing in before stops it. */
    readonly erase: (
      params: {
        readonly body: Proof
      },
      options?: CallOptions
    ) => Answer<Erasure>
    /** Change your password; ends all your other sessions. */
    readonly changePassword: (
      params: {
        readonly body: PasswordChange
      },
      options?: CallOptions
    ) => Answer<null>
    /** How things are shown to you. */
    readonly preferences: (
      params?: { readonly [name: string]: never },
      options?: CallOptions
    ) => Answer<Preferences>
    /** Say how things are shown to you; what is left out is not said any more. */
    readonly prefer: (
      params: {
        readonly body: Preferences
      },
      options?: CallOptions
    ) => Answer<Preferences>
    /** The tenants you may enter. */
    readonly tenants: (
      params?: { readonly [name: string]: never },
      options?: CallOptions
    ) => Answer<ReadonlyArray<OwnTenant>>
    /** Begin to set up an authenticator. */
    readonly enrolTotp: (
      params: {
        readonly body: Proof
      },
      options?: CallOptions
    ) => Answer<Enrolment>
    /** Confirm it by its first code, and receive the recovery codes, once. */
    readonly confirmTotp: (
      params: {
        readonly body: {
          readonly code: string
        }
      },
      options?: CallOptions
    ) => Answer<RecoveryCodes>
    /** Sign in without an authenticator again. */
    readonly removeTotp: (
      params: {
        readonly body: Proof
      },
      options?: CallOptions
    ) => Answer<null>
  }
  readonly personal: {
    /** What you agreed to and what you took back, the newest first. */
    readonly consents: (
      params?: {
        readonly limit?: number | undefined
        readonly subject?: string | undefined
      },
      options?: CallOptions
    ) => Answer<ReadonlyArray<Consent>>
    /** Agree to something, refuse it or take it back; nothing said before is lost. */
    readonly consent: (
      params: {
        readonly body: NewConsent
      },
      options?: CallOptions
    ) => Answer<Consent>
  }
  readonly users: {
    /** The members of the tenant. */
    readonly list: (
      params?: {
        readonly limit?: number | undefined
        readonly cursor?: string | undefined
      },
      options?: CallOptions
    ) => PagedAnswer<User>
    /** Invite somebody, or send the invitation again. */
    readonly invite: (
      params: {
        readonly body: NewUser
      },
      options?: CallOptions
    ) => Answer<InvitedUser>
    /** How many members there are, and how many of them come. */
    readonly statistics: (
      params?: { readonly [name: string]: never },
      options?: CallOptions
    ) => Answer<UserStatistics>
    /** One member. */
    readonly get: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<User>
    /** Change what a member may do in the tenant. */
    readonly update: (
      params: {
        readonly id: string
        readonly body: UserChange
      },
      options?: CallOptions
    ) => Answer<User>
    /** Take a member out of the tenant. */
    readonly remove: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<Removed>
    /** Where a member is signed in to the tenant, the newest first. */
    readonly sessions: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<ReadonlyArray<Session>>
    /** Sign a member out of the tenant everywhere. */
    readonly endSessions: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<EndedSessions>
  }
  readonly apiKeys: {
    /** Your keys; all of the tenant for those who administer it. */
    readonly list: (
      params?: {
        readonly limit?: number | undefined
        readonly cursor?: string | undefined
        readonly userId?: string | undefined
        readonly deviceId?: string | undefined
        readonly show?: "usable" | "all" | undefined
      },
      options?: CallOptions
    ) => PagedAnswer<ApiKey>
    /** Make a key and receive its secret, once. */
    readonly create: (
      params: {
        readonly body: NewApiKey
      },
      options?: CallOptions
    ) => Answer<MadeApiKey>
    /** One key. */
    readonly get: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<ApiKey>
    /** Revoke a key; within a second it is worth nothing. */
    readonly revoke: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<Removed>
    /** Replace a key by one that may do the same. */
    readonly rotate: (
      params: {
        readonly id: string
        readonly body: ApiKeyRotation
      },
      options?: CallOptions
    ) => Answer<MadeApiKey>
  }
  readonly audit: {
    /** What was done, the newest first; what you did if you do not administer. */
    readonly list: (
      params?: {
        readonly limit?: number | undefined
        readonly cursor?: string | undefined
        readonly by?: string | undefined
        readonly action?: string | undefined
        readonly subject?: string | undefined
      },
      options?: CallOptions
    ) => PagedAnswer<AuditEntry>
    /** Whether the audit log is as it was written. */
    readonly verify: (
      params?: {
        readonly number?: number | undefined
        readonly hash?: string | undefined
      },
      options?: CallOptions
    ) => Answer<AuditVerification>
  }
  readonly jobs: {
    /** Your jobs, or all of the tenant for its administrators; the newest first. */
    readonly list: (
      params?: {
        readonly limit?: number | undefined
        readonly cursor?: string | undefined
        readonly state?: "queued" | "running" | "succeeded" | "failed" | "dead" | "cancelled" | undefined
        readonly queue?: "energy_processing" | "analytics_processing" | "notifications" | "reports" | "webhooks" | "connectors" | "upkeep" | undefined
        readonly kind?: string | undefined
      },
      options?: CallOptions
    ) => PagedAnswer<Job>
    /** How far a job is, and what came of it. */
    readonly get: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<Job>
    /** Stop a job: at once when it waits, within seconds when it runs. */
    readonly cancel: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<Job>
    /** Begin a job again that is dead or was cancelled. */
    readonly retry: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<Job>
    /** Have everything that is kept of you packed; the same job within an hour. */
    readonly exportMe: (
      params?: { readonly [name: string]: never },
      options?: CallOptions
    ) => Answer<Job>
  }
  readonly notifications: {
    /** What you were told in this tenant, the newest first. */
    readonly list: (
      params?: {
        readonly limit?: number | undefined
        readonly cursor?: string | undefined
        readonly show?: "unread" | "all" | undefined
      },
      options?: CallOptions
    ) => PagedAnswer<Notification>
    /** How much of it you have not read. */
    readonly unread: (
      params?: { readonly [name: string]: never },
      options?: CallOptions
    ) => Answer<UnreadNotifications>
    /** Note that you read it. */
    readonly read: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<Notification>
    /** Note that you read everything. */
    readonly readAll: (
      params?: { readonly [name: string]: never },
      options?: CallOptions
    ) => Answer<ReadNotifications>
    /** The ways you are told, by kind. */
    readonly preferences: (
      params?: { readonly [name: string]: never },
      options?: CallOptions
    ) => Answer<NotificationPreferences>
    /** Choose the ways you are told: in_app, email, both or none. */
    readonly prefer: (
      params: {
        readonly body: NotificationPreferences
      },
      options?: CallOptions
    ) => Answer<NotificationPreferences>
  }
  readonly health: {
    /** Status, version and the state of every component. */
    readonly show: (
      params?: { readonly [name: string]: never },
      options?: CallOptions
    ) => Answer<Health>
    /** The process runs. */
    readonly live: (
      params?: { readonly [name: string]: never },
      options?: CallOptions
    ) => Answer<{
      readonly status: "ok"
    }>
    /** The server can store and answer. */
    readonly ready: (
      params?: { readonly [name: string]: never },
      options?: CallOptions
    ) => Answer<Health>
  }
}

/** Method, path and query of every endpoint, and what is special about it. */
export const routes = {
  locations: {
    list: "GET /v1/locations?limit,cursor,sort,name,kind pages repeatable",
    create: "POST /v1/locations",
    get: "GET /v1/locations/{id} repeatable",
    update: "PUT /v1/locations/{id}",
    remove: "DELETE /v1/locations/{id}",
    members: "GET /v1/locations/{id}/members repeatable",
    setMembers: "PUT /v1/locations/{id}/members"
  },
  devices: {
    list: "GET /v1/locations/{locationId}/devices?limit,cursor,sort,name,kind,role pages repeatable",
    register: "POST /v1/locations/{locationId}/devices",
    tree: "GET /v1/locations/{locationId}/devices/tree repeatable",
    get: "GET /v1/devices/{id} repeatable",
    update: "PUT /v1/devices/{id}",
    remove: "DELETE /v1/devices/{id}",
    credentials: "GET /v1/devices/{id}/credentials repeatable",
    rotateCredential: "POST /v1/devices/{id}/credentials/rotate",
    statusHistory: "GET /v1/devices/{id}/status-history?from,to repeatable"
  },
  tariffs: {
    list: "GET /v1/tariffs?limit,cursor pages repeatable",
    create: "POST /v1/tariffs",
    check: "POST /v1/tariffs/check",
    get: "GET /v1/tariffs/{id} repeatable",
    update: "PUT /v1/tariffs/{id}",
    remove: "DELETE /v1/tariffs/{id}",
    assignments: "GET /v1/locations/{id}/tariffs repeatable",
    assign: "PUT /v1/locations/{id}/tariffs"
  },
  readings: {
    ingest: "POST /v1/devices/{id}/energy/readings repeatable",
    list: "GET /v1/devices/{id}/energy/readings?limit,cursor,from,to,channel pages repeatable",
    correct: "PUT /v1/devices/{id}/energy/readings",
    strikeOut: "DELETE /v1/devices/{id}/energy/readings?from,to,channel,reason",
    ingestMany: "POST /v1/readings repeatable",
    latest: "GET /v1/devices/{id}/energy/readings/latest repeatable",
    revisions: "GET /v1/devices/{id}/energy/readings/revisions?at,channel repeatable"
  },
  usage: {
    ofDevice: "GET /v1/devices/{id}/energy/usage?limit,cursor,period,from,to,exact,resolution,channel pages repeatable",
    events: "GET /v1/devices/{id}/energy/usage/events?limit,cursor,period,from,to,exact,channel pages repeatable",
    ofLocation: "GET /v1/locations/{locationId}/energy/consumption?limit,cursor,period,from,to,exact,resolution,groupBy,role pages repeatable",
    heatMap: "GET /v1/locations/{locationId}/energy/heatmap?period,from,to,exact,role repeatable",
    rules: "GET /v1/devices/{id}/channels/{channel}/rules repeatable",
    setRules: "PUT /v1/devices/{id}/channels/{channel}/rules repeatable"
  },
  quarantine: {
    list: "GET /v1/quarantine?limit,cursor,deviceId,show pages repeatable",
    release: "POST /v1/quarantine/release",
    drop: "POST /v1/quarantine/drop",
    clock: "GET /v1/devices/{id}/clock repeatable"
  },
  live: {
    ticket: "POST /v1/ws/tickets"
  },
  formats: {
    list: "GET /v1/formats repeatable",
    heard: "GET /v1/heard repeatable"
  },
  bindings: {
    list: "GET /v1/bindings?limit,cursor,deviceId pages repeatable",
    set: "PUT /v1/bindings",
    remove: "DELETE /v1/bindings?format,subject"
  },
  deadLetters: {
    list: "GET /v1/dead-letters?limit,cursor,format,subject,reason,show pages repeatable",
    replay: "POST /v1/dead-letters/replay",
    drop: "POST /v1/dead-letters/drop"
  },
  commands: {
    send: "POST /v1/devices/{id}/commands"
  },
  auth: {
    register: "POST /v1/auth/register open",
    verifyEmail: "POST /v1/auth/verify-email open",
    login: "POST /v1/auth/login open",
    secondFactor: "POST /v1/auth/mfa/challenge open",
    refresh: "POST /v1/auth/refresh open",
    forgotPassword: "POST /v1/auth/forgot-password open",
    resetPassword: "POST /v1/auth/reset-password open",
    acceptInvitation: "POST /v1/auth/accept-invitation open",
    token: "POST /v1/auth/token open",
    keys: "GET /v1/auth/jwks.json plain open repeatable"
  },
  sessions: {
    list: "GET /v1/sessions repeatable",
    endOthers: "DELETE /v1/sessions",
    end: "DELETE /v1/sessions/{id}",
    logout: "POST /v1/auth/logout"
  },
  me: {
    get: "GET /v1/users/me repeatable",
    update: "PUT /v1/users/me",
    erase: "DELETE /v1/users/me",
    changePassword: "PUT /v1/users/me/password",
    preferences: "GET /v1/users/me/preferences repeatable",
    prefer: "PUT /v1/users/me/preferences",
    tenants: "GET /v1/users/me/tenants repeatable",
    enrolTotp: "POST /v1/auth/mfa/enrol",
    confirmTotp: "POST /v1/auth/mfa/confirm",
    removeTotp: "POST /v1/auth/mfa/remove"
  },
  personal: {
    consents: "GET /v1/users/me/consents?limit,subject repeatable",
    consent: "POST /v1/users/me/consents"
  },
  users: {
    list: "GET /v1/users?limit,cursor pages repeatable",
    invite: "POST /v1/users",
    statistics: "GET /v1/users/statistics repeatable",
    get: "GET /v1/users/{id} repeatable",
    update: "PUT /v1/users/{id}",
    remove: "DELETE /v1/users/{id}",
    sessions: "GET /v1/users/{id}/sessions repeatable",
    endSessions: "DELETE /v1/users/{id}/sessions"
  },
  apiKeys: {
    list: "GET /v1/api-keys?limit,cursor,userId,deviceId,show pages repeatable",
    create: "POST /v1/api-keys",
    get: "GET /v1/api-keys/{id} repeatable",
    revoke: "DELETE /v1/api-keys/{id}",
    rotate: "POST /v1/api-keys/{id}/rotate"
  },
  audit: {
    list: "GET /v1/audit-logs?limit,cursor,by,action,subject pages repeatable",
    verify: "GET /v1/audit-logs/verification?number,hash repeatable"
  },
  jobs: {
    list: "GET /v1/jobs?limit,cursor,state,queue,kind pages repeatable",
    get: "GET /v1/jobs/{id} repeatable",
    cancel: "POST /v1/jobs/{id}/cancel",
    retry: "POST /v1/jobs/{id}/retry",
    exportMe: "POST /v1/users/me/exports"
  },
  notifications: {
    list: "GET /v1/notifications?limit,cursor,show pages repeatable",
    unread: "GET /v1/notifications/unread repeatable",
    read: "PUT /v1/notifications/{id}/read",
    readAll: "PUT /v1/notifications/read-all",
    preferences: "GET /v1/notifications/preferences repeatable",
    prefer: "PUT /v1/notifications/preferences"
  },
  health: {
    show: "GET /health plain open repeatable",
    live: "GET /health/live plain open repeatable",
    ready: "GET /health/ready plain open repeatable"
  }
} as const
