import type { Binding, BindingKey, BindingStore, StorageError, TenantId } from "@wattkit/core"
import { Effect } from "effect"

/** How long what the store said is believed: the longest a binding made by another process goes unnoticed. */
const believedForMs = 2_000
/** So many subjects are remembered; the one asked for longest ago is forgotten first. */
const most = 20_000

interface Known {
  readonly binding: Binding | undefined
  readonly until: number
}

/** The bindings of some subjects, by subject; those that are bound to nothing are missing. */
export type Bound = ReadonlyMap<string, Binding>

const nameOf = (tenantId: TenantId, { format, subject }: BindingKey): string =>
  `${tenantId} ${format} ${subject}`

/** Tells what subjects are bound to, and asks the store for each at most once in a while. */
export class BoundSubjects {
  readonly #store: BindingStore
  readonly #known = new Map<string, Known>()
  #writes = 0

  constructor(store: BindingStore) {
    this.#store = store
  }

  /** The bindings of subjects of one format. */
  find(
    tenantId: TenantId,
    format: Binding["format"],
    subjects: ReadonlyArray<string>
  ): Effect.Effect<Bound, StorageError> {
    const now = performance.now()
    const found = new Map<string, Binding>()
    const asked: Array<BindingKey> = []
    for (const subject of subjects) {
      const known = this.#known.get(nameOf(tenantId, { format, subject }))
      if (known === undefined || known.until <= now) asked.push({ format, subject })
      else if (known.binding !== undefined) found.set(subject, known.binding)
    }
    if (asked.length === 0) return Effect.succeed(found)
    const writes = this.#writes
    return Effect.map(this.#store.get(tenantId, asked), (bindings) => {
      for (const binding of bindings) found.set(binding.subject, binding)
      // What was read before a write may be older than it.
      if (writes === this.#writes) for (const key of asked) this.#note(tenantId, key, found.get(key.subject))
      return found
    })
  }

  /** Makes a binding, which counts from now on. */
  set(binding: Binding) {
    return Effect.map(this.#store.set(binding), () => this.#forget(binding.tenantId, binding))
  }

  /** Takes a binding away; whether there was one. */
  remove(tenantId: TenantId, key: BindingKey) {
    return Effect.tap(this.#store.remove(tenantId, key), () => Effect.sync(() => this.#forget(tenantId, key)))
  }

  #forget(tenantId: TenantId, key: BindingKey): void {
    this.#writes++
    this.#known.delete(nameOf(tenantId, key))
  }

  #note(tenantId: TenantId, key: BindingKey, binding: Binding | undefined): void {
    const name = nameOf(tenantId, key)
    this.#known.delete(name)
    this.#known.set(name, { binding, until: performance.now() + believedForMs })
    if (this.#known.size <= most) return
    const [oldest] = this.#known.keys()
    if (oldest !== undefined) this.#known.delete(oldest)
  }
}
