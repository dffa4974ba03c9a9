import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createWriteStream } from "node:fs"
import { finished } from "node:stream/promises"
import type { DeviceReading } from "@wattkit/core"
import { Clock, Effect, type Scope } from "effect"
import { StartError } from "../../StartError.ts"
import { type Reading, understand } from "../import/fileFormat.ts"
import * as Progress from "../transfer/Progress.ts"
import * as Source from "../transfer/Source.ts"
import type { Stop } from "../transfer/Stop.ts"
import type { Target } from "../transfer/Target.ts"
import * as Order from "./Order.ts"
import * as Runs from "./Runs.ts"

/** What one replay is. */
export interface Replay {
  readonly path: string
  readonly reading: Reading
  readonly target: Target
  /** How much faster than it was. */
  readonly speed: number
  /** Whether the last reading is of the moment at which it is sent, or every reading keeps its instant. */
  readonly shift: "now" | "none"
  readonly stop: Stop
}

/** What was sent. */
export interface Replayed {
  readonly rows: number
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: number
  readonly isStopped: boolean
  /** Rows of the file that are no reading. */
  readonly faults: number
}

/** Readings that became due are sent so often. */
const tickMs = 250

/** Runs are read where they lie, so what is packed or comes once is laid down first. */
const laidDown = (path: string): Effect.Effect<string, StartError, Scope.Scope> =>
  Effect.gen(function* () {
    if (path !== "-" && !(yield* Source.isPacked(path))) return path
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "wattkit-replay-"))),
      (made) => Effect.sync(() => rmSync(made, { recursive: true, force: true }))
    )
    const copy = join(folder, path.replace(/\.gz$/, "").replace(/[/\\]/g, "_"))
    const source = yield* Source.open(path)
    const out = createWriteStream(copy)
    for (let chunk = yield* source.next; chunk !== undefined; chunk = yield* source.next) {
      const piece = chunk
      yield* Effect.promise(() => new Promise((resolve) => out.write(piece, resolve)))
    }
    out.end()
    yield* Effect.promise(() => finished(out))
    return copy
  })

interface Counts {
  rows: number
  accepted: number
  duplicates: number
  rejected: number
}

/** Sends readings in pieces the target takes, each of one device where it wants that. */
const send = Effect.fnUntraced(function* (target: Target, due: ReadonlyArray<DeviceReading>, counts: Counts) {
  const batches = target.isByDevice ? Map.groupBy(due, ({ deviceId }) => deviceId).values() : [due]
  for (const readings of batches) {
    for (let from = 0; from < readings.length; from += target.batch) {
      const batch = readings.slice(from, from + target.batch)
      const { accepted, duplicates } = yield* target.append(batch)
      counts.rows += batch.length
      counts.accepted += accepted
      counts.duplicates += duplicates
      counts.rejected += batch.length - accepted - duplicates
    }
  }
})

/** Plays the merged readings, each when it is due. */
const play = Effect.fnUntraced(function* (
  job: Replay,
  order: Order.Order,
  { first, last }: Runs.Surveyed,
  counts: Counts,
  note: (at: number) => void
) {
  const startedAt = yield* Clock.currentTimeMillis
  const end = startedAt + (last - first) / job.speed
  // The last reading is of the moment at which it is sent; those before it lie as far before it as they did.
  const shift = job.shift === "now" ? Math.round(end) - last : 0
  const moved = ({ at, since, ...rest }: DeviceReading): DeviceReading => ({
    ...rest,
    at: (at + shift) as DeviceReading["at"],
    ...(since === undefined ? {} : { since: (since + shift) as DeviceReading["at"] })
  })
  while (!job.stop.isAsked()) {
    const now = yield* Clock.currentTimeMillis
    const until = first + (now - startedAt) * job.speed
    const due = yield* order.take(until, job.target.batch)
    const latest = due.at(-1)
    if (latest !== undefined) {
      note(latest.at)
      yield* send(job.target, due.map(moved), counts)
      if (due.length === job.target.batch) continue
    }
    const next = order.peek()
    if (next === undefined) return
    const wait = Math.max(tickMs, startedAt + (next.at - first) / job.speed - now)
    yield* Effect.raceFirst(Effect.sleep(Math.ceil(wait)), job.stop.asked)
  }
})

/** Plays a file of readings in the order of their instants, as if it happened now. */
export const replayFile = (job: Replay): Effect.Effect<Replayed, StartError> =>
  Effect.gen(function* () {
    const path = yield* laidDown(job.path)
    const head = yield* Source.headOf(path, 64 * 1024)
    const understood = yield* understand(path, head, job.reading)
    const surveyed = yield* Runs.survey(path, understood, job.stop)
    const counts: Counts = { rows: 0, accepted: 0, duplicates: 0, rejected: 0 }
    if (surveyed.rows === 0) return yield* new StartError({ message: `${job.path} has no readings.` })
    const cursors = yield* Effect.forEach(surveyed.runs, (run) => Runs.open(path, understood, run))
    const order = yield* Order.make(cursors)
    let at = surveyed.first
    yield* Progress.show(() => ({
      what: job.path,
      rows: counts.rows,
      share: (at - surveyed.first) / Math.max(1, surveyed.last - surveyed.first),
      more: `at ${new Date(at).toISOString().slice(0, 16)}`
    }))
    yield* play(job, order, surveyed, counts, (reached) => (at = reached))
    return { ...counts, isStopped: job.stop.isAsked(), faults: surveyed.faults }
  }).pipe(Effect.scoped)
