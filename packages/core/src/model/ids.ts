import * as Schema from "effect/Schema"

/** The ids `.` and `..` would be eaten by whoever normalises a URL. */
const identifier = Schema.String.check(
  Schema.isPattern(/^(?!\.{1,2}$)[A-Za-z0-9._:-]{1,64}$/u, {
    message: "must be 1 to 64 characters of A-Z a-z 0-9 . _ : -"
  })
)

/** Names the party whose data is isolated. */
export const TenantId = identifier.pipe(Schema.brand("TenantId"))
export type TenantId = typeof TenantId.Type

/** Names one place with one time zone. */
export const LocationId = identifier.pipe(Schema.brand("LocationId"))
export type LocationId = typeof LocationId.Type

/**
 * Names what measures or is measured.
 *
 * The alphabet leaves out `/`, `+` and `#`, so that an id can stand in an MQTT topic and in a URL as it is,
 * and a serial number printed on a meter can be its id.
 */
export const DeviceId = identifier.pipe(Schema.brand("DeviceId"))
export type DeviceId = typeof DeviceId.Type

/** Names an API key; the secret itself is never stored. */
export const ApiKeyId = identifier.pipe(Schema.brand("ApiKeyId"))
export type ApiKeyId = typeof ApiKeyId.Type

/** Names a person. */
export const UserId = identifier.pipe(Schema.brand("UserId"))
export type UserId = typeof UserId.Type

/** Names one sign-in of a person. */
export const SessionId = identifier.pipe(Schema.brand("SessionId"))
export type SessionId = typeof SessionId.Type

/** Names a tariff. */
export const TariffId = identifier.pipe(Schema.brand("TariffId"))
export type TariffId = typeof TariffId.Type

/** Names a job. */
export const JobId = identifier.pipe(Schema.brand("JobId"))
export type JobId = typeof JobId.Type

/** Names a notification. */
export const NotificationId = identifier.pipe(Schema.brand("NotificationId"))
export type NotificationId = typeof NotificationId.Type

/** Names one measured stream of a device. */
export const ChannelName = identifier.pipe(Schema.brand("ChannelName"))
export type ChannelName = typeof ChannelName.Type

/** The channel of a device that has only one. */
export const mainChannel: ChannelName = ChannelName.make("main")

/** An id within its tenant: two tenants may have a location, a device or a tariff of the same id. */
export type OwnKey = `${string}/${string}`

/** The key of something a tenant has; no id has a slash in it. */
export const ownKey = (tenantId: TenantId, id: LocationId | DeviceId | TariffId): OwnKey =>
  `${tenantId}/${id}`

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

/**
 * Makes a fresh id: ten characters of time, so that ids sort by birth and index well, then sixteen of chance.
 */
export const makeId = (prefix: string, now: number, random: Uint8Array): string => {
  let text = ""
  for (let i = 9, rest = now; i >= 0; i--) {
    text = alphabet.charAt(rest % 32) + text
    rest = Math.floor(rest / 32)
  }
  for (let i = 0; i < 16; i++) text += alphabet.charAt((random[i] ?? 0) & 31)
  return `${prefix}_${text}`
}
