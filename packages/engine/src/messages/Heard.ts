import type { FormatId, Instant, QuantityName, TenantId } from "@wattkit/core"
import type { Said } from "@wattkit/formats"

/** What a subject said lately on one of its channels. */
export interface HeardChannel {
  readonly channel: string
  /** Its last values. */
  readonly quantities: { readonly [name in QuantityName]?: number }
  /** Numbers whose meaning its format does not know, with their last values. */
  readonly unknown: { readonly [name: string]: number }
}

/** What was heard of a subject since this process started. */
export interface HeardSubject {
  readonly format: FormatId
  readonly subject: string
  readonly firstAt: Instant.Instant
  readonly lastAt: Instant.Instant
  /** How many messages. */
  readonly count: number
  readonly channels: ReadonlyArray<HeardChannel>
}

interface Kept extends Omit<HeardSubject, "lastAt" | "count" | "channels"> {
  lastAt: Instant.Instant
  count: number
  readonly channels: Map<string, HeardChannel>
}

/** Of one tenant, and of all of them. */
const mostSubjects = 1_000
const mostTogether = 5_000
const mostChannels = 16
const mostUnknown = 32

const merged = (known: HeardChannel | undefined, said: Said): HeardChannel => {
  const unknown = { ...known?.unknown, ...said.unknown }
  const isTooMuch = Object.keys(unknown).length > mostUnknown
  return {
    channel: said.channel,
    quantities: { ...known?.quantities, ...said.quantities },
    unknown: isTooMuch ? said.unknown : unknown
  }
}

/** Remembers, in bounded memory, who was heard lately and what was said. */
export class Heard {
  readonly #tenants = new Map<TenantId, Map<string, Kept>>()
  #together = 0

  /** Writes down one message of a subject. */
  note(tenantId: TenantId, format: FormatId, said: ReadonlyArray<Said>, at: Instant.Instant): void {
    const noted = new Set<string>()
    for (const one of said) {
      const kept = this.#of(tenantId, format, one.subject, at)
      if (!noted.has(one.subject)) kept.count++
      noted.add(one.subject)
      if (at > kept.lastAt) kept.lastAt = at
      const known = kept.channels.get(one.channel)
      if (known !== undefined || kept.channels.size < mostChannels) {
        kept.channels.set(one.channel, merged(known, one))
      }
    }
  }

  /** All that was heard of a tenant, by format and subject. */
  list(tenantId: TenantId): ReadonlyArray<HeardSubject> {
    const nameOf = ({ format, subject }: { format: string; subject: string }) => `${format} ${subject}`
    return [...(this.#tenants.get(tenantId)?.values() ?? [])]
      .map((kept) => ({ ...kept, channels: [...kept.channels.values()] }))
      .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  }

  #of(tenantId: TenantId, format: FormatId, subject: string, at: Instant.Instant): Kept {
    const tenant = this.#tenants.get(tenantId) ?? new Map<string, Kept>()
    // Taken out and put back, so that who was not heard of longest stands first.
    this.#tenants.delete(tenantId)
    this.#tenants.set(tenantId, tenant)
    const name = `${format} ${subject}`
    const known = tenant.get(name)
    const kept = known ?? { format, subject, firstAt: at, lastAt: at, count: 0, channels: new Map() }
    tenant.delete(name)
    tenant.set(name, kept)
    if (known === undefined) this.#together++
    if (tenant.size > mostSubjects) this.#drop(tenantId)
    if (this.#together > mostTogether) {
      const [quietest] = this.#tenants.keys()
      if (quietest !== undefined) this.#drop(quietest)
    }
    return kept
  }

  /** Forgets the subject of a tenant that was not heard of longest. */
  #drop(tenantId: TenantId): void {
    const tenant = this.#tenants.get(tenantId)
    const [oldest] = tenant?.keys() ?? []
    if (tenant === undefined || oldest === undefined) return
    tenant.delete(oldest)
    this.#together--
    if (tenant.size === 0) this.#tenants.delete(tenantId)
  }
}
