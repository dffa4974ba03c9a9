import { type ChannelReadings, type Instant, type UsageCells, usageOf } from "@wattkit/core"
import type { Fetched } from "./fetchReadings.ts"
import { says } from "./Kind.ts"
import type { Task } from "./Task.ts"

/** Cells of a channel as they are now; those between `lo` and `hi` that are not among them are no more. */
export interface Computed {
  readonly task: Task
  readonly lo: number
  readonly hi: number
  readonly cells: UsageCells.UsageCells
  /** What of the task is still to be computed. */
  readonly rest: Task | undefined
}

const none = new Float64Array(0)
const noBytes = new Uint8Array(0)
const noCells: UsageCells.UsageCells = {
  starts: none,
  imported: none,
  exported: none,
  estimated: none,
  coveredMs: none,
  quality: noBytes,
  events: noBytes,
  powerMinW: none,
  powerMaxW: none,
  readings: none
}

/** Whether a column never falls, what the task touched left aside. */
const rises = (column: Float64Array, at: Float64Array, { since, until }: Task): boolean => {
  let highest = Number.NEGATIVE_INFINITY
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!
    if (Number.isNaN(value) || (at[i]! >= since && at[i]! <= until)) continue
    if (value < highest) return false
    highest = value
  }
  return true
}

const isPlain = (task: Task, readings: ChannelReadings.ChannelReadings): boolean =>
  task.channel.rules.basis !== "register" ||
  (rises(readings.importWh, readings.at, task) && rises(readings.exportWh, readings.at, task))

/** The task's cells, or the task as it has to be read again because what was read does not decide them. */
export const computeTask = (task: Task, fetched: Fetched): Computed | Task => {
  const { channel, isHard } = task
  const { hi, lo, readings, wholeHi } = fetched
  if (readings === undefined) return { ...task, isCut: true }
  const rest = hi < wholeHi ? { ...task, lo: hi, since: hi } : undefined
  if (fetched.isEmpty) return { task, lo, hi, cells: noCells, rest }
  if (fetched.isShortBefore && task.first === null) return { ...task, asksFirst: true }
  if (fetched.isShortBefore || fetched.isShortAfter) return { ...task, distance: task.distance + 1 }
  if (!isHard && !isPlain(task, readings)) return { ...task, isHard: true }
  const cells = usageOf(
    readings,
    channel.rules,
    { start: lo as Instant.Instant, end: hi as Instant.Instant },
    {
      // So many neighbours decide, whether or not there are more of them.
      before: isHard || fetched.isAllBefore,
      after: isHard || fetched.isAllAfter,
      imports: (channel.says & says.imports) !== 0,
      exports: (channel.says & says.exports) !== 0
    }
  )
  if (cells === undefined) return { ...task, isHard: true }
  return { task, lo, hi, cells, rest }
}
