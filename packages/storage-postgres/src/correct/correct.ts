import type { Correction, CorrectionOutcome, TenantId } from "@wattkit/core"
import { Effect, Schedule } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import type { Appending } from "../append/append.ts"
import type { Channel } from "../append/Channel.ts"
import { saidBits, saysOf } from "../append/said.ts"
import { storedReading } from "./revisions.ts"
import * as Statements from "./statements.ts"
import { add, changedTo, type Corrected, versionOf } from "./versions.ts"

interface Placed {
  readonly correction: Correction
  readonly channel: Channel
  /** The place in the batch. */
  readonly place: number
}

const nameOf = ({ channel, correction }: Placed): string => `${channel.key}/${correction.at}`

/** What is stored of the identities that are corrected, by `nameOf`. */
const load = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, placed: ReadonlyArray<Placed>) {
  const firsts = [...new Map(placed.map((one) => [nameOf(one), one])).values()]
  const identities = firsts.map(({ channel, correction }) => ({ channelKey: channel.key, at: correction.at }))
  const rows = yield* Statements.load(sql, identities)
  const versionsOf = Map.groupBy(rows, ({ place }) => place - 1)
  return new Map(
    firsts.map((one, i): [string, Corrected] => {
      const versions = (versionsOf.get(i) ?? []).map((row) => ({
        madeAt: row.made_at?.getTime() ?? Number.NEGATIVE_INFINITY,
        reading: storedReading(one.correction.channel, row),
        by: row.by,
        reason: row.reason
      }))
      return [nameOf(one), { ...identities[i]!, versions, added: [], isThere: versions.length > 0 }]
    })
  )
})

/** Each channel once, by key, with the first and the last instant that was touched. */
const spansOf = (identities: ReadonlyArray<{ readonly channelKey: number; readonly at: number }>) =>
  [...Map.groupBy(identities, ({ channelKey }) => channelKey)]
    .map(([channelKey, touched]) => ({
      channelKey,
      from: Math.min(...touched.map(({ at }) => at)),
      to: Math.max(...touched.map(({ at }) => at))
    }))
    .sort((a, b) => a.channelKey - b.channelKey)

/** Moves the states of the channels whose newest reading may be another one now. */
const moveStates = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, spans: ReturnType<typeof spansOf>) {
  const states = yield* Statements.lockStates(
    sql,
    spans.map(({ channelKey }) => channelKey)
  )
  const stateOf = new Map(states.map(({ at, key }) => [key, at.getTime()]))
  const keys = spans.flatMap(({ channelKey, to }) =>
    to >= (stateOf.get(channelKey) ?? Number.NEGATIVE_INFINITY) ? [channelKey] : []
  )
  if (keys.length > 0) yield* Statements.renewStates(sql, keys, [...stateOf.keys()])
})

/** Writes what was added to the identities; all lock by channel and instant. */
const write = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, corrected: ReadonlyArray<Corrected>) {
  const touched = corrected
    .filter(({ added }) => added.length > 0)
    .sort((a, b) => a.channelKey - b.channelKey || a.at - b.at)
  if (touched.length === 0) return
  yield* Statements.keepSaid(sql, touched)
  yield* Statements.addVersions(
    sql,
    touched.flatMap(({ added, at, channelKey }) => added.map((version) => ({ channelKey, at, version })))
  )
  const changed = touched.flatMap((one) => {
    const version = changedTo(one)
    return version === undefined ? [] : [{ ...one, version }]
  })
  const fresh = changed.filter(({ isThere }) => !isThere)
  if (fresh.length > 0) yield* Statements.addReadings(sql, fresh)
  const others = changed.filter(({ isThere }) => isThere)
  if (others.length > 0) yield* Statements.changeReadings(sql, others)
  if (changed.length === 0) return
  const spans = spansOf(changed)
  yield* moveStates(sql, spans)
  yield* Statements.mark(sql, spans)
})

const inTransaction = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, placed: ReadonlyArray<Placed>) {
  const keys = [...new Set(placed.map(({ channel }) => channel.key))]
  const horizon = yield* Statements.lock(sql, keys)
  const outcomes = new Map<number, CorrectionOutcome>()
  const kept = placed.filter(({ correction, place }) => {
    if (correction.at < horizon) outcomes.set(place, "expired")
    return correction.at >= horizon
  })
  if (kept.length === 0) return outcomes
  const corrected = yield* load(sql, kept)
  for (const one of kept) {
    outcomes.set(one.place, add(corrected.get(nameOf(one))!, versionOf(one.correction)))
  }
  yield* write(sql, [...corrected.values()])
  return outcomes
})

/** Nothing was stored, and the next try sees what was in the way. */
const canRepeat = ({ reason: { _tag } }: SqlError.SqlError): boolean =>
  _tag === "SerializationError" || _tag === "DeadlockError" || _tag === "UniqueViolation"

const pauses = Schedule.exponential("2 millis", 1.5).pipe(Schedule.jittered, Schedule.upTo({ times: 20 }))

/** Makes corrections in one transaction and answers what became of each, in their order. */
export const correct = Effect.fnUntraced(function* (
  { keys, partitions, sql }: Appending,
  tenantId: TenantId,
  corrections: ReadonlyArray<Correction>
) {
  const channels = yield* keys.resolve(tenantId, corrections, (i) =>
    saysOf(saidBits(corrections[i]?.reading ?? {}))
  )
  const placed = corrections.flatMap((correction, place): ReadonlyArray<Placed> => {
    const channel = channels[place]
    return channel === undefined ? [] : [{ correction, channel, place }]
  })
  if (placed.length === 0) return corrections.map((): CorrectionOutcome => "unknown_device")
  yield* partitions.ready(placed.map(({ correction }) => correction.at))
  const outcomes = yield* Effect.retry(sql.withTransaction(inTransaction(sql, placed)), {
    while: canRepeat,
    schedule: pauses
  })
  for (const { channel, correction, place } of placed) {
    if (outcomes.get(place) === "expired") continue
    channel.newest = Math.max(channel.newest, correction.at)
  }
  return corrections.map((_, place): CorrectionOutcome => outcomes.get(place) ?? "unknown_device")
})
