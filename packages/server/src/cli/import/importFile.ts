import { resolve } from "node:path"
import type { RowFault, RowReader } from "@wattkit/transport-http"
import { Clock, Effect, type Scope } from "effect"
import { StartError } from "../../StartError.ts"
import * as Progress from "../transfer/Progress.ts"
import * as Source from "../transfer/Source.ts"
import type { Stop } from "../transfer/Stop.ts"
import type { Appended, Target } from "../transfer/Target.ts"
import { type Batch, Batches } from "./Batches.ts"
import * as Checkpoint from "./Checkpoint.ts"
import type { Devices } from "./Devices.ts"
import { type Reading, understand, type Understood } from "./fileFormat.ts"
import * as Rejects from "./Rejects.ts"
import * as Writers from "./Writers.ts"

/** What one import is made of. */
export interface Import {
  readonly path: string
  readonly target: Target
  readonly devices: Devices
  readonly reading: Reading
  readonly rejectedPath: string
  readonly mayResume: boolean
  readonly keepsCheckpoint: boolean
  readonly stop: Stop
  readonly say: (text: string) => void
}

/** What became of a file. */
export interface Imported extends Checkpoint.Counts {
  readonly path: string
  readonly isStopped: boolean
  /** Rows dealt with in this run, and the seconds it took. */
  readonly rows: number
  readonly seconds: number
  /** Readings whose time occurred twice. */
  readonly doubled: number
  /** How often each reason was given in this run; a row may have several. */
  readonly reasons: Readonly<Record<string, number>>
}

/** After so many milliseconds what was stored is written down. */
const checkpointMs = 5000

/** The first bytes of a file, enough for its header. */
const enough = 64 * 1024

/** Reads a source up to a size, or to its end. */
const take = Effect.fnUntraced(function* (source: Source.Source, size: number) {
  const pieces: Array<Uint8Array> = []
  let length = 0
  while (length < size) {
    const piece = yield* source.next
    if (piece === undefined) break
    pieces.push(piece)
    length += piece.length
  }
  return new Uint8Array(Buffer.concat(pieces))
})

interface Begun {
  readonly source: Source.Source
  readonly understood: Understood
  /** Bytes that are read already and come before those of the source. */
  readonly head: Uint8Array
  readonly checkpoint: Checkpoint.Checkpoint | undefined
  readonly identity: Pick<Checkpoint.Checkpoint, "file" | "target" | "reading"> | undefined
}

const begin = Effect.fnUntraced(function* (job: Import): Effect.fn.Return<Begun, StartError, Scope.Scope> {
  const { path, reading, target } = job
  const source = yield* Source.open(path)
  const head = yield* take(source, enough)
  const understood = yield* understand(path, head, reading)
  const identity =
    path === "-"
      ? undefined
      : {
          file: yield* Checkpoint.identityOf(path),
          target: target.name,
          reading: JSON.stringify(reading)
        }
  const checkpoint =
    job.mayResume && identity !== undefined ? yield* Checkpoint.resume(path, identity) : undefined
  if (checkpoint === undefined) {
    return { source, understood, head: head.subarray(understood.from.offset), checkpoint, identity }
  }
  const later = yield* Source.open(path, checkpoint.offset)
  return { source: later, understood, head: new Uint8Array(0), checkpoint, identity }
})

/** A run over a file: what was counted, and what is on its way. */
class Run {
  readonly counts: { accepted: number; duplicates: number; rejected: number }
  readonly batches: Batches
  readonly #job: Import
  readonly #rejects: Rejects.Rejects
  readonly #begun: Begun
  readonly reasons: Record<string, number> = {}
  #refusedBefore = 0

  constructor(job: Import, begun: Begun, rejects: Rejects.Rejects, now: number) {
    this.#job = job
    this.#begun = begun
    this.#rejects = rejects
    this.counts = { accepted: 0, duplicates: 0, rejected: 0, ...begun.checkpoint?.counts }
    this.batches = new Batches(job.target, now, this.#refuse)
  }

  readonly #refuse = (line: number, { field, message }: RowFault, reason: string): void => {
    this.reasons[reason] = (this.reasons[reason] ?? 0) + 1
    this.#rejects.add(line, field, reason, message)
  }

  /** The readings of a batch whose devices are there. */
  readonly keepKnown = (batch: Batch): Effect.Effect<Batch, StartError> =>
    this.#job.devices.keep(batch, (line) => {
      this.counts.rejected++
      this.#refuse(line, { field: "device", message: "is not registered" }, "unknown_device")
    })

  readonly onStored = ({ lines, readings }: Batch, { accepted, duplicates, refused }: Appended): void => {
    this.counts.accepted += accepted
    this.counts.duplicates += duplicates
    this.counts.rejected += readings.length - accepted - duplicates
    for (const { field, index, message, reason } of refused) {
      this.#refuse(lines[index] ?? 0, { field, message }, reason)
    }
  }

  /** All rows dealt with, those of earlier runs too. */
  rows(): number {
    this.counts.rejected += this.batches.refused - this.#refusedBefore
    this.#refusedBefore = this.batches.refused
    const { accepted, duplicates, rejected } = this.counts
    return accepted + duplicates + rejected
  }

  /** Writes down that everything read so far is stored. */
  save(reader: RowReader): Effect.Effect<void, StartError> {
    const { identity, understood } = this.#begun
    return Effect.suspend(() => {
      this.rows()
      const rejectedBytes = this.#rejects.flush()
      if (identity === undefined || !this.#job.keepsCheckpoint) return Effect.void
      return Checkpoint.write(this.#job.path, {
        version: 1,
        ...identity,
        ...reader.place(),
        counts: this.counts,
        rejectedBytes,
        localTimes: understood.localTimes()?.state() ?? []
      })
    })
  }
}

/** Sends what is ready; what is only half a batch too when nothing may be left. */
const sendReady = Effect.fnUntraced(function* (batches: Batches, writers: Writers.Writers, all: boolean) {
  if (all) batches.flush()
  for (const batch of batches.ready.splice(0)) yield* writers.submit(batch)
  if (all) yield* writers.drain
})

const work = Effect.fnUntraced(function* (job: Import, begun: Begun, run: Run, reader: RowReader) {
  const { source } = begun
  const writers = yield* Writers.make(job.target, run.keepKnown, run.onStored)
  let saved = performance.now()
  let chunk: Uint8Array | undefined = begun.head
  while (chunk !== undefined && !job.stop.isAsked()) {
    reader.push(chunk)
    yield* sendReady(run.batches, writers, false)
    if (performance.now() - saved > checkpointMs) {
      yield* sendReady(run.batches, writers, true)
      yield* run.save(reader)
      saved = performance.now()
    }
    chunk = yield* Effect.raceFirst(source.next, Effect.as(job.stop.asked, undefined))
  }
  const isStopped = job.stop.isAsked()
  if (!isStopped) reader.end()
  yield* sendReady(run.batches, writers, true)
  yield* run.save(reader)
  if (!isStopped) yield* Checkpoint.remove(job.path)
  return isStopped
})

/** Brings the readings of one file into a target. */
export const importFile = (job: Import): Effect.Effect<Imported, StartError> =>
  Effect.gen(function* () {
    const { path, say } = job
    const begun = yield* begin(job)
    const { checkpoint, understood } = begun
    const rejects = yield* Rejects.open(job.rejectedPath, checkpoint?.rejectedBytes ?? 0)
    const run = new Run(job, begun, rejects, yield* Clock.currentTimeMillis)
    const before = run.rows()
    const reader = understood.make(checkpoint ?? understood.from, checkpoint?.localTimes ?? [], run.batches)
    say(`${path}: ${understood.description}`)
    if (job.mayResume) {
      say(
        checkpoint === undefined
          ? `${path}: nothing to go on with, so it begins at its beginning`
          : `${path}: goes on at line ${Progress.count(checkpoint.line)}`
      )
    }
    const startedAt = performance.now()
    const share = () => (begun.source.share() ?? 0) || undefined
    yield* Progress.show(() => ({ what: path, rows: run.rows(), share: share() }))
    const isStopped = yield* work(job, begun, run, reader).pipe(
      Effect.mapError(({ message }) => {
        const isBegun = run.rows() > before || checkpoint !== undefined
        const advice = " What is stored stays; go on with the same command and --resume."
        return new StartError({ message: isBegun ? message + advice : message })
      })
    )
    const rows = run.rows() - before
    const seconds = (performance.now() - startedAt) / 1000
    return {
      path: path === "-" ? path : resolve(path),
      isStopped,
      rows,
      seconds,
      doubled: understood.localTimes()?.doubled ?? 0,
      reasons: run.reasons,
      ...run.counts
    }
  }).pipe(Effect.scoped)
