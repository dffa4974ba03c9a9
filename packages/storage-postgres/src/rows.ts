import type {
  ApiKey,
  Device,
  DeviceId,
  DeviceReading,
  Instant,
  Location,
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

/** The columns of what a reading says, in the order of the quantities. */
export const saidColumns: ReadonlyArray<string> = [...quantities.map((name) => columnOf[name]), "extra"]

/** The columns of a reading as they are selected. */
export const readingColumns: ReadonlyArray<string> = ["channel", "at", ...saidColumns]

/** A selected reading. */
export type ReadingRow = { readonly [name in (typeof columnOf)[QuantityName]]: number | null } & {
  readonly at: Date
  readonly channel: Reading["channel"]
  readonly extra: NonNullable<Reading["extra"]> | null
}

const instant = (date: Date): Instant.Instant => date.getTime() as Instant.Instant

/** The reading of a row; a quantity that is null in the row is not in the reading. */
export const toReading = (row: ReadingRow): Reading => {
  const reading: { -readonly [name in keyof Reading]: Reading[name] } = {
    at: instant(row.at),
    channel: row.channel
  }
  for (const name of quantities) {
    const value = row[columnOf[name]]
    if (value !== null) reading[name] = value
  }
  if (row.extra !== null) reading.extra = row.extra
  return reading
}

/** The reading of a row that also says its device. */
export const toDeviceReading = (row: ReadingRow & { readonly device_id: DeviceId }): DeviceReading => ({
  deviceId: row.device_id,
  ...toReading(row)
})

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
  readonly created_at: Date
}

/** The location of a row. */
export const toLocation = (tenantId: TenantId, { created_at, ...row }: LocationRow): Location => ({
  ...row,
  tenantId,
  createdAt: instant(created_at)
})

/** A selected device. */
export interface DeviceRow extends Pick<Device, "id" | "name" | "role" | "kind"> {
  readonly location_id: Device["locationId"]
  readonly parent_id: Device["parentId"]
  readonly created_at: Date
}

/** The device of a row. */
export const toDevice = (
  tenantId: TenantId,
  { created_at, location_id, parent_id, ...row }: DeviceRow
): Device => ({
  ...row,
  tenantId,
  locationId: location_id,
  parentId: parent_id,
  createdAt: instant(created_at)
})

/** A selected API key. */
export interface ApiKeyRow extends Pick<ApiKey, "id" | "name" | "scopes" | "prefix" | "digest"> {
  readonly tenant_id: TenantId
  readonly device_id: ApiKey["deviceId"]
  readonly created_at: Date
  readonly revoked_at: Date | null
}

/** The API key of a row. */
export const toApiKey = ({ tenant_id, device_id, created_at, revoked_at, ...row }: ApiKeyRow): ApiKey => ({
  ...row,
  tenantId: tenant_id,
  deviceId: device_id,
  createdAt: instant(created_at),
  revokedAt: revoked_at === null ? null : instant(revoked_at)
})
