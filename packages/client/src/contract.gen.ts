// Generated from the HTTP contract by packages/client/scripts/generate.ts; change that one instead.
import type { Answer, CallOptions, PagedAnswer } from "./Answer.ts"

export interface Device {
  readonly id: string
  readonly locationId: string
  readonly name: string
  readonly role: "grid" | "load" | "generation" | "storage"
  readonly kind: "grid_meter" | "sub_meter" | "plug" | "inverter" | "battery" | "charger" | "heat_pump" | "virtual"
  readonly parentId: string | null
  readonly createdAt: string
}

export interface Health {
  readonly status: "ok" | "starting" | "draining" | "down"
  readonly version: string
  readonly uptimeSeconds: number
  readonly durability: "memory" | "process" | "power"
  readonly components: { readonly [name: string]: {
    readonly status: "up" | "down"
    readonly message?: string
  } }
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

export interface Reading {
  readonly at: string
  readonly channel?: string
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
  readonly field: string
  readonly reason: "malformed" | "future" | "too_old" | "conflict"
  readonly message: string
}

export interface Ticket {
  readonly ticket: string
  readonly expiresAt: string
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
    /** The newest reading of every channel of a device. */
    readonly latest: (
      params: {
        readonly id: string
      },
      options?: CallOptions
    ) => Answer<ReadonlyArray<Reading>>
  }
  readonly live: {
    /** A one-time ticket for the live WebSocket. */
    readonly ticket: (
      params?: { readonly [name: string]: never },
      options?: CallOptions
    ) => Answer<Ticket>
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
    get: "GET /v1/devices/{id} repeatable"
  },
  readings: {
    ingest: "POST /v1/devices/{id}/energy/readings repeatable",
    list: "GET /v1/devices/{id}/energy/readings?limit,cursor,from,to,channel pages repeatable",
    latest: "GET /v1/devices/{id}/energy/readings/latest repeatable"
  },
  live: {
    ticket: "POST /v1/ws/tickets"
  },
  health: {
    show: "GET /health plain open repeatable",
    live: "GET /health/live plain open repeatable",
    ready: "GET /health/ready plain open repeatable"
  }
} as const
