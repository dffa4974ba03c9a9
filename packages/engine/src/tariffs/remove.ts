import { Instant, type KeptTariff, type Principal, type TariffId } from "@wattkit/core"
import { Effect } from "effect"
import { InUse } from "../InUse.ts"
import { changing, type Expected } from "../registry/changing.ts"
import { admit, type TariffTools, told } from "./tools.ts"

/** Makes what removes tariffs. */
export const makeRemove = ({ audit, isAssigned, store, there }: TariffTools) => {
  const refuseUsed = Effect.fnUntraced(function* (principal: Principal, id: TariffId) {
    if (yield* isAssigned(principal, id)) {
      return yield* new InUse({ message: `the tariff ${id} is in force at a location at some time` })
    }
  })

  return Effect.fn("Tariffs.remove")(function* (
    principal: Principal,
    id: TariffId,
    isExpected?: Expected<KeptTariff>
  ) {
    yield* admit(principal, "manage")
    const removedAt = yield* Instant.now
    const { after, before } = yield* changing({
      read: there(principal, id),
      isExpected,
      next: (known) => Effect.as(refuseUsed(principal, id), { ...known, removedAt }),
      replace: store.replace
    })
    // Somebody may have begun to use it in between; from now on nobody can.
    yield* Effect.tapError(refuseUsed(principal, id), () => store.replace(after, before))
    yield* audit.record(principal, { action: "tariff.remove", subject: `tariff ${id}`, before: told(before) })
  })
}
