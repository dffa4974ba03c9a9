import { Instant, type KeptTariff, type Page, type Principal, TariffId } from "@wattkit/core"
import { Context, Effect, Layer } from "effect"
import { makeAccess } from "../access/Access.ts"
import { freshId } from "../registry/freshId.ts"
import { makeAssignments } from "./assignments.ts"
import { faultsOf, readDefinition } from "./definition.ts"
import { makeRemove } from "./remove.ts"
import { admit, makeTools, told } from "./tools.ts"
import { makeUpdate } from "./update.ts"

/** What a tariff shall be; its id may be chosen. */
export interface TariffDraft {
  readonly id?: TariffId | undefined
  readonly definition: unknown
}

const make = Effect.gen(function* () {
  const tools = yield* makeTools
  const { audit, store, there } = tools
  const update = makeUpdate(tools)
  const remove = makeRemove(tools)

  const create = Effect.fn("Tariffs.create")(function* (principal: Principal, draft: TariffDraft) {
    yield* admit(principal, "manage")
    const definition = yield* readDefinition(draft.definition)
    const now = yield* Instant.now
    const id = draft.id ?? TariffId.make(freshId("tar", now))
    const instants = { createdAt: now, changedAt: now }
    const { tenantId } = principal
    const made: KeptTariff = { id, tenantId, name: definition.name, definition, ...instants }
    yield* store.add(made)
    yield* audit.record(principal, { action: "tariff.create", subject: `tariff ${id}`, after: told(made) })
    return made
  })

  return {
    list: (principal: Principal, page: Page<TariffId>) =>
      Effect.andThen(admit(principal, "read"), store.list(principal.tenantId, page)),
    get: (principal: Principal, id: TariffId) =>
      Effect.andThen(admit(principal, "read"), there(principal, id)),
    create: (...args: Parameters<typeof create>) => Effect.uninterruptible(create(...args)),
    /** Of a tariff that is in force somewhere only days to come can be given other prices. */
    update: (...args: Parameters<typeof update>) => Effect.uninterruptible(update(...args)),
    /** A tariff that is, was or will be in force somewhere stays. */
    remove: (...args: Parameters<typeof remove>) => Effect.uninterruptible(remove(...args)),
    /** Everything that keeps a definition from being a tariff. */
    check: (principal: Principal, definition: unknown) =>
      Effect.map(admit(principal, "read"), () => faultsOf(definition)),
    ...(yield* makeAssignments(yield* makeAccess))
  }
})

/** The tariffs of a tenant, and which of them is in force at a location from which day on. */
export class Tariffs extends Context.Service<Tariffs, Effect.Success<typeof make>>()(
  "@wattkit/engine/Tariffs"
) {
  static readonly layer = Layer.effect(Tariffs, make)
}
