import * as Schema from "effect/Schema"
import { Name } from "./Name.ts"
import { Currency } from "../quantity/Currency.ts"
import { Instant } from "../time/Instant.ts"
import { TimeZone } from "../time/TimeZone.ts"
import { LocationId, TenantId } from "./ids.ts"

/** What sort of place a location is. */
export const LocationKind = Schema.Literals(["apartment", "house", "building", "facility"])
export type LocationKind = typeof LocationKind.Type

/** What a caller says of a location; the rest is given to it when it is made. */
export const LocationDraft = Schema.Struct({
  name: Name,
  kind: LocationKind,
  zone: TimeZone,
  currency: Currency
})
export type LocationDraft = typeof LocationDraft.Type

/** One place with one IANA time zone, one currency and at most one grid connection. */
export const Location = Schema.Struct({
  id: LocationId,
  tenantId: TenantId,
  ...LocationDraft.fields,
  createdAt: Instant
})
export type Location = typeof Location.Type
