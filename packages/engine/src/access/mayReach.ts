import type { LocationId, Principal } from "@wattkit/core"

/** Whether a location was given to the one who asks; whether it is there is not looked up. */
export const mayReach = ({ locations }: Principal, locationId: LocationId): boolean =>
  locations === null || locations.includes(locationId)
