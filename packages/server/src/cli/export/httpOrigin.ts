import type { Client } from "@wattkit/client"
import { type DeviceId, Instant, type Reading, ReadingFromWire, type ReadingQuery } from "@wattkit/core"
import { Effect, Option, Schema, Stream } from "effect"
import { StartError } from "../../StartError.ts"
import { ask, clientOf, type Server } from "../transfer/httpTarget.ts"
import type { Origin, Selection } from "./Origin.ts"

/** The most entries one page has. */
const page = 500

const decodeAll = Schema.decodeUnknownEffect(Schema.Array(ReadingFromWire))

const devicesOf = async (client: Client, { deviceIds, locationIds }: Selection): Promise<Array<string>> => {
  const ids = new Set<string>()
  for (const id of deviceIds) ids.add((await client.devices.get({ id })).id)
  const places: Array<string> = [...locationIds]
  if (deviceIds.length + places.length === 0) {
    for await (const { id } of client.locations.list({ limit: page })) places.push(id)
  }
  for (const locationId of places) {
    for await (const { id } of client.devices.list({ locationId, limit: page })) ids.add(id)
  }
  return [...ids].sort()
}

/** A server, over HTTP. */
export const make = Effect.fnUntraced(function* (server: Server): Effect.fn.Return<Origin, StartError> {
  const client = yield* clientOf(server)

  const next = Effect.fnUntraced(function* (
    { channel, deviceId, within }: ReadingQuery,
    cursor: string | undefined
  ) {
    const query = {
      id: deviceId,
      channel,
      from: Instant.format(within.start),
      to: Instant.format(within.end),
      limit: page
    }
    const found = yield* ask(server, () =>
      client.readings.list(cursor === undefined ? query : { ...query, cursor })
    )
    const readings: ReadonlyArray<Reading> = yield* Effect.orDie(decodeAll(found.items))
    return [readings, Option.map(Option.fromUndefinedOr(found.nextCursor), (after) => after)] as const
  })

  return {
    devices: (selection) =>
      Effect.map(
        ask(server, () => devicesOf(client, selection)),
        (ids) => ids as ReadonlyArray<string> as ReadonlyArray<DeviceId>
      ),
    channels: (id) =>
      ask(server, () => client.readings.latest({ id })).pipe(
        Effect.flatMap((latest) => Effect.orDie(decodeAll(latest))),
        Effect.map((latest) => latest.map(({ channel }) => channel).sort())
      ),
    readings: (query) => Stream.paginate(undefined as string | undefined, (cursor) => next(query, cursor)),
    usage: () =>
      Stream.fail(new StartError({ message: "usage is exported from the storage itself; leave --url out." }))
  }
})
