import type { Binding, FormatId, NotFound, Principal, StorageError } from "@wattkit/core"
import { Effect } from "effect"
import type { Access } from "../../access/Access.ts"
import { Forbidden } from "../../Forbidden.ts"
import type { Speaker } from "./autoBind.ts"
import type { Bound, BoundSubjects } from "./BoundSubjects.ts"

/** Says how a subject is bound when somebody other than its device speaks for it. */
const foreign = ({ format, subject }: Binding) =>
  new Forbidden({ message: `${subject} of the format ${format} speaks for another device` })

/** Makes what tells what subjects are bound to. A device speaks for itself, and for nobody else. */
export const makeBindingsOf = (
  bound: BoundSubjects,
  autoBind: (
    speaker: Speaker,
    subjects: ReadonlyArray<string>
  ) => Effect.Effect<Bound, NotFound | StorageError>,
  { reachDevice }: Access
) =>
  Effect.fnUntraced(function* (
    principal: Principal,
    format: FormatId,
    subjects: ReadonlyArray<string>,
    mayBind: boolean
  ): Effect.fn.Return<Bound, Forbidden | NotFound | StorageError> {
    const { deviceId, tenantId } = principal
    const found = yield* bound.find(tenantId, format, subjects)
    if (deviceId === null) return found
    const open = subjects.filter((subject) => !found.has(subject))
    const isNew = open.length > 0 && mayBind
    // Nothing is bound to what was removed.
    if (isNew) yield* reachDevice(principal, deviceId)
    const made = isNew ? yield* autoBind({ tenantId, deviceId, format }, open) : undefined
    const all = made === undefined ? found : new Map([...found, ...made])
    for (const binding of all.values()) if (binding.deviceId !== deviceId) return yield* foreign(binding)
    return all
  })
