import { Currency, LocationId, TimeZone } from "@wattkit/core"
import { House } from "@wattkit/testkit/simulate"
import { Schema } from "effect"

/** Where the simulated house stands. */
export const locationId = LocationId.make("demo-house")

const fallback = "Europe/Berlin"

/** The zone of this machine; the one of Berlin when it has none or only UTC, which is nowhere. */
const machineZone = (): string => {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone
  if (zone === "UTC" || zone.startsWith("Etc/")) return fallback
  try {
    return TimeZone.makeOrThrow(zone)
  } catch {
    return fallback
  }
}

/** Roughly where on earth the clocks of this machine are right, so that the sun rises in the morning. */
const coordinates = (zone: string): { readonly latitude?: number; readonly longitude?: number } =>
  zone === fallback
    ? {}
    : { latitude: 45, longitude: -new Date(new Date().getFullYear(), 0, 1).getTimezoneOffset() / 4 }

/** The house, standing since the given instant. */
export const makeHouse = (start: number): House.House => {
  const zone = machineZone()
  return House.make({ start, seed: 7, zone, ...coordinates(zone) })
}

/** The house as a location. */
export const locationOf = (house: House.House) =>
  ({
    id: locationId,
    name: "Demo house",
    kind: "house",
    zone: house.zone,
    currency: Schema.decodeSync(Currency.Currency)("EUR")
  }) as const
