import type { ApiKey } from "@wattkit/core"
import { tableOf } from "../devices/Table.ts"
import { dayOf, instantOf } from "../tenant/say.ts"

const columns = [
  { title: "ID" },
  { title: "BEGINS WITH" },
  { title: "NAME", isFlexible: true },
  { title: "MAY", isFlexible: true },
  { title: "WHERE", isFlexible: true },
  { title: "WHOSE", isFlexible: true },
  { title: "LAST USED (UTC)" },
  { title: "ENDS (UTC)" }
]

const whose = ({ deviceId, userId }: ApiKey): string => {
  if (deviceId !== null) return `device ${deviceId}`
  return userId ?? "the tenant"
}

const endOf = ({ expiresAt, revokedAt }: ApiKey): string =>
  dayOf(revokedAt !== null && (expiresAt === null || revokedAt < expiresAt) ? revokedAt : expiresAt)

/** Keys, as a table for people. */
export const keysTable = (keys: ReadonlyArray<ApiKey>, width: number): string => {
  if (keys.length === 0) return "there is no key; make one: wattkit key create --name probe --scope read"
  const rows = keys.map((key) => {
    const { id, lastUsedAt, locations, name, prefix, scopes } = key
    const places = locations === null ? "everywhere" : locations.join(" ")
    const cells = [id, prefix, name, scopes.join(" "), places, whose(key), dayOf(lastUsedAt), endOf(key)]
    return cells.map((cell) => [cell])
  })
  return tableOf(columns, rows, width)
}

/** A key as programs read it. */
export const shown = ({ digest: _, tenantId: __, ...key }: ApiKey) => ({
  ...key,
  createdAt: instantOf(key.createdAt),
  expiresAt: instantOf(key.expiresAt),
  lastUsedAt: instantOf(key.lastUsedAt),
  revokedAt: instantOf(key.revokedAt)
})
