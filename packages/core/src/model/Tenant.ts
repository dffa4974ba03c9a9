import * as Schema from "effect/Schema"
import { Name } from "./Name.ts"
import { Instant } from "../time/Instant.ts"
import { TenantId } from "./ids.ts"

/** The party whose data is isolated; a household is a tenant of one. */
export const Tenant = Schema.Struct({
  id: TenantId,
  name: Name,
  createdAt: Instant
})
export type Tenant = typeof Tenant.Type
