import {
  Instant,
  LocalCalendar,
  type LocalDate,
  type Location,
  type LocationDraft,
  type LocationId,
  type LocationStore,
  type Principal
} from "@wattkit/core"
import { Effect } from "effect"
import { Invalid } from "../../Invalid.ts"
import { changing, type Expected } from "../changing.ts"
import { type LocationTools, saidOf } from "./tools.ts"

/** What a location shall be; another zone holds from a date on, which is today when it is left out. */
export interface LocationChange extends LocationDraft {
  readonly zoneFrom?: LocalDate.LocalDate | undefined
}

/** The date from which the zone changes; undefined when it does not. */
const changeFrom = Effect.fnUntraced(function* (
  store: LocationStore,
  { id, tenantId, zone }: Location,
  change: LocationChange
) {
  const { zoneFrom } = change
  if (zoneFrom === undefined && change.zone === zone) return undefined
  const today = LocalCalendar.dateOf(LocalCalendar.of(change.zone), yield* Instant.now)
  if (zoneFrom !== undefined && zoneFrom > today) {
    return yield* new Invalid({ field: "zoneFrom", reason: "must not be after today" })
  }
  if (change.zone !== zone) return zoneFrom ?? today
  // The same change said once more does nothing; one that was earlier than was said moves there.
  const since = (yield* store.zones(tenantId, id)).at(-1)?.from
  return since !== undefined && zoneFrom !== undefined && zoneFrom < since ? zoneFrom : undefined
})

/** Makes what changes locations. */
export const makeUpdate = ({ audit, reach, store }: LocationTools) =>
  Effect.fn("Registry.updateLocation")(function* (
    principal: Principal,
    id: LocationId,
    change: LocationChange,
    isExpected?: Expected<Location>
  ) {
    let from: LocalDate.LocalDate | undefined
    const { after, before } = yield* changing({
      read: reach(principal, id, "manage"),
      isExpected,
      // The zone is not a fact of today but a history, and has a way of its own.
      next: Effect.fnUntraced(function* (known: Location) {
        from = yield* changeFrom(store, known, change)
        const { createdAt, tenantId, zone } = known
        return { id, tenantId, ...saidOf(change), zone, createdAt } satisfies Location as Location
      }),
      replace: store.replace
    })
    if (from !== undefined) yield* store.changeZone(principal.tenantId, id, { zone: change.zone, from })
    if (from === undefined && before === after) return after
    const now: Location = { ...after, zone: change.zone }
    const told = { ...saidOf(now), ...(from === undefined ? {} : { zoneFrom: from }) }
    const deed = { action: "location.update", subject: `location ${id}` }
    yield* audit.record(principal, { ...deed, before: saidOf(before), after: told })
    return now
  })
