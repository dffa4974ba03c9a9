import { type DeviceId, DeviceStore, type Principal, type StorageError } from "@wattkit/core"
import { Effect } from "effect"
import { ifThere, reaches } from "./Access.ts"

/** Which part of a list is asked for, whatever it is ordered by. */
interface Part<Cursor> {
  readonly after?: Cursor | undefined
  readonly limit: number
}

/** A list of a store that holds things of many devices. */
export interface DeviceList<A, Cursor> {
  readonly list: (part: Part<Cursor>) => Effect.Effect<ReadonlyArray<A>, StorageError>
  readonly cursorOf: (entry: A) => Cursor
  /** Whose an entry is; nobody who is held to some devices is shown one that is of none. */
  readonly deviceIdOf: (entry: A) => DeviceId | undefined
}

/** What is left of a list for somebody. */
export interface Visible {
  /** The entries that are of devices somebody reaches. */
  readonly among: <A>(
    principal: Principal,
    entries: ReadonlyArray<A>,
    deviceIdOf: (entry: A) => DeviceId | undefined
  ) => Effect.Effect<ReadonlyArray<A>, StorageError>
  /** A page of those: it is read on until the page is full or the list is over. */
  readonly page: <A, Cursor>(
    principal: Principal,
    part: Part<Cursor>,
    list: DeviceList<A, Cursor>
  ) => Effect.Effect<ReadonlyArray<A>, StorageError>
}

/** So much is read at once where much may have to be left out. */
const readAtOnce = 500

/** Devices looked up at the same time. */
const concurrency = 4

/** Makes what leaves out of lists what somebody does not reach. */
export const makeVisible: Effect.Effect<Visible, never, DeviceStore> = Effect.map(DeviceStore, (devices) => {
  /** What tells whether a device is reached, and asks for each at most once. */
  const makeReached = (principal: Principal) => {
    const known = new Map<DeviceId, boolean>()
    return Effect.fnUntraced(function* (ids: ReadonlyArray<DeviceId | undefined>) {
      const open = [...new Set(ids)].filter((id) => id !== undefined && !known.has(id)) as Array<DeviceId>
      const look = Effect.fnUntraced(function* (id: DeviceId) {
        const device = yield* ifThere(devices.get(principal.tenantId, id))
        known.set(id, device !== undefined && reaches(principal, device))
      })
      yield* Effect.forEach(open, look, { concurrency, discard: true })
      return (id: DeviceId | undefined): boolean => id !== undefined && known.get(id) === true
    })
  }

  return {
    among: Effect.fnUntraced(function* (principal, entries, deviceIdOf) {
      const isReached = yield* makeReached(principal)(entries.map(deviceIdOf))
      return entries.filter((entry) => isReached(deviceIdOf(entry)))
    }),

    page: Effect.fnUntraced(function* <A, Cursor>(
      principal: Principal,
      { after, limit }: Part<Cursor>,
      { cursorOf, deviceIdOf, list }: DeviceList<A, Cursor>
    ) {
      const reached = makeReached(principal)
      const found: Array<A> = []
      let from = after
      while (true) {
        // Mostly nothing is left out, and then the first look is the only one.
        const size = from === after ? limit : Math.max(limit, readAtOnce)
        const entries: ReadonlyArray<A> = yield* list({ after: from, limit: size })
        const isReached = yield* reached(entries.map(deviceIdOf))
        found.push(...entries.filter((entry) => isReached(deviceIdOf(entry))))
        const last = entries.at(-1)
        if (last === undefined || entries.length < size || found.length >= limit) {
          return found.slice(0, limit)
        }
        from = cursorOf(last)
      }
    })
  }
})
