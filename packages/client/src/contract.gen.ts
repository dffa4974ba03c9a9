// Generated from the HTTP contract by packages/client/scripts/generate.ts; change that one instead.
import type { Answer, CallOptions, PagedAnswer } from "./Answer.ts"

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

export interface Clock {
  readonly skewMs: number | null
  readonly messages: number
  readonly hint: "local_time_as_utc" | null
}

export interface CommandSent {
  readonly id: string
  readonly delivered: boolean
}

export interface CorrectionResult {
  readonly revised: number
  readonly accepted: number
  readonly superseded: number
  readonly duplicates: number
  readonly rejected: ReadonlyArray<Rejection>
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

export interface Dropped {
  readonly dropped: number
  readonly hasMore: boolean
}

export interface DroppedLetters {
  readonly dropped: number
  readonly next: string | null
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

export interface Location {
  readonly id: string
  readonly name: string
  readonly kind: "apartment" | "house" | "building" | "facility"
  readonly zone: string
  readonly currency: string
  readonly createdAt: string
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

export interface Ticket {
  readonly ticket: string
  readonly expiresAt: string
}

export interface Unbound {
  readonly removed: boolean
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

/** Every endpoint of the contract, by group. */
export interface Endpoints {
  readonly locations: {
    /** The locations of the caller's tenant. */
    readonly list: (
      params?: {
        readonly limit?: number | undefined
        readonly cursor?: string | undefined
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
  }
  readonly devices: {
    /** The devices of a location. */
    readonly list: (
      params: {
        readonly locationId: string
        readonly limit?: number | undefined
        readonly cursor?: string | undefined
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
    /** One device. */
    readonly get: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<Device>
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
    list: "GET /v1/locations?limit,cursor pages repeatable",
    create: "POST /v1/locations",
    get: "GET /v1/locations/{id} repeatable"
  },
  devices: {
    list: "GET /v1/locations/{locationId}/devices?limit,cursor pages repeatable",
    register: "POST /v1/locations/{locationId}/devices",
    get: "GET /v1/devices/{id} repeatable",
    statusHistory: "GET /v1/devices/{id}/status-history?from,to repeatable"
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
  health: {
    show: "GET /health plain open repeatable",
    live: "GET /health/live plain open repeatable",
    ready: "GET /health/ready plain open repeatable"
  }
} as const
