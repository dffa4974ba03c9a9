import type { AppendOutcome, DeviceReading, TenantId } from "@wattkit/core"
import { Effect, Schedule } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import { type Column, writeArray } from "../hot/column.ts"
import type { AnsweredRow, Writing } from "../hot/HotConnection.ts"
import type { HotConnections } from "../hot/HotConnections.ts"
import type { Parameter } from "../hot/messages.ts"
import type { Partitions } from "../partitions.ts"
import { sqlState } from "../storageError.ts"
import * as Batch from "./Batch.ts"
import type { ChannelKeys } from "./ChannelKeys.ts"
import { copyText, writeFresh } from "./copyFresh.ts"
import { namesOf, saidBits, saysOf } from "./said.ts"
import { insertedOf, insertStatement } from "./insertStatement.ts"
import { newestOf, stateStatement } from "./stateStatement.ts"
import { outcomesOf, type Parameters, parametersOf, type Refused, storeStatement } from "./storeStatement.ts"

/** What appends share in a process. */
export interface Appending {
  readonly sql: SqlClient.SqlClient
  readonly hot: HotConnections
  readonly keys: ChannelKeys
  readonly partitions: Partitions
  /** From so many certainly new readings on they are copied. */
  readonly copiedFrom: number
}

const int4 =
  (value: number): Parameter =>
  (writer) => {
    writer.int32(4)
    writer.int32(value)
  }

const instant =
  (value: number): Parameter =>
  (writer) => {
    writer.int32(8)
    writer.instant(value)
  }

const array =
  (column: Column): Parameter =>
  (writer) =>
    writeArray(writer, column)

const runStore = ({ run }: Writing, { columns, earliest, firsts, latest }: Parameters): void =>
  run(storeStatement, [int4(firsts), instant(earliest), instant(latest), ...columns.map(array)])

const refusedOf = (rows: ReadonlyArray<AnsweredRow>): ReadonlyArray<Refused> =>
  rows.map(([row, outcome]) => ({ row: Number(row), outcome: outcome as Refused["outcome"] }))

/** Stores a batch as one transaction of a hot connection. */
const storeHot = ({ copiedFrom, hot }: Appending, batch: Batch.Batch) => {
  const parameters = parametersOf(batch)
  const names = namesOf(batch.said)
  return Effect.map(
    hot.transaction((writing) => {
      if (batch.fresh.length > 0) {
        if (batch.fresh.length < copiedFrom) {
          writing.run(insertStatement(batch.said), insertedOf(batch).map(array))
        } else writing.copy(copyText(names), (writer) => writeFresh(writer, batch, names))
        writing.run(stateStatement(batch), newestOf(batch).map(array))
      }
      if (parameters.places.length > 0) runStore(writing, parameters)
    }),
    (rows) => outcomesOf(batch, parameters.places, refusedOf(rows))
  )
}

/** Nothing was stored, and the next try sees what was in the way. */
const canRepeat = ({ reason: { _tag } }: SqlError.SqlError): boolean =>
  _tag === "SerializationError" || _tag === "DeadlockError" || _tag === "UniqueViolation"

const pauses = Schedule.exponential("2 millis", 1.5).pipe(Schedule.jittered, Schedule.upTo({ times: 20 }))

/** No partition takes the row: it was dropped, or another database stands at the address. */
const isWithoutPartition = (error: SqlError.SqlError): boolean => sqlState(error) === "23514"

/** Stores a batch; what is certainly new is believed to be so as long as nothing was in the way. */
const store = (appending: Appending, sent: Batch.Sent, believesNew: boolean) =>
  storeHot(appending, Batch.make(sent, believesNew))

/** No reading before these is new from now on. */
const remember = ({ ats, channels }: Batch.Sent, outcomes: ReadonlyArray<AppendOutcome>): void => {
  for (let i = 0; i < outcomes.length; i++) {
    const channel = channels[i]
    const at = ats[i]!
    if (outcomes[i] === "accepted" && channel !== undefined && at > channel.newest) channel.newest = at
  }
}

/** Finds the channels of readings. */
const prepare = ({ keys }: Appending, tenantId: TenantId, readings: ReadonlyArray<DeviceReading>) => {
  const bits = new Uint16Array(readings.length)
  const ats = new Float64Array(readings.length)
  let said = 0
  for (let i = 0; i < readings.length; i++) {
    const reading = readings[i]!
    bits[i] = saidBits(reading)
    ats[i] = reading.at
    said |= bits[i]!
  }
  return Effect.map(
    keys.resolve(tenantId, readings, (i) => saysOf(bits[i]!)),
    (channels): Batch.Sent => ({ readings, channels, ats, said })
  )
}

/** Stores a batch and answers what became of each reading, in the order of the batch. */
export const append = Effect.fnUntraced(function* (
  appending: Appending,
  tenantId: TenantId,
  readings: ReadonlyArray<DeviceReading>
) {
  if (readings.length === 0) return []
  const { partitions } = appending
  const sent = yield* prepare(appending, tenantId, readings)
  if (sent.channels.every((channel) => channel === undefined)) {
    return readings.map((): AppendOutcome => "unknown_device")
  }
  const ats = sent.channels.includes(undefined)
    ? sent.ats.filter((_, i) => sent.channels[i] !== undefined)
    : sent.ats
  const outcomes = yield* Effect.suspend(() => partitions.ready(ats)).pipe(
    Effect.andThen(Effect.suspend(() => store(appending, sent, true))),
    Effect.catchIf(canRepeat, () =>
      Effect.retry(
        Effect.suspend(() => store(appending, sent, false)),
        { while: canRepeat, schedule: pauses }
      )
    ),
    Effect.tapError((error) => Effect.sync(() => isWithoutPartition(error) && partitions.forget())),
    Effect.retry({ while: isWithoutPartition, times: 3 })
  )
  remember(sent, outcomes)
  return outcomes
})
