import type {
  ApiKey,
  ChannelName,
  Device,
  DeviceId,
  DeviceReading,
  DeviceStatus,
  Instant,
  Location,
  Quarantined,
  QuantityName,
  Reading,
  Tenant,
  TenantId
} from "@wattkit/core"
import { quantities } from "@wattkit/core"

/** The column of each quantity of a reading. */
export const columnOf = {
  powerW: "power_w",
  importWh: "import_wh",
  exportWh: "export_wh",
  importDeltaWh: "import_delta_wh",
  exportDeltaWh: "export_delta_wh",
  voltageV: "voltage_v",
  currentA: "current_a",
  frequencyHz: "frequency_hz",
  powerFactor: "power_factor",
  temperatureC: "temperature_c",
  stateOfChargePct: "state_of_charge_pct"
} as const satisfies { readonly [name in QuantityName]: string }

/** What a reading says beside its identity, in the order it is stored. */
export const saidNames = [...quantities, "since", "extra"] as const

/** The column of something a reading says. */
export const saidColumn = (name: (typeof saidNames)[number]): string =>
  name === "since" || name === "extra" ? name : columnOf[name]

/** The columns of what a reading says, in the order of `saidNames`. */
export const saidColumns: ReadonlyArray<string> = saidNames.map(saidColumn)

/** What a reading says, each column of the given table, or of no table in particular. */
export const said = (alias?: string): string =>
  saidColumns.map((name) => (alias === undefined ? name : `${alias}.${name}`)).join(", ")

/** True for a row that says something: one that was struck out does not. */
export const saysSomething = (alias: string): string =>
  `(${alias}.made_at IS NULL OR num_nonnulls(${said(alias)}) > 0)`

/** A selected reading. */
export type ReadingRow = { readonly [name in (typeof columnOf)[QuantityName]]: number | null } & {
  readonly at: Date
  readonly since: Date | null
  readonly extra: NonNullable<Reading["extra"]> | null
}

const instant = (date: Date): Instant.Instant => date.getTime() as Instant.Instant

const instantOr = (date: Date | null): Instant.Instant | null => (date === null ? null : instant(date))

/** When a thing was removed, in an object that has no such member when it is still there. */
const removal = (date: Date | null): { readonly removedAt?: Instant.Instant } =>
  date === null ? {} : { removedAt: instant(date) }

/** The reading of a row; a quantity that is null in the row is not in the reading. */
export const toReading = (channel: ChannelName, row: ReadingRow): Reading => {
  const reading: { -readonly [name in keyof Reading]: Reading[name] } = { at: instant(row.at), channel }
  if (row.since !== null) reading.since = instant(row.since)
  for (const name of quantities) {
    const value = row[columnOf[name]]
    if (value !== null) reading[name] = value
  }
  if (row.extra !== null) reading.extra = row.extra
  return reading
}

/** The reading of a row that also says its device and channel. */
export const toDeviceReading = (
  row: ReadingRow & { readonly device_id: DeviceId; readonly channel: ChannelName }
): DeviceReading => ({ deviceId: row.device_id, ...toReading(row.channel, row) })

/**
 * A text as a text column can hold it: what no encoding of text has, a NUL and half of a surrogate pair, is
 * replaced by U+FFFD.
 */
export const storable = (text: string): string => text.replaceAll("\0", "\ufffd").toWellFormed()

/** A selected tenant. */
export interface TenantRow {
  readonly id: TenantId
  readonly name: string
  readonly created_at: Date
}

/** The tenant of a row. */
export const toTenant = (row: TenantRow): Tenant => ({
  id: row.id,
  name: row.name,
  createdAt: instant(row.created_at)
})

/** A selected location. */
export interface LocationRow extends Pick<Location, "id" | "name" | "kind" | "zone" | "currency"> {
  readonly address: string | null
  readonly area_m2: number | null
  readonly occupants: number | null
  readonly created_at: Date
  readonly removed_at: Date | null
}

/** The location of a row. */
export const toLocation = (
  tenantId: TenantId,
  { address, area_m2, created_at, occupants, removed_at, ...row }: LocationRow
): Location => ({
  ...row,
  ...(address === null ? {} : { address }),
  ...(area_m2 === null ? {} : { areaM2: area_m2 }),
  ...(occupants === null ? {} : { occupants }),
  tenantId,
  createdAt: instant(created_at),
  ...removal(removed_at)
})

/** A selected device. */
export interface DeviceRow extends Pick<Device, "id" | "name" | "role" | "kind"> {
  readonly location_id: Device["locationId"]
  readonly parent_id: Device["parentId"]
  readonly created_at: Date
  readonly removed_at: Date | null
}

/** The device of a row. */
export const toDevice = (
  tenantId: TenantId,
  { created_at, location_id, parent_id, removed_at, ...row }: DeviceRow
): Device => ({
  ...row,
  tenantId,
  locationId: location_id,
  parentId: parent_id,
  createdAt: instant(created_at),
  ...removal(removed_at)
})

/** A selected API key. */
export interface ApiKeyRow extends Pick<
  ApiKey,
  "id" | "name" | "scopes" | "locations" | "prefix" | "digest"
> {
  readonly tenant_id: TenantId
  readonly device_id: ApiKey["deviceId"]
  readonly user_id: ApiKey["userId"]
  readonly created_at: Date
  readonly expires_at: Date | null
  readonly last_used_at: Date | null
  readonly revoked_at: Date | null
}

/** The API key of a row. */
export const toApiKey = (row: ApiKeyRow): ApiKey => ({
  id: row.id,
  tenantId: row.tenant_id,
  name: row.name,
  scopes: row.scopes,
  deviceId: row.device_id,
  userId: row.user_id,
  locations: row.locations,
  prefix: row.prefix,
  digest: row.digest,
  createdAt: instant(row.created_at),
  expiresAt: instantOr(row.expires_at),
  lastUsedAt: instantOr(row.last_used_at),
  revokedAt: instantOr(row.revoked_at)
})

/** A selected status of a device. */
export interface DeviceStatusRow extends Pick<DeviceStatus, "status"> {
  readonly at: Date
}

/** The status of a row. */
export const toDeviceStatus = (deviceId: DeviceId, { at, status }: DeviceStatusRow): DeviceStatus => ({
  deviceId,
  at: instant(at),
  status
})

type Settled = NonNullable<Quarantined["settled"]>

/** The columns of a reading that waits, as they are selected. */
export const quarantineColumns =
  "id, reading, reason, received_at, settled_at, settled_by, settled_as, shifted_ms::float8 AS shifted_ms"

/** A selected reading that waits, or was settled. */
export interface QuarantineRow extends Pick<Quarantined, "id" | "reading" | "reason"> {
  readonly received_at: Date
  readonly settled_at: Date | null
  readonly settled_by: Settled["by"]
  readonly settled_as: Settled["as"]
  readonly shifted_ms: Settled["shiftedMs"]
}

/** The reading of a row that waits, or was settled. */
export const toQuarantined = (tenantId: TenantId, row: QuarantineRow): Quarantined => ({
  id: row.id,
  tenantId,
  reading: row.reading,
  reason: row.reason,
  receivedAt: instant(row.received_at),
  settled:
    row.settled_at === null
      ? null
      : {
          at: instant(row.settled_at),
          by: row.settled_by,
          as: row.settled_as,
          shiftedMs: row.shifted_ms
        }
})
