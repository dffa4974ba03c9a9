import type { TenantId } from "@wattkit/core"
import type { Member } from "@wattkit/engine"
import { Redacted } from "effect"
import { tableOf } from "../devices/Table.ts"
import { dayOf, instantOf } from "../tenant/say.ts"

const columns = [
  { title: "E-MAIL", isFlexible: true },
  { title: "NAME", isFlexible: true },
  { title: "ROLE" },
  { title: "LOCATIONS", isFlexible: true },
  { title: "STATUS" },
  { title: "SINCE (UTC)" }
]

const placesOf = ({ locations, role }: Member): string =>
  role === "admin" ? "all" : locations.length === 0 ? "none" : locations.join(" ")

/** The members of a tenant, as a table for people. */
export const membersTable = (members: ReadonlyArray<Member>, width: number): string => {
  if (members.length === 0) {
    return "nobody is a member yet; the first: wattkit user add --role admin --email ada@example.com"
  }
  const rows = members.map((member) => {
    const { createdAt, email, name, role, status } = member
    return [[email], [name], [role], [placesOf(member)], [status], [dayOf(createdAt)]]
  })
  return tableOf(columns, rows, width)
}

/** A member as programs read it. */
export const shown = ({ createdAt, disabledAt, ...member }: Member) => ({
  ...member,
  createdAt: instantOf(createdAt),
  disabledAt: instantOf(disabledAt)
})

/** What is said of somebody who was invited. */
export const invitedText = (
  member: Member,
  tenantId: TenantId,
  told: { readonly isMailed: boolean; readonly link: Redacted.Redacted | undefined }
): string => {
  const { email, role, status } = member
  const article = role === "admin" ? "an" : "a"
  const as = `${article} ${role} of the tenant ${tenantId}`
  if (told.link !== undefined) {
    const lines = [
      `${email} is invited as ${as}.`,
      "",
      "No mail server is set (WATTKIT_SMTP_URL), so bring them this link by yourself.",
      "It lets whoever opens it choose the password, once, within 7 days:",
      "",
      `  ${Redacted.value(told.link)}`
    ]
    return lines.join("\n")
  }
  const mail = told.isMailed ? "A message to them is on its way." : "No message could be sent to them."
  return status === "invited"
    ? `${email} is invited as ${as}. ${mail}`
    : `${email} is ${as} now, and signs in with the password they have. ${mail}`
}
