import { Api, CurrentPrincipal, DeviceView } from "@wattkit/api"
import { type Device, DeviceId, Instant } from "@wattkit/core"
import { Registry } from "@wattkit/engine"
import { Effect, Redacted } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "../../answer.ts"
import { ifMatchOf } from "../../edge/ifMatch.ts"
import { answerPage, invalid } from "../page.ts"
import { placeKeys } from "./placeKeys.ts"

const monthMs = 30 * 86_400_000

const ifDevice = ifMatchOf(DeviceView)

type Wanted = Partial<Pick<Device, "kind" | "role">>

const isWanted = ({ kind, role }: Wanted) =>
  kind === undefined && role === undefined
    ? undefined
    : (device: Device) =>
        (kind === undefined || device.kind === kind) && (role === undefined || device.role === role)

/** Answers for devices. */
export const layer = HttpApiBuilder.group(
  Api,
  "devices",
  Effect.fn(function* (handlers) {
    const registry = yield* Registry
    return handlers.handleAll({
      list: Effect.fnUntraced(function* ({ params, query }) {
        const principal = yield* CurrentPrincipal
        const { name, sort = "id" } = query
        return yield* answerPage(query, placeKeys(sort, DeviceId), (page) =>
          registry.devices(principal, params.locationId, { ...page, sort, name, where: isWanted(query) })
        )
      }),
      tree: Effect.fnUntraced(function* ({ params }) {
        const principal = yield* CurrentPrincipal
        const entries = Effect.map(registry.tree(principal, params.locationId), (tree) =>
          tree.map(({ depth, device }) => ({ ...device, depth }))
        )
        return yield* answer(entries)
      }),
      register: Effect.fnUntraced(function* ({ params, payload }) {
        const principal = yield* CurrentPrincipal
        const registered = Effect.map(
          registry.registerDevice(principal, params.locationId, payload),
          ({ credential, device }) => ({ device, credential: Redacted.value(credential) })
        )
        return yield* answer(registered)
      }),
      get: Effect.fnUntraced(function* ({ params }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(registry.device(principal, params.id))
      }),
      update: Effect.fnUntraced(function* ({ params, payload, request }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(registry.updateDevice(principal, params.id, payload, ifDevice(request)))
      }),
      remove: Effect.fnUntraced(function* ({ params, request }) {
        const principal = yield* CurrentPrincipal
        const removed = registry.removeDevice(principal, params.id, ifDevice(request))
        return yield* answer(Effect.as(removed, { id: params.id }))
      }),
      credentials: Effect.fnUntraced(function* ({ params }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(registry.credentials(principal, params.id))
      }),
      rotateCredential: Effect.fnUntraced(function* ({ params, payload }) {
        const principal = yield* CurrentPrincipal
        const rotated = Effect.map(
          registry.rotateCredential(principal, params.id, payload.overlapMinutes),
          ({ credential, ...rest }) => ({ ...rest, credential: Redacted.value(credential) })
        )
        return yield* answer(Effect.catchTag(rotated, "AlreadyExists", Effect.die))
      }),
      statusHistory: Effect.fnUntraced(function* ({ params, query }) {
        const principal = yield* CurrentPrincipal
        const now = yield* Instant.now
        const { from = Instant.plus(now, -monthMs), to = now } = query
        const found = Effect.gen(function* () {
          if (to < from) return yield* invalid("to", "must not be before from")
          const history = yield* registry.statusHistory(principal, params.id, { start: from, end: to })
          return history.map(({ at, status }) => ({ at, status }))
        })
        return yield* answer(found)
      })
    })
  })
)
