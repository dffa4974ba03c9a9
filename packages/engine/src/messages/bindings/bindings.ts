import {
  type Binding,
  type BindingKey,
  type BindingStore,
  type ChannelName,
  type DeviceId,
  type FormatId,
  Instant,
  mainChannel,
  type Principal
} from "@wattkit/core"
import type { Format } from "@wattkit/formats"
import { Effect } from "effect"
import { requireDevice, requireScope } from "../../authorise.ts"
import { Invalid } from "../../Invalid.ts"
import type { BoundSubjects } from "./BoundSubjects.ts"
import type { Heard, HeardSubject } from "../Heard.ts"

/** Says that a subject speaks for a device; without a channel for its main one. */
export interface BindingDraft extends BindingKey {
  readonly deviceId: DeviceId
  readonly channel?: ChannelName | undefined
  readonly fields?: Binding["fields"] | undefined
}

/** What was heard of a subject, and what it is bound to. */
export interface HeardBound extends HeardSubject {
  readonly binding: Binding | null
}

/** Our own form is a format too, for those who listen at a broker; nothing has to be bound in it. */
const nativeFormat: FormatId = "wattkit"

interface BindingPage {
  readonly after?: BindingKey | undefined
  readonly limit: number
  readonly deviceId?: DeviceId | undefined
}

interface Parts {
  readonly formats: ReadonlyArray<Format>
  readonly store: BindingStore
  readonly bound: BoundSubjects
  readonly heard: Heard
}

/** Makes what people do with bindings. */
export const makeBindings = ({ bound, formats, heard, store }: Parts) => ({
  bind: Effect.fn("Messages.bind")(function* (principal: Principal, draft: BindingDraft) {
    yield* requireScope(principal, "manage")
    yield* requireDevice(principal, draft.deviceId)
    if (!formats.some(({ id }) => id === draft.format)) {
      return yield* new Invalid({ field: "format", reason: "is not a format that is known here" })
    }
    if (draft.format === nativeFormat) {
      const reason = "names its devices itself: register the device under the id it says"
      return yield* new Invalid({ field: "format", reason })
    }
    const binding: Binding = {
      tenantId: principal.tenantId,
      format: draft.format,
      subject: draft.subject,
      deviceId: draft.deviceId,
      channel: draft.channel ?? mainChannel,
      fields: draft.fields ?? {},
      createdAt: yield* Instant.now
    }
    yield* bound.set(binding)
    return binding
  }),

  unbind: (principal: Principal, key: BindingKey) =>
    Effect.andThen(requireScope(principal, "manage"), bound.remove(principal.tenantId, key)),

  bindings: Effect.fn("Messages.bindings")(function* (principal: Principal, page: BindingPage) {
    yield* requireScope(principal, "read")
    const deviceId = page.deviceId ?? principal.deviceId ?? undefined
    if (deviceId !== undefined) yield* requireDevice(principal, deviceId)
    return yield* store.list(principal.tenantId, { ...page, deviceId })
  }),

  seen: Effect.fn("Messages.seen")(function* (principal: Principal) {
    yield* requireScope(principal, "read")
    const subjects = heard.list(principal.tenantId)
    const found = yield* store.get(
      principal.tenantId,
      subjects.map(({ format, subject }) => ({ format, subject }))
    )
    const nameOf = ({ format, subject }: BindingKey) => `${format} ${subject}`
    const byName = new Map(found.map((binding) => [nameOf(binding), binding]))
    return subjects.flatMap((one): ReadonlyArray<HeardBound> => {
      const binding = byName.get(nameOf(one)) ?? null
      const isShown = principal.deviceId === null || principal.deviceId === binding?.deviceId
      return isShown ? [{ ...one, binding }] : []
    })
  })
})
