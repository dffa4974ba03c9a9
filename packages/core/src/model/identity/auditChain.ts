import type { AuditEntry } from "../../ports/identity/AuditStore.ts"
import { sha256 } from "./sha256.ts"

/** A place in the chain of a tenant: the number of an entry, and its hash. */
export interface ChainPlace {
  readonly number: number
  readonly hash: string
}

/** Before the first entry of each chain. */
export const chainStart: ChainPlace = { number: 0, hash: "0".repeat(64) }

/** JSON in which names stand in their order and nothing is between: the same for the same value. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`)
  return `{${members.join(",")}}`
}

/** A value as it is after it was JSON: what JSON does not know has gone, as it has in a store. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null) ?? "null")

/** The hash of an entry: SHA-256 over all that it says and the hash before it, as canonical JSON. */
export const auditHash = (entry: Omit<AuditEntry, "hash">): string => {
  const { action, after, at, before, by, number, previous, subject, tenantId } = entry
  return sha256(canonical(asJson({ action, after, at, before, by, number, previous, subject, tenantId })))
}

/** The first entry of a chain that is not as it was written, and what is wrong with it. */
export interface ChainFault {
  readonly number: number
  /**
   * `changed`: it says something else than was written. `broken`: it does not follow the entry before it, so
   * one was taken out, put in, moved or belongs to another tenant. `missing`: the chain ends before it.
   */
  readonly kind: "changed" | "broken" | "missing"
}

/**
 * Checks entries of one tenant in their order, from `after` on, the start of the chain unless said otherwise.
 * It answers the first fault, or undefined.
 *
 * A chain alone cannot tell that its end was cut off, nor that all of it was written anew, hashes included.
 * For that `anchor` is needed: a place of the chain that was noted where whoever may write to the store may
 * not. With it, the chain has to reach that place and have that hash there.
 */
export const verifyChain = (
  entries: ReadonlyArray<AuditEntry>,
  known: { readonly after?: ChainPlace; readonly anchor?: ChainPlace } = {}
): ChainFault | undefined => {
  let { hash, number } = known.after ?? chainStart
  const tenantId = entries[0]?.tenantId
  for (const entry of entries) {
    number++
    const follows = entry.number === number && entry.previous === hash && entry.tenantId === tenantId
    if (!follows) return { number, kind: "broken" }
    if (auditHash(entry) !== entry.hash) return { number, kind: "changed" }
    if (known.anchor?.number === number && known.anchor.hash !== entry.hash)
      return { number, kind: "changed" }
    hash = entry.hash
  }
  return known.anchor !== undefined && known.anchor.number > number
    ? { number: number + 1, kind: "missing" }
    : undefined
}
