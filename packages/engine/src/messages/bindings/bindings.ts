import {
  type Binding,
  type BindingKey,
  type BindingStore,
  type ChannelName,
  type DeviceId,
  DeviceStore,
  type FormatId,
  Instant,
  mainChannel,
  type Principal,
  type StorageError
} from "@wattkit/core"
import type { Format } from "@wattkit/formats"
import { Effect } from "effect"
import { type Access, ifThere } from "../../access/Access.ts"
import { mayReach } from "../../access/mayReach.ts"
import type { Visible } from "../../access/visible.ts"
import { requireScope } from "../../authorise.ts"
import { Forbidden } from "../../Forbidden.ts"
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
  readonly access: Access
  readonly visible: Visible
  readonly mayTake: MayTake
  readonly formats: ReadonlyArray<Format>
  readonly store: BindingStore
  readonly bound: BoundSubjects
  readonly heard: Heard
}

const deviceIdOf = ({ deviceId }: Binding): DeviceId => deviceId

/** Whether somebody may let a subject speak for something else, or for nothing, than it does now. */
type MayTake = (principal: Principal, known: Binding | undefined) => Effect.Effect<boolean, StorageError>

/** Makes what tells it: what a device that was removed spoke for is free for whoever reaches its location. */
export const makeMayTake: Effect.Effect<MayTake, never, DeviceStore> = Effect.map(
  DeviceStore,
  (devices): MayTake =>
    (principal, known) => {
      if (known === undefined) return Effect.succeed(true)
      if (principal.deviceId !== null) return Effect.succeed(principal.deviceId === known.deviceId)
      if (principal.locations === null) return Effect.succeed(true)
      return Effect.map(
        ifThere(devices.get(principal.tenantId, known.deviceId)),
        (device) => device === undefined || mayReach(principal, device.locationId)
      )
    }
)

/** Makes what people do with bindings. */
export const makeBindings = ({ access, bound, formats, heard, mayTake, store, visible }: Parts) => ({
  bind: Effect.fn("Messages.bind")(function* (principal: Principal, draft: BindingDraft) {
    yield* requireScope(principal, "manage")
    yield* access.reachDevice(principal, draft.deviceId)
    if (!formats.some(({ id }) => id === draft.format)) {
      return yield* new Invalid({ field: "format", reason: "is not a format that is known here" })
    }
    if (draft.format === nativeFormat) {
      const reason = "names its devices itself: register the device under the id it says"
      return yield* new Invalid({ field: "format", reason })
    }
    const [known] = yield* store.get(principal.tenantId, [draft])
    if (!(yield* mayTake(principal, known))) {
      const message = `${draft.subject} of the format ${draft.format} speaks for another device`
      return yield* new Forbidden({ message })
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

  unbind: Effect.fn("Messages.unbind")(function* (principal: Principal, key: BindingKey) {
    yield* requireScope(principal, "manage")
    const [known] = yield* store.get(principal.tenantId, [key])
    return (yield* mayTake(principal, known)) ? yield* bound.remove(principal.tenantId, key) : false
  }),

  bindings: Effect.fn("Messages.bindings")(function* (principal: Principal, page: BindingPage) {
    yield* requireScope(principal, "read")
    const deviceId = page.deviceId ?? principal.deviceId ?? undefined
    if (deviceId !== undefined) {
      yield* access.reachDevice(principal, deviceId)
      return yield* store.list(principal.tenantId, { ...page, deviceId })
    }
    return yield* visible.page(principal, page, {
      list: (part) => store.list(principal.tenantId, part),
      cursorOf: ({ format, subject }): BindingKey => ({ format, subject }),
      deviceIdOf
    })
  }),

  seen: Effect.fn("Messages.seen")(function* (principal: Principal) {
    yield* requireScope(principal, "read")
    const subjects = heard.list(principal.tenantId)
    const found = yield* store.get(
      principal.tenantId,
      subjects.map(({ format, subject }) => ({ format, subject }))
    )
    const nameOf = ({ format, subject }: BindingKey) => `${format} ${subject}`
    const shown = yield* visible.among(principal, found, deviceIdOf)
    const byName = new Map(shown.map((binding) => [nameOf(binding), binding]))
    // What is bound to nothing may be of any location.
    const isAllShown = principal.deviceId === null && principal.locations === null
    return subjects.flatMap((one): ReadonlyArray<HeardBound> => {
      const binding = byName.get(nameOf(one)) ?? null
      return isAllShown || binding !== null ? [{ ...one, binding }] : []
    })
  })
})
