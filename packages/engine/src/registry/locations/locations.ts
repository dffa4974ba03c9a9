import {
  Instant,
  type Location,
  type LocationDraft,
  LocationId,
  type Page,
  type Principal
} from "@wattkit/core"
import { Effect } from "effect"
import type { Access } from "../../access/Access.ts"
import { requireScope } from "../../authorise.ts"
import { Forbidden } from "../../Forbidden.ts"
import { type Choice, choose, isPlain } from "../choose.ts"
import { everyPage } from "../everyPage.ts"
import { freshId } from "../freshId.ts"
import type { OneAtATime } from "../oneAtATime.ts"
import { makeRemove } from "./remove.ts"
import { makeTools, saidOf } from "./tools.ts"
import { makeUpdate } from "./update.ts"

/** Fails for whoever was given certain locations: another one would not be among them. */
const requireEverywhere = ({ deviceId, locations }: Principal): Effect.Effect<void, Forbidden> =>
  deviceId === null && locations === null
    ? Effect.void
    : Effect.fail(new Forbidden({ message: "only who reaches every location may make another" }))

/** Makes what keeps locations as those who look after them say. */
export const makeLocations = Effect.fnUntraced(function* (access: Access, oneAtATime: OneAtATime) {
  const tools = yield* makeTools(access)
  const { audit, reach, store } = tools
  const update = makeUpdate(tools)
  const remove = yield* makeRemove(tools)

  const inTurn = <A, E, R>({ tenantId }: Principal, id: LocationId, effect: Effect.Effect<A, E, R>) =>
    oneAtATime(tenantId, id)(Effect.uninterruptible(effect))

  return {
    get: (principal: Principal, id: LocationId) => reach(principal, id, "read"),
    list: Effect.fn("Registry.locations")(function* (principal: Principal, choice: Choice<Location>) {
      yield* requireScope(principal, "read")
      if (isPlain(choice)) {
        const after = choice.after === undefined ? undefined : LocationId.make(choice.after.id)
        return yield* access.locations(principal, { after, limit: choice.limit })
      }
      const all = yield* everyPage((page: Page<LocationId>) => access.locations(principal, page))
      return choose(all, choice)
    }),
    create: Effect.fn("Registry.createLocation")(function* (
      principal: Principal,
      draft: LocationDraft & { readonly id?: LocationId | undefined }
    ) {
      yield* requireScope(principal, "manage")
      yield* requireEverywhere(principal)
      const createdAt = yield* Instant.now
      const said = saidOf(draft)
      const id = draft.id ?? LocationId.make(freshId("loc", createdAt))
      const made: Location = { id, tenantId: principal.tenantId, ...said, createdAt }
      yield* store.add(made)
      yield* audit.record(principal, { action: "location.create", subject: `location ${id}`, after: said })
      return made
    }),
    update: (...args: Parameters<typeof update>) => inTurn(args[0], args[1], update(...args)),
    remove: (...args: Parameters<typeof remove>) => inTurn(args[0], args[1], remove(...args))
  }
})
