import {
  type Binding,
  type BindingStore,
  type DeviceId,
  type FormatId,
  Instant,
  mainChannel,
  type NotFound,
  type StorageError,
  type TenantId
} from "@wattkit/core"
import { Effect, Semaphore } from "effect"
import type { Bound, BoundSubjects } from "./BoundSubjects.ts"
import { freeChannel } from "./channelNames.ts"

/** So many subjects a device may speak for by itself; it may make up as many names as it likes. */
const mostOfDevice = 256

/** Whose subjects they are, and in which format they were said. */
export interface Speaker {
  readonly tenantId: TenantId
  readonly deviceId: DeviceId
  readonly format: FormatId
}

const channelFor = (own: ReadonlyArray<Binding>, format: FormatId, subject: string) =>
  own.some((binding) => binding.format === format)
    ? freeChannel(subject, new Set(own.map(({ channel }) => channel)))
    : mainChannel

/**
 * Binds subjects to the device whose credential said them: the first of a format to its main channel, every
 * other one to a channel named for it. Answers what they are bound to now; those beyond what a device may
 * have stay unbound.
 */
export const makeAutoBind = (store: BindingStore, bound: BoundSubjects) => {
  // One at a time, or two first subjects would both get the main channel.
  const alone = Semaphore.makeUnsafe(1)
  const bind = Effect.fnUntraced(function* (
    { deviceId, format, tenantId }: Speaker,
    subjects: ReadonlyArray<string>
  ): Effect.fn.Return<Bound, NotFound | StorageError> {
    const keys = subjects.map((subject) => ({ format, subject }))
    const found = new Map((yield* store.get(tenantId, keys)).map((one) => [one.subject, one]))
    const own = [...(yield* store.list(tenantId, { limit: mostOfDevice, deviceId }))]
    const createdAt = yield* Instant.now
    for (const subject of subjects) {
      if (found.has(subject) || own.length >= mostOfDevice) continue
      const channel = channelFor(own, format, subject)
      const binding = { tenantId, format, subject, deviceId, channel, fields: {}, createdAt }
      yield* bound.set(binding)
      own.push(binding)
      found.set(subject, binding)
    }
    return found
  })
  return (speaker: Speaker, subjects: ReadonlyArray<string>) => alone.withPermits(1)(bind(speaker, subjects))
}
