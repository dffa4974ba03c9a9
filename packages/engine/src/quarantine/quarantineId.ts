import { type DeviceReading, makeId, quantities, type QuarantineReason, type TenantId } from "@wattkit/core"

const contentOf = (tenantId: TenantId, reading: DeviceReading, reason: QuarantineReason): string =>
  JSON.stringify([
    tenantId,
    reading.deviceId,
    reading.channel,
    reading.at,
    reading.since ?? null,
    ...quantities.map((name) => reading[name] ?? null),
    Object.entries(reading.extra ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
    reason
  ])

/**
 * The id of a reading in quarantine: the instant it claims, then a digest of everything it says.
 *
 * The same reading for the same reason has the same id, however often a device repeats it, so keeping it
 * again changes nothing. An id that also sorted by arrival could not be made twice; by the claimed instant a
 * list reads in the order of a device's own clock, and neighbours of an index are neighbours in time.
 */
export const quarantineIdOf = async (
  tenantId: TenantId,
  reading: DeviceReading,
  reason: QuarantineReason
): Promise<string> => {
  const content = new TextEncoder().encode(contentOf(tenantId, reading, reason))
  const digest = await crypto.subtle.digest("SHA-256", content)
  return makeId("q", reading.at, new Uint8Array(digest))
}
