import type { AuditDraft } from "../../ports/identity/AuditStore.ts"

/** What stands in the audit log where something of a person was said. */
export const personal = "[personal]"

/** Members that say something of a person, whatever they are said about. */
const always: ReadonlySet<string> = new Set(["email", "address", "agent", "phone", "ip"])

/** Things that are a person's, or a person. */
const ofPerson = /^(?:user|session|member|membership|api_key|key|consent) /

const hidden = (value: unknown, isPerson: boolean): unknown => {
  if (Array.isArray(value)) return value.map((one) => hidden(one, isPerson))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const isHidden = always.has(name) || (isPerson && name === "name")
      return [name, isHidden && member !== null ? personal : hidden(member, isPerson)]
    })
  )
}

/**
 * An entry as it may be kept for ever: what can never be taken out of a chain of hashes must not say more of
 * a person than an id. That a name or an address was changed is still seen, from what and to what is not.
 */
export const impersonal = (draft: AuditDraft): AuditDraft => {
  const isPerson = ofPerson.test(draft.subject)
  return { ...draft, before: hidden(draft.before, isPerson), after: hidden(draft.after, isPerson) }
}
