import {
  Instant,
  type KeptTariff,
  LocalCalendar,
  type Principal,
  type TariffId,
  TimeZone
} from "@wattkit/core"
import type { Tariff } from "@wattkit/tariff"
import { Effect, Equal } from "effect"
import { InUse } from "../InUse.ts"
import { changing, type Expected } from "../registry/changing.ts"
import { readDefinition } from "./definition.ts"
import { pastChange } from "./pastChange.ts"
import { admit, type TariffTools, told } from "./tools.ts"

const refusePast = Effect.fnUntraced(function* (before: Tariff, after: Tariff) {
  const zone = LocalCalendar.of(TimeZone.TimeZone.make(before.timeZone))
  const changed = pastChange(before, after, LocalCalendar.dateOf(zone, yield* Instant.now))
  if (changed === undefined) return
  const message = `the tariff is in force at a location, and ${changed} would change days that were or today;`
  return yield* new InUse({ message: `${message} add a version that begins later, or another tariff` })
})

/** Makes what changes tariffs. */
export const makeUpdate = ({ audit, isAssigned, store, there }: TariffTools) =>
  Effect.fn("Tariffs.update")(function* (
    principal: Principal,
    id: TariffId,
    json: unknown,
    isExpected?: Expected<KeptTariff>
  ) {
    yield* admit(principal, "manage")
    const definition = yield* readDefinition(json)
    const changedAt = yield* Instant.now
    const { after, before } = yield* changing({
      read: there(principal, id),
      isExpected,
      next: Effect.fnUntraced(function* (known: KeptTariff) {
        if (yield* isAssigned(principal, id)) yield* refusePast(known.definition as Tariff, definition)
        if (Equal.equals(known.definition, definition)) return known
        return { ...known, name: definition.name, definition, changedAt }
      }),
      replace: store.replace
    })
    if (before === after) return after
    const deed = { action: "tariff.update", subject: `tariff ${id}` }
    yield* audit.record(principal, { ...deed, before: told(before), after: told(after) })
    return after
  })
