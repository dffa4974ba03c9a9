import * as Schema from "effect/Schema"
import { Instant } from "../time/Instant.ts"
import { TenantId } from "./ids.ts"

/** The party whose data is isolated; a household is a tenant of one. */
export const Tenant = Schema.Struct({
  id: TenantId,
  name: Schema.NonEmptyString,
  createdAt: Instant
})
export type Tenant = typeof Tenant.Type
