import type { User } from "@wattkit/client"

/** What somebody is in a tenant. */
export type Role = User["role"]

/** What roles are called. */
export const roleWords: { readonly [role in Role]: string } = {
  user: "User",
  facility_manager: "Facility manager",
  admin: "Administrator"
}
