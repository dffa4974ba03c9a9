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
  currency: Currency,
  /** Where it is, in a line or a few, as on a letter. */
  address: Schema.optionalKey(
    Schema.String.check(Schema.isMaxLength(500, { message: "must have at most 500 characters" }))
  ),
  /** The heated or used area, in square metres. */
  areaM2: Schema.optionalKey(
    Schema.Finite.check(
      Schema.isBetween({ minimum: 1, maximum: 10_000_000 }, { message: "must be between 1 and 10000000" })
    )
  ),
  /** How many people live or work there. */
  occupants: Schema.optionalKey(
    Schema.Int.check(
      Schema.isBetween({ minimum: 0, maximum: 1_000_000 }, { message: "must be between 0 and 1000000" })
    )
  )
})
export type LocationDraft = typeof LocationDraft.Type

/** One place with one IANA time zone, one currency and at most one grid connection. */
export const Location = Schema.Struct({
  id: LocationId,
  tenantId: TenantId,
  ...LocationDraft.fields,
  createdAt: Instant,
  /** When it was removed. It is shown no more, but what was measured there is still known. */
  removedAt: Schema.optionalKey(Instant)
})
export type Location = typeof Location.Type
