import { assert, it } from "@effect/vitest"
import type { Correction, DeviceReading } from "@wattkit/core"
import { insist, Luck, makeSequence, play, type Operation, type Sequence } from "@wattkit/testkit/model"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import * as PostgresSubject from "./PostgresSubject.ts"
import * as TestServer from "./TestServer.ts"

const sequences = Math.ceil(Number(process.env["WATTKIT_TEST_SEQUENCES"] ?? 300) / 30)
const orders = 3

const identityOf = ({ at, channel, deviceId }: Pick<DeviceReading, "at" | "channel" | "deviceId">): string =>
  `${deviceId} ${channel} ${at}`

/** Everything that is done to the readings of a sequence, of contradicting ones the first. */
const eventsOf = ({ operations }: Sequence) => {
  const readings = new Map<string, DeviceReading>()
  const corrections = new Map<number, Correction>()
  for (const operation of operations) {
    if (operation.do === "append") {
      for (const one of operation.batch)
        if (!readings.has(identityOf(one))) readings.set(identityOf(one), one)
    }
    if (operation.do === "correct") for (const one of operation.corrections) corrections.set(one.madeAt, one)
  }
  return [...readings.values(), ...corrections.values()]
}

/** The same in another order, cut into calls anywhere, some of it twice, with refreshes between. */
const reordered = (sequence: Sequence, order: number): Sequence => {
  const luck = new Luck(sequence.seed, `order ${order}`)
  const events = eventsOf(sequence)
  const left = luck.shuffled([...events, ...events.filter(() => luck.chance(0.1))])
  const operations: Array<Operation> = []
  while (left.length > 0) {
    const some = left.splice(0, luck.whole(1, 60))
    const batch = some.flatMap((one) => ("madeAt" in one ? [] : [one]))
    const corrections = some.flatMap((one) => ("madeAt" in one ? [one] : []))
    const both: Array<Operation> = [
      { do: "append", batch },
      { do: "correct", corrections }
    ]
    operations.push(...luck.shuffled(both))
    if (luck.chance(0.3)) operations.push({ do: "refresh" })
  }
  // Rules and zones that were said last are in force, whenever they are said.
  const settings = sequence.operations.filter((one) => one.do === "rules" || one.do === "zone")
  operations.splice(luck.whole(0, operations.length), 0, ...settings)
  return { ...sequence, operations: [...operations, { do: "refresh" }] }
}

const tables = {
  channels: "SELECT to_jsonb(c) - 'key' - 'tenant_key' - 'device_key' AS row FROM own c",
  readings: "SELECT to_jsonb(t) AS row FROM own JOIN readings t ON t.channel_key = own.key",
  reading_revisions: "SELECT to_jsonb(t) AS row FROM own JOIN reading_revisions t ON t.channel_key = own.key",
  device_state: "SELECT to_jsonb(t) AS row FROM own JOIN device_state t ON t.channel_key = own.key",
  usage_15m: "SELECT to_jsonb(t) AS row FROM own JOIN usage_15m t ON t.channel_key = own.key",
  energy_hourly: "SELECT to_jsonb(t) AS row FROM own JOIN energy_hourly t ON t.channel_key = own.key",
  energy_daily: "SELECT to_jsonb(t) AS row FROM own JOIN energy_daily t ON t.channel_key = own.key"
}

/** Everything stored of a channel, table by table, but for keys and when it was received. */
const dump = Effect.fnUntraced(function* ({ channels }: Sequence) {
  const sql = yield* SqlClient.SqlClient
  const lines: Array<string> = []
  for (const [place, { channel, deviceId }] of channels.entries()) {
    for (const [table, select] of Object.entries(tables)) {
      const rows = yield* sql.unsafe<{ row: string }>(
        `WITH own AS (
          SELECT c.* FROM channels c JOIN devices d ON d.key = c.device_key WHERE d.id = $1 AND c.name = $2
        )
        SELECT (row - 'tenant_key' - 'channel_key' - 'received_at')::text AS row
        FROM (${select}) t ORDER BY 1`,
        [deviceId, channel]
      )
      lines.push(...rows.map(({ row }) => `${place} ${table} ${row}`))
    }
  }
  return lines
})

it.live(
  "any order of the same events ends in the same bytes",
  () =>
    Effect.gen(function* () {
      const ground = yield* PostgresSubject.ground(yield* TestServer.make())
      const subject = yield* PostgresSubject.make(ground)
      for (let seed = 1; seed <= sequences; seed++) {
        const dumps: Array<ReadonlyArray<string>> = []
        for (let order = 0; order < orders; order++) {
          const made = makeSequence({ seed, operations: 200, prefix: `s${seed}o${order}`, agreeing: true })
          const sequence = reordered(made, order)
          yield* play(subject, sequence)
          dumps.push(
            (yield* insist(subject, Effect.provide(dump(sequence), PostgresSubject.layer(ground.url)))).value
          )
        }
        const [first, ...others] = dumps
        assert.isAbove(first?.length ?? 0, 500)
        for (const other of others) {
          const place = other.findIndex((line, i) => line !== first?.[i])
          assert.deepStrictEqual(other[place], first?.[place], `seed ${seed}`)
          assert.strictEqual(other.length, first?.length, `seed ${seed}`)
        }
      }
    }),
  600_000
)
