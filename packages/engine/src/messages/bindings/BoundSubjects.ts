import type { Binding, BindingKey, BindingStore, StorageError, TenantId } from "@wattkit/core"
import { Deferred, Effect } from "effect"

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

/**
 * Tells what subjects are bound to, and asks the store for each at most once in a while. Who asks for a
 * subject that is being looked up waits for that answer, so that messages of one subject do not overtake each
 * other.
 */
export class BoundSubjects {
  readonly #store: BindingStore
  readonly #known = new Map<string, Known>()
  readonly #pending = new Map<string, Deferred.Deferred<void>>()
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
      const name = nameOf(tenantId, { format, subject })
      const pending = this.#pending.get(name)
      if (pending !== undefined) {
        return Effect.flatMap(Deferred.await(pending), () => this.find(tenantId, format, subjects))
      }
      const known = this.#known.get(name)
      if (known === undefined || known.until <= now) asked.push({ format, subject })
      else if (known.binding !== undefined) found.set(subject, known.binding)
    }
    if (asked.length === 0) return Effect.succeed(found)
    return Effect.map(this.#ask(tenantId, asked), (bindings) => {
      for (const binding of bindings) found.set(binding.subject, binding)
      return found
    })
  }

  #ask(tenantId: TenantId, asked: ReadonlyArray<BindingKey>) {
    return Effect.suspend(() => {
      const writes = this.#writes
      const answered = Deferred.makeUnsafe<void>()
      const names = asked.map((key) => nameOf(tenantId, key))
      for (const name of names) this.#pending.set(name, answered)
      return this.#store.get(tenantId, asked).pipe(
        Effect.tap((bindings) =>
          Effect.sync(() => {
            // What was read before a write may be older than it.
            if (writes !== this.#writes) return
            const bound = new Map(bindings.map((binding) => [binding.subject, binding]))
            for (const key of asked) this.#note(tenantId, key, bound.get(key.subject))
          })
        ),
        Effect.ensuring(
          Effect.sync(() => {
            for (const name of names) this.#pending.delete(name)
            // Who asked first goes on first.
            queueMicrotask(() => Deferred.doneUnsafe(answered, Effect.void))
          })
        )
      )
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
